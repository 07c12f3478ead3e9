/** Matches the front matter of a Markdown file; the group is its content. */
export const frontMatter = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---\r?\n?/;

const block = /^[|>][-+\d]*(?:\s+#.*)?$/;
const doubleQuoted = /^"((?:\\.|[^"\\])*)"/;
const singleQuoted = /^'((?:''|[^'])*)'/;
const escapes = /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi;
const spaces: Readonly<Record<string, string>> = { n: " ", r: " ", t: " " };

/** The quoted text at the start of a value; undefined where there is none. */
function unquote(value: string): string | undefined {
  const double = doubleQuoted.exec(value)?.[1];
  if (double === undefined) return singleQuoted.exec(value)?.[1]?.replaceAll("''", "'");
  return double.replaceAll(escapes, (_, four?: string, two?: string, letter = "") => {
    const code = four ?? two;
    return code === undefined ? (spaces[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16));
  });
}

/**
 * Reads a text value of a front matter in YAML syntax: plain, quoted or as a block, also over several lines. Line breaks in it
 * become spaces. Empty where there is no such value.
 */
export function frontMatterText(content: string, key: string): string {
  const lines = content.split(/\r?\n/);
  const at = lines.findIndex((line) => new RegExp(`^(?:${key}|"${key}"|'${key}')\\s*:(?:\\s|$)`).test(line));
  if (at === -1) return "";
  const first = (lines[at] ?? "").replace(/^[^:]*:/, "").trim();
  const following = lines.slice(at + 1);
  const end = following.findIndex((line) => /^\S/.test(line));
  const continuation = (end === -1 ? following : following.slice(0, end)).map((line) => line.trim());
  const join = (parts: readonly string[]): string => parts.filter((part) => part !== "").join(" ");
  if (block.test(first)) return join(continuation);
  return (
    unquote(join([first, ...continuation]))?.trim() ??
    join([first, ...continuation].map((line) => line.replace(/(?:^|\s+)#.*$/, "")))
  );
}
