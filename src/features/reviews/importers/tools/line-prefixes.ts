/** Maximum length of a prefix, in characters: patterns only see the beginning of a line. */
const maxPrefix = 500;

/**
 * Returns what a pattern matches at the beginning of each line; null for a line that it does not match. An empty list if it
 * matches less than half of the lines that are not blank: then it may match what a tool wrote.
 */
export function matchPrefixes(pattern: RegExp, lines: readonly string[]): readonly (RegExpExecArray | null)[] {
  const found = lines.map((line) => pattern.exec(line.slice(0, maxPrefix)));
  const matching = found.filter((one) => one !== null).length;
  return matching > 0 && matching * 2 >= lines.filter((line) => line.trim() !== "").length ? found : [];
}

const time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/.source;
/** How GitHub Actions and Azure Pipelines begin a line in which they saw an error. */
const mark = /##\[(?:error|warning|notice)\]/.source;
/** The time, and for GitLab the stream: `2026-05-01T10:11:12.123456Z 00O `; `gh run view --log` writes job and step before it. */
const stamp = new RegExp(
  `^(?<columns>(?:[^\\t]+\\t){2})?\\uFEFF?(?:\\[${time}\\]|${time})(?: \\d\\d[OE][ +]| |(?=\\r?$))(?:${mark})?`,
);
/** A line without a time: with the mark, or as the pages of GitHub Actions show the mark, before a place. */
const markedLine = new RegExp(`^(?:${mark}|(?:Error|Warning): (?= *(?:[^\\s:(]+[:(])?\\d+[:,]))`);

/** The beginning of a line that continues the one before it, in GitLab's logs. */
const continuation = new RegExp(`\\r?\\n${time} \\d\\d[OE]\\+`, "g");
/** What Buildkite and GitLab write within lines. */
const controls =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /\u001b_bk;t=\d+\u0007|(?:\u001b\[0K)*section_(?:start|end):\d+:[^\r\n]*\r(?!\n)/g;

/** Removes what CI systems write before each line, such as its time; returns any other text unchanged. */
export function withoutStamps(text: string): string {
  const lines = text.replaceAll(continuation, "").replaceAll(controls, "").split("\n");
  const found = matchPrefixes(stamp, lines);
  return lines
    .map((line, at) => `${found[at]?.groups?.["columns"] ?? ""}${line.slice(found[at]?.[0].length ?? 0).replace(markedLine, "")}`)
    .join("\n");
}
