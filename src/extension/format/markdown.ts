import { plain as oneLine } from "../../kernel/escape.ts";
import { withoutIcons } from "./label.ts";

/**
 * Text from reports (agents, rules, messages) made safe for Markdown: what could make links, tables or structure is escaped, line
 * breaks and control characters become spaces. Colons, dots and at signs are among it, because addresses become links by themselves.
 */
export const plain = (text: string): string =>
  oneLine(text.replaceAll(/\s+/g, " ")).replaceAll(/[\\`*_[\]#+\-.!|<>&~:$@]/g, "\\$&");

/**
 * The same for Markdown in which icons are resolved. That happens after Markdown, so the escape of an icon must survive Markdown's
 * own.
 */
export const plainBesideIcons = (text: string): string => plain(withoutIcons(text));

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
