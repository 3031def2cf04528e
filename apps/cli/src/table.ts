/** Columns as wide as their widest cell, two spaces apart, the heading underlined. */
export function textTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const underline = widths.map((width) => '-'.repeat(width));
  return [heading, underline, ...rows].map(line).join('\n');
}
