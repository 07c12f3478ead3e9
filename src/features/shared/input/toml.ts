import { parse, stringify, TomlError } from "smol-toml";

export type TomlTable = Readonly<Record<string, unknown>>;

/** The content of a text, or where and why it is not TOML. */
export type TomlResult = Readonly<{ table: TomlTable }> | Readonly<{ table?: undefined; place: string; reason: string }>;

export function parseToml(text: string): TomlResult {
  try {
    return { table: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    return { place: `line ${error.line}, column ${error.column}`, reason: `it is not valid TOML: ${reason}` };
  }
}

const isToml = (text: string): boolean => parseToml(text).table !== undefined;

/** Returns the comment at the end of a line that sets a value, with the space before it. */
function commentOf(line: string): string {
  const at = [...line.matchAll(/\s*#/g)].map(({ index }) => index).find((index) => isToml(line.slice(0, index)));
  return at === undefined ? "" : line.slice(at);
}

/** Splits the lines before the first table into statements. A value of several lines is one statement. */
function splitStatements(lines: readonly string[]): Readonly<{ top: readonly (readonly string[])[]; rest: readonly string[] }> {
  const top: (readonly string[])[] = [];
  let from = 0;
  while (from < lines.length && !/^\s*\[/.test(lines[from] ?? "")) {
    let to = from + 1;
    while (to < lines.length && !isToml(lines.slice(from, to).join("\n"))) to += 1;
    top.push(lines.slice(from, to));
    from = to;
  }
  return { top, rest: lines.slice(from) };
}

/**
 * Sets top-level keys in a text. All other lines stay unchanged, including comments and keys of others, and so does a key that
 * already has the value; a key that does not exist yet is added after the last one.
 * @param text valid TOML
 */
export function setTomlKeys(
  text: string,
  values: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): string {
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const { top, rest } = splitStatements(text.split(/\r?\n/));
  const toLine = (key: string): string => stringify({ [key]: values[key] }).trimEnd();
  const tableOf = (statement: readonly string[]): TomlTable => parseToml(statement.join("\n")).table ?? {};
  const keyOf = (statement: readonly string[]): string | undefined =>
    Object.keys(tableOf(statement)).find((key) => Object.hasOwn(values, key));
  const changed = top.map((statement) => {
    const key = keyOf(statement);
    if (key === undefined || JSON.stringify(tableOf(statement)[key]) === JSON.stringify(values[key])) return statement;
    return [toLine(key) + (statement.length === 1 ? commentOf(statement[0] ?? "") : "")];
  });
  const known = new Set(top.map(keyOf));
  const added = Object.keys(values).filter((key) => !known.has(key));
  const last = changed.findLastIndex((statement) => statement.some((line) => line.trim() !== "")) + 1;
  const lines = [...changed.slice(0, last).flat(), ...added.map(toLine), ...changed.slice(last).flat(), ...rest];
  return lines.join(eol);
}
