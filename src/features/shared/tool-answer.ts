import * as z from "zod";
import { plain, plainLines } from "../../kernel/escape.ts";

/*
 * What goes to an agent's model. Whatever others wrote is data to it: names are short and of one line, texts stand between marks that
 * no text can close, and an answer has a largest size whatever a ledger holds.
 */

/** The largest answer, in bytes of its JSON. */
export const largestAnswer = 25_000;
const longestName = 200;
const longestText = 1_000;

const [open, close] = ["<data>", "</data>"];
const mark = /<\s*(\/?)\s*data\b[^>]{0,200}>?/gi;

/** The beginning of a text, with what it lacks. A pair of surrogates is never cut apart. */
function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return `${kept}… (${text.length - kept.length} more characters)`;
}

/** A name: of an agent, a rule, a file, a test. */
export const toolName = () => z.string().overwrite((name) => cutTo(plain(name), longestName));

/** A text that a tool or a person wrote, between the marks of data. */
export const toolText = () =>
  z.string().overwrite((text) => `${open}${cutTo(plainLines(text).replaceAll(mark, "‹$1data›"), longestText)}${close}`);

/** Texts and inner lists are cut to these sizes, one after the other until the answer fits. */
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

/** @param path of the value @param leftOut counts by path what lists lack */
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

/** The size of an answer, as a multiple of the largest. */
export const sizeOf = (answer: unknown): number => new TextEncoder().encode(JSON.stringify(answer)).length / largestAnswer;

/**
 * An answer with its texts and lists cut, and what of lists was left out.
 * @param whole the list that is not cut, being a page already @param once only to the usual size
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
