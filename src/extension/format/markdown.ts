/**
 * Text from reports (agents, rules, messages) made safe for Markdown: what could make links, tables, icons or structure is escaped,
 * and line breaks become spaces. Colons, dots and at signs are among it, because addresses become links by themselves.
 */
export function plain(text: string): string {
  return (
    text
      .replaceAll(/\s+/g, " ")
      // An icon reference is resolved after Markdown, so its escape must survive Markdown's own.
      .replaceAll("$(", "\\$(")
      .replaceAll(/[\\`*_[\]#+\-.!|<>&~:$@]/g, "\\$&")
  );
}

/** A table; the cells are Markdown. Alignment per column, `:--` or `--:`. */
export function table(
  header: readonly string[],
  align: readonly ("left" | "right")[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(align.map((side) => (side === "left" ? ":--" : "--:"))), ...rows.map(line)].join("\n");
}

/** A link that runs a command. The label is Markdown; the arguments go into the link as JSON. */
export const commandLink = (label: string, command: string, ...args: readonly unknown[]): string =>
  `[${label}](command:${command}${args.length === 0 ? "" : `?${encodeURIComponent(JSON.stringify(args))}`})`;
