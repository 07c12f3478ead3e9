import { plain as oneLine } from "../../kernel/escape.ts";

/**
 * Text from reports (agents, rules, messages) made safe for Markdown: what could make links, tables or structure is escaped, line
 * breaks and control characters become spaces. Colons, dots and at signs are among it, because addresses become links by themselves.
 */
export const plain = (text: string): string =>
  oneLine(text.replaceAll(/\s+/g, " ")).replaceAll(/[\\`*_[\]#+\-.!|<>&~:$@]/g, "\\$&");
