import { sanitize as oneLine } from "../../kernel/escape.ts";

/**
 * Makes text from reports (agents, rules, messages) safe for Markdown: what could form links, tables or structure is
 * escaped, and line breaks and control characters become spaces. Colons, dots and at signs are escaped too, because
 * addresses become links by themselves.
 */
export const plain = (text: string): string =>
  oneLine(text.replaceAll(/\s+/g, " ")).replaceAll(/[\\`*_[\]#+\-.!|<>&~:$@]/g, "\\$&");
