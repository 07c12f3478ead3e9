import { fields } from "../kernel/fact.ts";

/** Matches an escaped backslash, to skip it; an escaped NUL; or an escaped lone surrogate. */
const unstorable = /\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g;

/** Replaces characters that PostgreSQL texts cannot hold with U+FFFD. Returns the value itself if there are none. */
export function toStorable<T extends object>(value: T): T {
  const text = JSON.stringify(value);
  if (!text.includes("\\u0000") && !text.includes("\\ud")) return value;
  const safe = text.replaceAll(unstorable, (part) => (part === "\\\\" ? part : "\\ufffd"));
  return safe === text ? value : JSON.parse(safe);
}

/** Parses a JSON object; null if the text is not one. */
export function parseJsonObject(text: string): Record<string, unknown> | null {
  try {
    const parsed = fields.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Written by something else: the fact is then taken from the columns, and its hash shows whether that is right.
    return null;
  }
}
