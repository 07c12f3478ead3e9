import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { stripBom } from "../../../kernel/byte-order-mark.ts";
import { invalidJson } from "../../../kernel/errors.ts";

/** Reports nest only a few levels deep; more is an accident, or an attack on code that walks the value. */
const maxDepth = 64;

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93];

/**
 * Returns the offset of the quote that ends a string, or the end of the text. `indexOf` is faster than reading each character.
 */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (before > from && text.charCodeAt(before - 1) === backslash) before -= 1;
    // An even number of backslashes are escaped backslashes, so the quote is not escaped.
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}

/**
 * Returns the offset of the bracket that opens a level deeper than `maxDepth`, or undefined. Reads each character once, without
 * recursion.
 */
function excessDepthOffset(text: string): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at + 1);
    else if (code === openBrace || code === openBracket) {
      depth += 1;
      if (depth > maxDepth) return at;
    } else if (code === closeBrace || code === closeBracket) depth -= 1;
  }
  return undefined;
}

/** Constants that Python's JSON writes for numbers that JSON cannot represent. */
const pythonConstants = /-?\b(?:NaN|Infinity)\b/g;

/** Returns a text with `null` in place of these constants outside of strings. */
function replaceConstants(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const stringStart = text.indexOf('"', at);
    const outside = text.slice(at, stringStart === -1 ? text.length : stringStart);
    const stringEnd = stringStart === -1 ? text.length : endOfString(text, stringStart + 1) + 1;
    parts.push(outside.replaceAll(pythonConstants, "null"), text.slice(at + outside.length, stringEnd));
    at = stringEnd;
  }
  return parts.join("");
}

/** `parseJson` for text that a Python program wrote: numbers that JSON cannot represent become null. */
export function parsePythonJson(text: string, target: string): unknown {
  try {
    return parseJson(text, target);
  } catch (error) {
    if (!text.includes("NaN") && !text.includes("Infinity")) throw error;
    return parseJson(replaceConstants(text), target);
  }
}

/**
 * `line 3, column 14`, both from 1; columns are in UTF-16 units, as in editors. For a piece of a text, whose line is in its
 * target, only the column.
 */
function positionOf(text: string, offset: number, isPiece: boolean): string {
  const before = text.slice(0, offset);
  if (isPiece && !before.includes("\n")) return `column ${offset + 1}`;
  return `line ${before.split("\n").length}, column ${offset - before.lastIndexOf("\n")}`;
}

/** `PropertyNameExpected` → `property name expected`. */
const wordsOf = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();

/**
 * Number of characters shown of a text that does not begin as JSON does, such as a proxy's page or the output of a failing
 * program.
 */
const excerptLength = 24;

/** Returns where and why a text is not JSON. */
function reasonOf(text: string, cause: unknown, isPiece: boolean): string {
  if (text.trim() === "") return "it is empty";
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const first = errors[0];
  // The two parsers can differ on exotic characters; then the engine's own message is used.
  if (first === undefined) return cause instanceof Error ? cause.message : String(cause);
  const end = text.trimEnd().length;
  const isStart = text.slice(0, first.offset).trim() === "";
  // A text that was not closed, or that ends with a cut-off word such as `tru` after other text.
  const isCut = ["UnexpectedEndOfString", ...(isStart ? [] : ["InvalidSymbol"])].includes(printParseErrorCode(first.error));
  if (first.offset >= end || (isCut && first.offset + first.length >= end))
    return `it ends in the middle, at ${positionOf(text, end, isPiece)}; it may still be being written`;
  // Outside of strings, only a line that could not be decoded contains this character.
  if (text[first.offset] === "\uFFFD") return `it is not UTF-8 text at ${positionOf(text, first.offset, isPiece)}`;
  const found = text.slice(first.offset, first.offset + excerptLength).split(/[\r\n]/)[0] ?? "";
  const shown = isStart ? `, where it says ${JSON.stringify(found)}` : "";
  return `${wordsOf(printParseErrorCode(first.error))} at ${positionOf(text, first.offset, isPiece)}${shown}`;
}

/** Opening brackets in a row take fifty times their size in memory when they are parsed; no other text takes half as much. */
const bracketsInRow = "[".repeat(maxDepth + 1);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** Whether an object or list nests deeper than `levels`. Walking the value is much faster than reading its text. */
function isDeeperThan(value: Readonly<Record<string, unknown>>, levels: number): boolean {
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const inner of value) if (isObject(inner) && isDeeperThan(inner, levels - 1)) return true;
    return false;
  }
  // `Object.keys` would allocate a list; parsed values have no keys but their own.
  for (const key in value) {
    const inner = value[key];
    if (isObject(inner) && isDeeperThan(inner, levels - 1)) return true;
  }
  return false;
}

/**
 * Parses a JSON text; a byte order mark is allowed.
 * @param target what the text is, for messages: a path or `standard input`
 * @param isPiece whether the target names a line of a longer text, so that only the column has to be added
 * @throws invalid_json with line and column
 */
export function parseJson(text: string, target: string, isPiece = false): unknown {
  const body = stripBom(text);
  const checkDepth = (): void => {
    const offset = excessDepthOffset(body);
    if (offset === undefined) return;
    throw invalidJson(target, `it nests deeper than ${maxDepth} levels at ${positionOf(body, offset, isPiece)}`);
  };
  if (body.includes(bracketsInRow)) checkDepth();
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    checkDepth();
    throw invalidJson(target, reasonOf(body, cause, isPiece));
  }
  if (isObject(value) && isDeeperThan(value, maxDepth)) checkDepth();
  return value;
}
