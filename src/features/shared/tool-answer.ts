import * as z from "zod";
import { plain, plainLines } from "../../kernel/escape.ts";

/*
 * What is sent to an agent's model. To the model, text by others is data: names are short and on one line, texts are between
 * marks that no text can close, and an answer has a maximum size whatever the ledger contains.
 */

/** Maximum size of an answer, in bytes of its JSON. */
export const largestAnswer = 25_000;
const longestName = 200;
const longestText = 1_000;

const [open, close] = ["<data>", "</data>"];
const mark = /<\s*(\/?)\s*data\b[^>]{0,200}>?/gi;

/** Cuts a text and appends the number of characters that are left out. A surrogate pair is never split. */
function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}… (${text.length - kept.length} more characters)`;
}

/** A name: of an agent, a rule, a file, a test. */
export const toolName = () => z.string().overwrite((name) => cutTo(plain(name), longestName));

/** A text that a tool or a person wrote, between the marks for data. */
export const toolText = () =>
  z.string().overwrite((text) => `${open}${cutTo(plainLines(text).replaceAll(mark, "‹$1data›"), longestText)}${close}`);

/** Limits to which texts and inner lists are cut, tried in this order until the answer fits. */
const sizes = [
  { text: longestText, entries: 20 },
  { text: 300, entries: 10 },
  { text: 80, entries: 3 },
  { text: 30, entries: 1 },
] as const;
type Size = (typeof sizes)[number];

const cutMarked = (text: string, most: number): string =>
  text.startsWith(open) && text.endsWith(close)
    ? `${open}${cutTo(text.slice(open.length, -close.length), most)}${close}`
    : cutTo(text, Math.max(most, longestName));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** @param path of the value @param leftOut number of list entries left out, by path */
function cut(value: unknown, path: string, whole: string | null, size: Size, leftOut: Map<string, number>): unknown {
  if (typeof value === "string") return cutMarked(value, size.text);
  if (Array.isArray(value)) {
    const kept = path === whole ? value : value.slice(0, size.entries);
    if (kept.length < value.length) leftOut.set(path, (leftOut.get(path) ?? 0) + value.length - kept.length);
    return kept.map((one) => cut(one, `${path}[]`, whole, size, leftOut));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, cut(inner, path === "" ? key : `${path}.${key}`, whole, size, leftOut)]),
  );
}

/** Returns the size of an answer as a multiple of the maximum. */
export const sizeOf = (answer: unknown): number => new TextEncoder().encode(JSON.stringify(answer)).length / largestAnswer;

/**
 * Cuts the texts and lists of an answer, and adds the number of list entries that are left out.
 * @param whole the list that is not cut, because it is a page already @param once cut only to the first of `sizes`
 */
export function bounded(
  answer: Readonly<Record<string, unknown>>,
  whole: string | null,
  once: boolean,
): Readonly<Record<string, unknown>> {
  const at = (size: Size): Readonly<Record<string, unknown>> => {
    const leftOut = new Map<string, number>();
    const entries = Object.entries(answer).map(([key, value]) => [key, cut(value, key, whole, size, leftOut)]);
    return Object.fromEntries(leftOut.size === 0 ? entries : [...entries, ["left_out", Object.fromEntries(leftOut)]]);
  };
  const [usual, ...smaller] = sizes;
  return (once ? [] : smaller).reduce((smallest, size) => (sizeOf(smallest) <= 1 ? smallest : at(size)), at(usual));
}
