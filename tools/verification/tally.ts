/** What one check or one project's tests came to. */
export interface Tally {
  readonly name: string;
  readonly passed: number;
  /** One line for each failure. */
  readonly failures: readonly string[];
}

/** A check counts as one. */
export function tallyOfCheck(name: string, failures: readonly string[]): Tally {
  if (failures.length === 0) return { name, passed: 1, failures };
  const [first = '', ...others] = failures;
  return { name, passed: 0, failures: [others.length === 0 ? first : `${first} (and ${others.length} more, above)`] };
}

export function sumOf(tallies: readonly Tally[]): { readonly passed: number; readonly failed: number } {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failures.length, 0),
  };
}
