import { crc32 } from "node:zlib";
import type { SqlValue } from "sql.js";
import { parse, stringify } from "uuid";
import { reviewModes, verdicts } from "../../features/reviews/model/report.ts";

/*
 * The encoding of values in the database. Names are stored unchanged, except for characters that sql.js would lose (it reads text
 * up to the first NUL and decodes UTF-8, which drops lone surrogates and a leading byte order mark): those, all control
 * characters and ␛ itself are written as ␛ and four hex digits.
 */

const unstorable = /[␛\ufeff\p{Cc}\p{Cs}]/u;
const allUnstorable = /[␛\ufeff\p{Cc}\p{Cs}]/gu;

export const toText = (name: string): string =>
  unstorable.test(name) ? name.replace(allUnstorable, (one) => `␛${one.charCodeAt(0).toString(16).padStart(4, "0")}`) : name;

export const fromText = (text: string): string =>
  text.includes("␛")
    ? text.replace(/␛([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    : text;

/** A UUID as 16 bytes, which sort like its lower-case text. */
export const toBlob = (uuid: string): Uint8Array => parse(uuid);
export const fromBlob = (blob: Uint8Array): string => stringify(blob);

/** Lookup key of a run id: 32 bits, signed. Several run ids may share a key, so readers also compare the text. */
export const runKey = (runId: string): number => crc32(runId) | 0;

/** Verdicts and modes are stored as their position in the domain's lists. */
export const verdictCode = (verdict: (typeof verdicts)[number]): number => verdicts.indexOf(verdict);
export const modeCode = (mode: (typeof reviewModes)[number]): number => reviewModes.indexOf(mode);

/** A row as sql.js returns it. The readers below check the type of each value, so that a wrong schema fails loudly. */
export type Row = readonly SqlValue[];

const unexpected = (row: Row, column: number, wanted: string): never => {
  throw new TypeError(`column ${column} of an index row is not ${wanted}: ${String(row[column])}`);
};

export function int(row: Row, column: number): number {
  const value = row[column];
  return typeof value === "number" ? value : unexpected(row, column, "a number");
}

export const intOrNull = (row: Row, column: number): number | null => (row[column] === null ? null : int(row, column));

export function name(row: Row, column: number): string {
  const value = row[column];
  return typeof value === "string" ? fromText(value) : unexpected(row, column, "text");
}

export const nameOrNull = (row: Row, column: number): string | null => (row[column] === null ? null : name(row, column));

export function uuid(row: Row, column: number): string {
  const value = row[column];
  return value instanceof Uint8Array ? fromBlob(value) : unexpected(row, column, "a blob");
}

export function bytes(row: Row, column: number): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : unexpected(row, column, "a blob");
}

/** Converts between bytes and lower-case hexadecimal digits. */
export const toHex = (blob: Uint8Array): string => Buffer.from(blob).toString("hex");
export const fromHex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, "hex"));

export const verdictAt = (row: Row, column: number): (typeof verdicts)[number] =>
  verdicts[int(row, column)] ?? unexpected(row, column, "a verdict");

export const modeAt = (row: Row, column: number): (typeof reviewModes)[number] =>
  reviewModes[int(row, column)] ?? unexpected(row, column, "a mode");
