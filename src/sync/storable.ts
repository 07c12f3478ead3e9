import type { Fact } from "../domain/fact.ts";

/** An escaped backslash, which says nothing about the letter after it; or NUL, which jsonb refuses. */
const refused = /\\\\|\\u0000/g;

/** Data that PostgreSQL's jsonb can hold: NUL characters become U+FFFD. Gives the data itself when there are none. */
export function storable(data: Fact["data"]): Fact["data"] {
  const text = JSON.stringify(data);
  if (!text.includes("\\u0000")) return data;
  const safe = text.replaceAll(refused, (part) => (part === "\\\\" ? part : "\\ufffd"));
  return safe === text ? data : JSON.parse(safe);
}
