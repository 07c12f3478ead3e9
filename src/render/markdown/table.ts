/** A table; the cells are Markdown. Alignment per column, `:--` or `--:`. */
export function table(
  header: readonly string[],
  align: readonly ("left" | "right")[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(align.map((side) => (side === "left" ? ":--" : "--:"))), ...rows.map(line)].join("\n");
}
