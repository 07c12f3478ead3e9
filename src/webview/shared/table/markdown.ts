const escapeCell = (text: string): string =>
  text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/\s+/g, (space) => (/[\r\n]/.test(space) ? " " : space));

/** Formats rows as a GitHub Markdown table. Numeric columns are right-aligned; Markdown syntax in cells is escaped. */
export function toMarkdown(
  columns: readonly Readonly<{ title: string; numeric: boolean }>[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return [
    line(columns.map(({ title }) => escapeCell(title))),
    line(columns.map(({ numeric }) => (numeric ? "---:" : "---"))),
    ...rows.map((row) => line(row.map(escapeCell))),
  ].join("");
}
