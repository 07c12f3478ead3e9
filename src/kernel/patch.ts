/** The files and lines of a patch as events, in its order. */
export type PatchEvents = Readonly<{
  /**
   * A file begins. `path`: its name after the change, null for a deleted file; `before`: its name before, null for an added file.
   */
  file(file: Readonly<{ path: string | null; before: string | null; isBinary: boolean }>): void;
  /**
   * A hunk begins. `first`: the number of its first line after the change. The counts are those of its header, including context.
   */
  hunk(hunk: Readonly<{ first: number; added: number; removed: number }>): void;
  /** @param line its number after the change */
  added(line: number, text: string): void;
  /** An unchanged line around or between changed ones. */
  kept(line: number, text: string): void;
}>;

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** Decodes a name as git writes it: one with unusual characters is quoted like a C string. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  for (const [found, octal, escaped] of name.slice(1, name.lastIndexOf('"')).matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (escaped !== undefined) bytes.push(escapes[escaped] ?? escaped.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(found));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** Parses a name after `--- ` or `+++ `, or in `Binary files … and … differ`; null for the side on which there is no file. */
function parseName(text: string): string | null {
  // A tab follows a name that contains a space, and precedes the time that `diff -u` adds.
  const name = unquote(text.replace(/\t[^"]*$/, ""));
  return name === "/dev/null" ? null : name;
}

/** The prefix that git adds to names: `a/` and `b/`, or a letter for index, working tree, commit or object. */
const prefix = /^[abciow12]\//;

/** The names without git's prefixes. Git uses a different letter on each side: the same letter on both sides is a folder. */
function stripPrefixes(before: string | null, path: string | null): Readonly<{ before: string | null; path: string | null }> {
  const names = [before, path].filter((name) => name !== null);
  const isPrefixed = names.every((name) => prefix.test(name)) && new Set(names.map((name) => name[0])).size === names.length;
  const bare = (name: string | null): string | null => (isPrefixed && name !== null ? name.replace(prefix, "") : name);
  return { before: bare(before), path: bare(path) };
}

const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const binary = /^Binary files (.*) and (.*) differ$/;

/**
 * Reads a patch of git or of `diff -u`, line by line, with any number of lines of context. The lines of each hunk are counted,
 * because content may look like headers.
 */
export function patchReader(events: PatchEvents): (line: string) => void {
  const state = { before: null as string | null, oldLeft: 0, newLeft: 0, next: 0 };
  const readHunkLine = (line: string): void => {
    if (line.startsWith("-")) {
      state.oldLeft -= 1;
      return;
    }
    state.newLeft -= 1;
    if (line.startsWith("+")) events.added(state.next, line.slice(1));
    else {
      state.oldLeft -= 1;
      events.kept(state.next, line.slice(1));
    }
    state.next += 1;
  };
  return (line) => {
    if (line.startsWith("\\")) return;
    if (state.oldLeft > 0 || state.newLeft > 0) {
      readHunkLine(line);
      return;
    }
    const [, removed = "1", start, added = "1"] = hunk.exec(line) ?? [];
    if (start !== undefined) {
      state.oldLeft = Number(removed);
      state.newLeft = Number(added);
      state.next = Number(start);
      events.hunk({ first: state.next, added: state.newLeft, removed: state.oldLeft });
      return;
    }
    if (line.startsWith("--- ")) state.before = parseName(line.slice("--- ".length));
    if (line.startsWith("+++ "))
      events.file({ ...stripPrefixes(state.before, parseName(line.slice("+++ ".length))), isBinary: false });
    const [, before, after] = binary.exec(line) ?? [];
    if (before !== undefined && after !== undefined)
      events.file({ ...stripPrefixes(parseName(before), parseName(after)), isBinary: true });
  };
}
