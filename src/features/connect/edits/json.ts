import { getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode, visit } from "jsonc-parser";
import { configurationRefused } from "../../../kernel/errors.ts";

/*
 * Adds values to JSON with comments and removes them again. Every edit is a splice: the text around it stays unchanged, and
 * removing a value is the exact inverse of adding it.
 */

export type Path = readonly (string | number)[];

const byteOrderMark = "\uFEFF";

/** Separates a text from the byte order mark before it. */
export const splitBom = (text: string): Readonly<{ bom: string; body: string }> =>
  text.startsWith(byteOrderMark) ? { bom: byteOrderMark, body: text.slice(1) } : { bom: "", body: text };

export const isBlank = (text: string): boolean => text.trim() === "";

/** The position of an offset, such as `line 3, column 5`. */
export const placeOf = (text: string, offset: number): string => {
  const before = text.slice(0, offset);
  return `line ${before.split("\n").length}, column ${offset - before.lastIndexOf("\n")}`;
};

/** Maximum nesting depth: more than any configuration has, and less than what overflows the call stack. */
const maxDepth = 500;

function isTooDeep(body: string): boolean {
  let depth = 0;
  const enter = (): void => {
    depth += 1;
    // The parser recurses as deep as the text nests.
    if (depth > maxDepth) throw new RangeError("too deep");
  };
  const leave = (): void => {
    depth -= 1;
  };
  try {
    visit(body, { onObjectBegin: enter, onArrayBegin: enter, onObjectEnd: leave, onArrayEnd: leave });
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** Parses a text; undefined for a blank one. @param path for messages @throws invalid_input with the place */
export function parseJsonTree(body: string, path: string): Node | undefined {
  if (isBlank(body)) return undefined;
  if (isTooDeep(body)) {
    throw configurationRefused(path, "its values", `they nest deeper than ${maxDepth} levels`, "Mend it there, then try again.");
  }
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors, { allowTrailingComma: true, allowEmptyContent: false });
  const [first] = errors;
  if (tree === undefined || first !== undefined) {
    const reason = first === undefined ? "no value" : printParseErrorCode(first.error).replace(/(?<=[a-z])(?=[A-Z])/g, " ");
    throw configurationRefused(
      path,
      placeOf(body, first?.offset ?? 0),
      `it is not valid JSON: ${reason.toLowerCase()}`,
      "Mend it there, then try again.",
    );
  }
  return tree;
}

/** Parses a text that was validated before, or that an edit produced from one. */
function rootOf(body: string): Node {
  const tree = parseTree(body, [], { allowTrailingComma: true });
  if (tree === undefined) throw new TypeError("an edit left no JSON");
  return tree;
}

const nameOf = (path: Path): string => path.join(".");

/** The value under a key or at an index. */
function childOf(node: Node, key: string | number): Node | undefined {
  if (typeof key === "number") return node.type === "array" ? node.children?.[key] : undefined;
  if (node.type !== "object") return undefined;
  return node.children?.find((property) => property.children?.[0]?.value === key)?.children?.[1];
}

export const nodeAt = (root: Node | undefined, path: Path): Node | undefined =>
  path.reduce<Node | undefined>((node, key) => node && childOf(node, key), root);

/**
 * Checks that existing values on the path are objects, at its end of the type `ends`, and that no key of the path is there twice:
 * then a value can be added without changing another one.
 * @throws invalid_input with the place
 */
export function checkPath(
  body: string,
  root: Node | undefined,
  valuePath: readonly string[],
  ends: "list" | "object",
  path: string,
): void {
  const check = (node: Node | undefined, at: readonly string[], wanted: "array" | "object"): void => {
    if (node === undefined) return;
    const where = `${placeOf(body, node.offset)}`;
    const what = at.length === 0 ? "the file" : `"${nameOf(at)}"`;
    if (node.type !== wanted) {
      const kind = wanted === "array" ? "a list" : "an object";
      throw configurationRefused(path, where, `${what} is not ${kind}`, `Make it ${kind}, then try again.`);
    }
    const keys = node.type === "object" ? (node.children ?? []).map((one) => String(one.children?.[0]?.value)) : [];
    const duplicate = keys.find((key, index) => key === valuePath[at.length] && keys.indexOf(key) !== index);
    if (duplicate !== undefined) {
      throw configurationRefused(path, where, `"${nameOf([...at, duplicate])}" occurs twice`, "Remove one, then try again.");
    }
  };
  for (let length = 0; length <= valuePath.length; length += 1) {
    const at = valuePath.slice(0, length);
    check(nodeAt(root, at), at, length === valuePath.length && ends === "list" ? "array" : "object");
  }
}

/** Offset of the first character from `from` that is neither space nor part of a comment. */
function afterTrivia(body: string, from: number): number {
  const pattern = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  pattern.lastIndex = from;
  return from + (pattern.exec(body)?.[0].length ?? 0);
}

/** Offset of the end of the line's last comment after `from`; `from` if there is none. */
function afterComments(body: string, from: number): number {
  const pattern = /(?:[ \t]*\/\*[\s\S]*?\*\/)*(?:[ \t]*\/\/[^\r\n]*)?/y;
  pattern.lastIndex = from;
  return from + (pattern.exec(body)?.[0].length ?? 0);
}

const endOf = (node: Node): number => node.offset + node.length;
const insideOf = (body: string, node: Node): string => body.slice(node.offset + 1, endOf(node) - 1);
const splice = (body: string, from: number, to: number, text: string): string => body.slice(0, from) + text + body.slice(to);

type Style = Readonly<{ eol: string; unit: string; oneLine: boolean }>;

function styleOf(body: string): Style {
  const eol = /\r?\n/.exec(body)?.[0] ?? "\n";
  const unit = /^([ \t]+)["{[\]}]/m.exec(body)?.[1] ?? "  ";
  const oneLine = !body.trim().includes("\n") && (rootOf(body).children ?? []).length > 0;
  return { eol, unit: unit.startsWith("\t") ? "\t" : unit, oneLine };
}

/** The indentation of the line that contains an offset. */
function indentAt(body: string, offset: number): string {
  const start = body.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(body.slice(start))?.[0] ?? "";
}

const isFirstOnLine = (body: string, { offset }: Node): boolean =>
  isBlank(body.slice(body.lastIndexOf("\n", offset - 1) + 1, offset));

/** A value in one line, formatted as people write it. */
function lineOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(lineOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${lineOf(one)}`);
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

/** A value as text: objects with one line per key, lists in one line. */
function textOf(value: unknown, style: Style, indent: string): string {
  if (style.oneLine) return JSON.stringify(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return lineOf(value);
  const lead = style.eol + indent + style.unit;
  const parts = Object.entries(value).map(
    ([key, one]) => `${lead}${JSON.stringify(key)}: ${textOf(one, style, indent + style.unit)}`,
  );
  return parts.length === 0 ? "{}" : `{${parts.join(",")}${style.eol}${indent}}`;
}

/** Appends an entry to an object or a list. */
function append(body: string, container: Node, entry: (style: Style, indent: string) => string): string {
  const style = styleOf(body);
  const { eol, unit, oneLine } = style;
  const children = container.children ?? [];
  const sibling = children.find((one) => isFirstOnLine(body, one));
  const outer = indentAt(body, container.offset);
  const indent = sibling === undefined ? outer + unit : indentAt(body, sibling.offset);
  const lead = oneLine ? "" : eol + indent;
  const text = lead + entry(style, indent);
  const open = container.offset + 1;
  const last = children.at(-1);
  if (last === undefined) {
    // Text with comments is kept; mere whitespace is replaced, and is restored from the copy of the file.
    if (!isBlank(insideOf(body, container))) return splice(body, afterComments(body, open), afterComments(body, open), text);
    return splice(body, open, endOf(container) - 1, oneLine ? text : text + eol + outer);
  }
  const comma = afterTrivia(body, endOf(last));
  // After a trailing comma, the entry ends with a comma too, which shows later which comma was added with it.
  if (body[comma] === ",") {
    const at = afterComments(body, comma + 1);
    return splice(body, at, at, `${text},`);
  }
  const at = afterComments(body, endOf(last));
  return splice(splice(body, at, at, text), endOf(last), endOf(last), ",");
}

/** Adds a value at a path and creates missing objects and lists on the way. With `toList`, it is appended to the list there. */
export function addValue(body: string, path: readonly string[], value: unknown, toList: boolean): string {
  const nested = (keys: readonly string[]): unknown =>
    keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), toList ? [value] : value);
  if (isBlank(body)) return `${textOf(nested(path), { eol: "\n", unit: "  ", oneLine: false }, "")}\n`;
  const root = rootOf(body);
  let depth = 0;
  while (depth < path.length && nodeAt(root, path.slice(0, depth + 1)) !== undefined) depth += 1;
  const container = nodeAt(root, path.slice(0, depth));
  if (container === undefined) throw new TypeError("the way to an entry ends nowhere");
  if (depth === path.length) return append(body, container, ({ oneLine }) => (oneLine ? JSON.stringify(value) : lineOf(value)));
  const key = JSON.stringify(path[depth]);
  const inner = nested(path.slice(depth + 1));
  return append(body, container, (style, indent) => `${key}:${style.oneLine ? "" : " "}${textOf(inner, style, indent)}`);
}

/** Replaces the existing value at a path. */
export function setValue(body: string, path: Path, value: unknown): string {
  const node = nodeAt(rootOf(body), path);
  if (node === undefined) throw new TypeError("there is no value to set");
  const style = { ...styleOf(body), ...(insideOf(body, node).includes("\n") ? {} : { oneLine: true }) };
  return splice(body, node.offset, endOf(node), textOf(value, style, indentAt(body, node.offset)));
}

const sizeOf = (node: Node | undefined): number =>
  node === undefined ? 0 : (node.children ?? []).reduce((sum, one) => sum + sizeOf(one), 1);

/** Whether the text is valid JSON with this number of values. */
function isJsonOfSize(body: string, size: number): boolean {
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors, { allowTrailingComma: true });
  return errors.length === 0 && sizeOf(tree) === size;
}

/** Removes the value at a path with its key, its comma and the whitespace before it. */
export function removeValue(body: string, path: Path): string {
  const root = rootOf(body);
  const node = nodeAt(root, path);
  const container = nodeAt(root, path.slice(0, -1));
  const item = container?.type === "object" ? node?.parent : node;
  if (container === undefined || item === undefined) throw new TypeError("there is no value to remove");
  const end = endOf(item);
  const children = container.children ?? [];
  const before = children[children.indexOf(item) - 1];
  const comma = afterTrivia(body, end);
  const space = /\s*$/.exec(body.slice(0, item.offset))?.[0].length ?? 0;
  const cut = (from: number): string => {
    if (body[comma] === ",") return splice(splice(body, comma, comma + 1, ""), from, end, "");
    const rest = splice(body, from, end, "");
    if (before === undefined) return rest;
    const separator = afterTrivia(body, endOf(before));
    return splice(rest, separator, separator + 1, "");
  };
  const cutWhole = cut(item.offset - space);
  // If the line before ends with a comment, the text that follows must not become a part of it.
  return isJsonOfSize(cutWhole, sizeOf(root) - sizeOf(item)) ? cutWhole : cut(item.offset);
}

/** A file as it was before this program added anything to it. */
export type Original = Readonly<{ body: string; root: Node | undefined }>;

/**
 * Removes empty containers that were added with entries, which the original lacks. Empty containers that the original has too get
 * their original content back. Containers with comments in them are kept.
 */
export function prune(body: string, path: Path, original: Original | null): string {
  const node = nodeAt(rootOf(body), path);
  if (node === undefined || (node.children ?? []).length > 0 || !isBlank(insideOf(body, node))) return body;
  const originalNode = nodeAt(original?.root, path);
  if (originalNode !== undefined && original !== null) {
    const inside = (originalNode.children ?? []).length === 0 ? insideOf(original.body, originalNode) : "";
    return splice(body, node.offset + 1, endOf(node) - 1, inside);
  }
  return path.length === 0 ? body : prune(removeValue(body, path), path.slice(0, -1), original);
}

export const valueAt = (root: Node | undefined, path: Path): unknown => {
  const node = nodeAt(root, path);
  return node === undefined ? undefined : getNodeValue(node);
};
