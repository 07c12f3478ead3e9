/*
 * Parses a patch that a model wrote, line by line, and writes it anew from the parsed parts: nothing else of it reaches git.
 */

/** Limits in characters and in changed lines: nobody would review a larger patch. */
const maxPatchLength = 200_000;
const maxChangedLines = 2_000;

type Hunk = Readonly<{ oldStart: number; newStart: number; lines: readonly string[] }>;

/** A file of a patch. `lines`: the number of its changed lines. */
export type PatchFile = Readonly<{ file: string; state: "added" | "changed" | "removed"; lines: number; text: string }>;

export type Patch = Readonly<{ ok: true; files: readonly PatchFile[]; text: string }> | Readonly<{ ok: false; reason: string }>;

const fileHeader = /^diff --git a\/(.+) b\/\1$/;
const hunkHeader = /^@@ -(\d{1,7})(?:,\d{1,7})? \+(\d{1,7})(?:,\d{1,7})? @@/;
/** Lines of a file's header that add nothing to the names. */
const plainHeaders = [
  /^index [0-9a-f]+\.\.[0-9a-f]+(?: 100(?:644|755))?$/,
  /^(?:new|deleted) file mode 100644$/,
  /^deleted file mode 100755$/,
];

/** Returns why a patch may not touch a path; undefined if it may. */
export function pathProblem(path: string): string | undefined {
  const parts = path.split("/");
  if (/[\p{Cc}\\":*?<>|]/u.test(path)) return `the path ${JSON.stringify(path)} has characters that not every system takes`;
  if (parts.some((part) => part === "" || part === "." || part === "..")) return `the path ${path} leads out of the checkout`;
  // Systems that fold case or strip trailing characters resolve these to git's own folder.
  if (parts.some((part) => /^(?:\.git|git~\d+)[. ]*$/i.test(part.normalize("NFKC").replaceAll(/\p{Cf}/gu, "")))) {
    return `the path ${path} leads into git's own files`;
  }
  return undefined;
}

const special = /[.+^${}()|[\]\\]/g;

/** Whether a path matches a pattern: a path, a folder with everything in it, or a glob with `*` and `**`. */
export function matchesPattern(path: string, pattern: string): boolean {
  const trimmed = pattern
    .trim()
    .replace(/^\.?\//, "")
    .replace(/\/+$/, "");
  if (trimmed === "") return false;
  const source = trimmed
    .replace(special, String.raw`\$&`)
    .replaceAll(/\*\*\/|\*\*|\*|\?/g, (found) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" })[found] ?? found);
  // On many systems, names that differ only in letter case are the same file.
  return new RegExp(`^${source}(?:/.*)?$`, "iu").test(path);
}

function sideName(line: string | undefined, mark: "--- a/" | "+++ b/"): string | null | undefined {
  const written = line?.replace(/\t.*$/, "");
  if (written === `${mark.slice(0, 4)}/dev/null`) return null;
  return written?.startsWith(mark) ? written.slice(mark.length) : undefined;
}

/** Parses the lines of one hunk. Returns an error text for a line that begins with neither a sign nor a space. */
function parseHunk(lines: readonly string[], oldStart: number, newStart: number): Hunk | string {
  const kept: string[] = [];
  for (const line of lines) {
    // Handwritten patches leave out the space of an empty line.
    if (line === "") kept.push(" ");
    else if (/^[ +-]/.test(line) || line === String.raw`\ No newline at end of file`) kept.push(line);
    else return `a line begins with ${JSON.stringify(line.slice(0, 1))}`;
  }
  return { oldStart, newStart, lines: kept };
}

const countLines = (lines: readonly string[], signs: string): number =>
  lines.filter((line) => signs.includes(line.charAt(0))).length;

function hunkText({ oldStart, newStart, lines }: Hunk): string {
  const header = `@@ -${oldStart},${countLines(lines, " -")} +${newStart},${countLines(lines, " +")} @@`;
  return [header, ...lines].map((line) => `${line}\n`).join("");
}

/** Parses the hunks of a file from the lines after its names. Returns an error text if that fails. */
function parseHunks(body: readonly string[]): readonly Hunk[] | string {
  const starts = body.flatMap((line, n) => (line.startsWith("@@") ? [n] : []));
  if (starts[0] !== 0) return "it has no place";
  const hunks: Hunk[] = [];
  for (const [n, start] of starts.entries()) {
    const [, oldStart, newStart] = hunkHeader.exec(body[start] ?? "") ?? [];
    if (oldStart === undefined || newStart === undefined) return "a place cannot be read";
    const hunk = parseHunk(body.slice(start + 1, starts[n + 1]), Number(oldStart), Number(newStart));
    if (typeof hunk === "string") return hunk;
    hunks.push(hunk);
  }
  return hunks;
}

/** Parses a section of the patch, from one `diff --git` to the next. Returns an error text if that fails. */
function parseFile(name: string, section: readonly string[]): PatchFile | string {
  const problem = pathProblem(name);
  if (problem !== undefined) return problem;
  const at = section.findIndex((line) => line.startsWith("--- "));
  const header = at === -1 ? section : section.slice(0, at);
  const unexpected = header.find((line) => line !== "" && !plainHeaders.some((plain) => plain.test(line)));
  if (unexpected !== undefined) return `${name}: "${unexpected.slice(0, 80)}" is none of the edits that are taken`;
  const [before, after] = [sideName(section[at], "--- a/"), sideName(section[at + 1], "+++ b/")];
  if (at === -1 || before === undefined || after === undefined || (before ?? name) !== name || (after ?? name) !== name) {
    return `${name}: the names of the file do not agree`;
  }
  if (before === null && after === null) return `${name}: the file is on neither side`;
  const hunks = parseHunks(section.slice(at + 2));
  if (typeof hunks === "string") return `${name}: ${hunks}`;
  const state = before === null ? "added" : after === null ? "removed" : "changed";
  const modes = { added: "new file mode 100644\n", removed: "deleted file mode 100644\n", changed: "" } as const;
  // A tab marks the end of a name with a space.
  const end = name.includes(" ") ? "\t" : "";
  const names = `--- ${before === null ? "/dev/null" : `a/${name}${end}`}\n+++ ${after === null ? "/dev/null" : `b/${name}${end}`}\n`;
  return {
    file: name,
    state,
    lines: hunks.reduce((sum, { lines }) => sum + countLines(lines, "+-"), 0),
    text: `diff --git a/${name} b/${name}\n${modes[state]}${names}${hunks.map(hunkText).join("")}`,
  };
}

/** Returns the text of a patch with CR LF line ends for the files that have them: models rarely reproduce these. */
export const withLineEnds = ({ files }: Readonly<{ files: readonly PatchFile[] }>, crlf: ReadonlySet<string>): string =>
  files
    .map(({ file, text }) => {
      if (!crlf.has(file)) return text;
      const at = text.indexOf("\n@@") + 1;
      return text.slice(0, at) + text.slice(at).replaceAll(/^([ +-].*)$(?!\n\\)/gm, "$1\r");
    })
    .join("");

const refused = (reason: string): Patch => ({ ok: false, reason });

/** Parses a patch. @param forbidden patterns of paths that it must not touch */
export function readPatch(source: string, forbidden: readonly string[]): Patch {
  if (source.length > maxPatchLength)
    return refused(`it has ${source.length} characters, and ${maxPatchLength} are taken at most`);
  if (source.includes("\0") || source.includes("GIT binary patch")) return refused("it holds what is no text");
  const lines = source.replaceAll("\r\n", "\n").replace(/\n+$/, "").split("\n");
  const starts = lines.flatMap((line, n) => (line.startsWith("diff --git ") ? [n] : []));
  if (starts.length === 0) return refused("it has no file that begins with `diff --git a/… b/…`");
  if (lines.slice(0, starts[0]).some((line) => line.trim() !== "")) return refused("it begins with what is no patch");
  const files: PatchFile[] = [];
  for (const [n, start] of starts.entries()) {
    const name = fileHeader.exec(lines[start] ?? "")?.[1];
    if (name === undefined) return refused(`"${(lines[start] ?? "").slice(0, 80)}" names no file, or two`);
    const section = lines.slice(start + 1, starts[n + 1]);
    // An empty line before the next file belongs to neither file.
    const file = parseFile(name, section.slice(0, section.findLastIndex((line) => line !== "") + 1));
    if (typeof file === "string") return refused(file);
    if (files.some((known) => known.file.toLowerCase() === file.file.toLowerCase())) return refused(`${name} occurs twice in it`);
    const pattern = forbidden.find((one) => matchesPattern(name, one));
    if (pattern !== undefined) return refused(`${name} lies in ${pattern}, which the agent must not change`);
    files.push(file);
  }
  const changed = files.reduce((sum, file) => sum + file.lines, 0);
  if (changed > maxChangedLines) return refused(`it changes ${changed} lines, and ${maxChangedLines} are taken at most`);
  if (changed === 0) return refused("it changes nothing");
  return { ok: true, files, text: files.map(({ text }) => text).join("") };
}
