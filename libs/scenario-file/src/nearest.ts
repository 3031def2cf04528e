/** Longer words are no misspelling of a key. */
const LONGEST_WORD = 64;

/** The word that was most likely meant, or undefined when none is near: at most a third of its letters differ. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const lower = word.toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, distance: distance(lower, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.max(2, Math.ceil(candidate.length / 3)) && distance < candidate.length,
    )
    .sort(
      (one, other) =>
        one.distance - other.distance || agreement(word, other.candidate) - agreement(word, one.candidate),
    );
  return best?.candidate;
}

/** Of two that are equally near, the one that begins alike was meant: 1, else 0. */
function agreement(word: string, candidate: string): number {
  return word[0] === candidate[0] ? 1 : 0;
}

/** Levenshtein's distance: insertions, removals and replacements of one letter. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
