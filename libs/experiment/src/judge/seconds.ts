/** `1.900 s`: predictions are checked to milliseconds. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)} s`;
}
