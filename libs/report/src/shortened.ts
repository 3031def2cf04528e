/** At most so many characters of a text, whole ones; what is left off is said behind them. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half of a surrogate pair is no character.
  const kept = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept} ... (${text.length - kept.length} more characters)`;
}
