import * as z from "zod";
import { sanitize, sanitizeLines } from "../../kernel/escape.ts";

/*
 * What is sent to an agent's model. To the model, text by others is data: names are short and on one line, texts are between
 * marks that no text can close, and an answer has a maximum size whatever the ledger contains.
 */

/** Maximum size of an answer, in bytes of its JSON. */
export const maxAnswerBytes = 25_000;
const maxNameLength = 200;
const maxTextLength = 1_000;

const [openMark, closeMark] = ["<data>", "</data>"];
const markPattern = /<\s*(\/?)\s*data\b[^>]{0,200}>?/gi;

/** Cuts a text and appends the number of characters that are left out. A surrogate pair is never split. */
function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, "");
  return `${head}… (${text.length - head.length} more characters)`;
}

/** Names the flags of a text as the arguments of a tool; the command lines in it keep them. */
export const nameArguments = (text: string, keys: ReadonlySet<string>): string =>
  text.replaceAll(/`[^`]*`|--([a-z][a-z-]*)/g, (whole, flag: string | undefined) => {
    const key = flag?.replaceAll("-", "_");
    return key !== undefined && keys.has(key) ? key : whole;
  });

/** A name: of an agent, a rule, a file, a test. */
export const toolName = () => z.string().overwrite((name) => truncate(sanitize(name), maxNameLength));

/** A text that a tool or a person wrote, between the marks for data. */
export const toolText = () =>
  z
    .string()
    .overwrite(
      (text) => `${openMark}${truncate(sanitizeLines(text).replaceAll(markPattern, "‹$1data›"), maxTextLength)}${closeMark}`,
    );

/** Limits to which texts and inner lists are cut, tried in this order until the answer fits. */
const sizes = [
  { text: maxTextLength, entries: 20 },
  { text: 300, entries: 10 },
  { text: 80, entries: 3 },
  { text: 30, entries: 1 },
] as const;
type Size = (typeof sizes)[number];

const truncateMarked = (text: string, maxLength: number): string =>
  text.startsWith(openMark) && text.endsWith(closeMark)
    ? `${openMark}${truncate(text.slice(openMark.length, -closeMark.length), maxLength)}${closeMark}`
    : truncate(text, Math.max(maxLength, maxNameLength));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** @param path of the value @param leftOut number of list entries left out, by path */
function trimValue(value: unknown, path: string, pageKey: string | null, size: Size, leftOut: Map<string, number>): unknown {
  if (typeof value === "string") return truncateMarked(value, size.text);
  if (Array.isArray(value)) {
    const kept = path === pageKey ? value : value.slice(0, size.entries);
    if (kept.length < value.length) leftOut.set(path, (leftOut.get(path) ?? 0) + value.length - kept.length);
    return kept.map((one) => trimValue(one, `${path}[]`, pageKey, size, leftOut));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      trimValue(inner, path === "" ? key : `${path}.${key}`, pageKey, size, leftOut),
    ]),
  );
}

/** Returns the size of an answer as a multiple of the maximum. */
export const relativeSize = (answer: unknown): number => new TextEncoder().encode(JSON.stringify(answer)).length / maxAnswerBytes;

/**
 * Cuts the texts and lists of an answer, and adds the number of list entries that are left out.
 * @param pageKey the list that is not cut, because it is a page already @param firstOnly cut only to the first of `sizes`
 */
export function fitAnswer(
  answer: Readonly<Record<string, unknown>>,
  pageKey: string | null,
  firstOnly: boolean,
): Readonly<Record<string, unknown>> {
  const cutAt = (size: Size): Readonly<Record<string, unknown>> => {
    const leftOut = new Map<string, number>();
    const entries = Object.entries(answer).map(([key, value]) => [key, trimValue(value, key, pageKey, size, leftOut)]);
    return Object.fromEntries(leftOut.size === 0 ? entries : [...entries, ["left_out", Object.fromEntries(leftOut)]]);
  };
  const [usual, ...smaller] = sizes;
  return (firstOnly ? [] : smaller).reduce(
    (smallest, size) => (relativeSize(smallest) <= 1 ? smallest : cutAt(size)),
    cutAt(usual),
  );
}
