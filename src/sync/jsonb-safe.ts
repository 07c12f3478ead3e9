import { fields } from "../kernel/fact.ts";

/** An escaped backslash, which says nothing about the letters after it; NUL; or half of a pair of surrogates. JSON writes both so. */
const refused = /\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g;

/** What PostgreSQL can hold of a value: what its texts refuse becomes U+FFFD. Gives the value itself when there is nothing of it. */
export function storable<T extends object>(value: T): T {
  const text = JSON.stringify(value);
  if (!text.includes("\\u0000") && !text.includes("\\ud")) return value;
  const safe = text.replaceAll(refused, (part) => (part === "\\\\" ? part : "\\ufffd"));
  return safe === text ? value : JSON.parse(safe);
}

/** The object that a text of JSON says; null when it says none. */
export function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const parsed = fields.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Whoever wrote it meant something else: then the columns say what the fact is, and its hash whether that is right.
    return null;
  }
}
