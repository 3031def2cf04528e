/** A command line of Lapse as a person types it in the checkout. npm's own banner has no place in what goes to a file. */
export function typed(words: string): string {
  const silent = /--json| > /.test(words) ? '--silent ' : '';
  return `npm run ${silent}lapse -- ${words}`;
}

/** Command lines, each with what it is for where that does not go without saying. */
export function examples(...lines: readonly (readonly [words: string, purpose?: string])[]): string {
  const texts = lines.flatMap(([words, purpose]) => [
    `  ${typed(words)}`,
    ...(purpose === undefined ? [] : [`      ${purpose}`]),
  ]);
  return ['', 'Examples:', ...texts].join('\n');
}

/** What every command can end with. */
export const EXIT_CODES = `
Exit codes: 0 confirmed, or done; 1 refuted; 2 inconclusive, or confirmed but
not conducted by Temporal; 64 wrong usage; 69 something needed is unavailable;
70 a bug of ours; 130 interrupted, after healing.`;
