/*
 * The output of an operation for people, shared by all faces: blocks, from which a terminal, Markdown and CSV are rendered. Text
 * in a document is raw, also when it comes from reports and paths; the renderer escapes it.
 */

/** The meaning of a text. A face chooses the colour or the weight, and no meaning may depend on that alone. */
export type Tone = "good" | "bad" | "caution" | "info" | "muted" | "strong";

export type Text = string | Readonly<{ text: string; tone: Tone }> | readonly Text[];

/** How a column adapts to a narrow terminal. */
export type Fit = Readonly<{
  align?: "left" | "right";
  /** Minimum width, in terminal columns, to which it may be wrapped; without this it is never wrapped. */
  shrink?: number;
  /** Left out before anything is wrapped, the last one first. */
  extra?: true;
  /** May be left out when wrapping is not enough, the highest number first. */
  drop?: number;
}>;

/** A column of a table over rows of one type. */
export type Column<Row> = Fit & Readonly<{ head: string; cell(row: Row): Text }>;

/** A label, its value, and a remark on it. */
export type Field = Readonly<{ label: string; value: Text; remark?: Text | null }>;

export type Item = Readonly<{ text: Text; details?: readonly Text[] }>;

export type Block =
  | Readonly<{ kind: "heading"; text: Text; remark?: Text | undefined }>
  | Readonly<{ kind: "paragraph"; text: Text }>
  /** `plain`: numbers among the values are unrelated, so they are not aligned with each other. */
  | Readonly<{ kind: "fields"; fields: readonly Field[]; plain: boolean }>
  | Readonly<{ kind: "table"; columns: readonly (Fit & Readonly<{ head: string; cells: readonly Text[] }>)[]; rows: number }>
  | Readonly<{ kind: "list"; items: readonly Item[] }>
  | Readonly<{ kind: "warning"; text: Text }>
  /** The next step: a description, and the command line that does it. */
  | Readonly<{ kind: "action"; text: string; command: string }>
  | Readonly<{ kind: "code"; language: string; text: string }>
  /** Values as a line of bars on the scale from `minimum` to `maximum`, oldest first. */
  | Readonly<{ kind: "sparkline"; label: string; values: readonly number[]; minimum: number; maximum: number }>
  /** Blocks that belong together: they are rendered without blank lines between them. */
  | Readonly<{ kind: "group"; blocks: readonly Block[] }>;

export type Document = readonly Block[];

/** How a face words the content of a document. */
export type Words = Readonly<{
  /** The message in the language of the face, `{0}`, `{1}` … filled in. */
  t(message: string, ...args: readonly (string | number)[]): string;
  /** A number with its separators. */
  number(value: number): string;
  /** An amount in US dollars. */
  usd(value: number): string;
  /** Date and time of an instant (ISO-8601 UTC) in the ledger's zone. */
  time(iso: string): string;
  /** How long ago it was: `3 days ago`. */
  ago(iso: string): string;
  /** When it is due: `in 2 hours`. */
  until(iso: string): string;
  /** Whether a person reads the output as it appears, rather than a program or a file. */
  interactive: boolean;
}>;

const toned =
  (tone: Tone) =>
  (text: string): Text => ({ text, tone });
export const good = toned("good");
export const bad = toned("bad");
export const caution = toned("caution");
export const info = toned("info");
export const muted = toned("muted");
export const strong = toned("strong");

export const heading = (text: Text, remark?: Text): Block => ({ kind: "heading", text, remark });
export const paragraph = (text: Text): Block => ({ kind: "paragraph", text });
export const fields = (rows: readonly Field[], plain = false): Block => ({ kind: "fields", fields: rows, plain });
export const list = (items: readonly Item[]): Block => ({ kind: "list", items });
export const warning = (text: Text): Block => ({ kind: "warning", text });
export const code = (language: string, text: string): Block => ({ kind: "code", language, text });
export const action = (text: string, command: string): Block => ({ kind: "action", text, command });

export const group = (...blocks: readonly Block[]): Block => ({ kind: "group", blocks });
export const sparkline = (label: string, values: readonly number[], minimum: number, maximum: number): Block => ({
  kind: "sparkline",
  label,
  values,
  minimum,
  maximum,
});

/** A table of rows; each cell is computed once. */
export const table = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Block => ({
  kind: "table",
  columns: columns.map(({ cell, ...column }) => ({ ...column, cells: rows.map(cell) })),
  rows: rows.length,
});

/** The text without its tones. */
export function bareText(text: Text): string {
  if (typeof text === "string") return text;
  return "tone" in text ? text.text : text.map(bareText).join("");
}

/** `1 run`, `2 runs`; both forms are messages for `t`, with `{0}` for the number. */
export const counted = (words: Pick<Words, "t" | "number">, n: number, one: string, many: string): string =>
  words.t(n === 1 ? one : many, words.number(n));

/** Returns the English message itself with its values filled in. */
export const english: Words["t"] = (message, ...args) =>
  message.replaceAll(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));
