/**
 * Text from reports (agents, rules, messages) made safe for Markdown: every ASCII punctuation character is escaped, so that it
 * can make neither links nor tables nor icons; line breaks become spaces.
 */
export function plain(text: string): string {
  return (
    text
      .replaceAll(/\s+/g, " ")
      // An icon reference is resolved after Markdown, so its escape must survive Markdown's own.
      .replaceAll("$(", "\\$(")
      .replaceAll(/[!-/:-@[-`{-~]/g, "\\$&")
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
