/** What a patch says of files and lines, in its order. */
export type PatchEvents = Readonly<{
  /** A file begins. `path`: its name after the change, null for one that is gone; `before`: its name before, null for one that is added. */
  file(file: Readonly<{ path: string | null; before: string | null; isBinary: boolean }>): void;
  /** A place begins; `first`: the number of its first line after the change, the counts are as its header has them, with context. */
  hunk(hunk: Readonly<{ first: number; added: number; removed: number }>): void;
  /** @param line its number after the change */
  added(line: number, text: string): void;
  /** A line that stays, which stands between changed ones. */
  kept(line: number, text: string): void;
}>;

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** A name as git writes it: one with unusual characters in quotes, as C does. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  for (const [found, octal, escaped] of name.slice(1, name.lastIndexOf('"')).matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gs)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (escaped !== undefined) bytes.push(escapes[escaped] ?? escaped.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(found));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}

/** The name behind `--- `, `+++ ` or in `Binary files … and … differ`; null for the side on which there is no file. */
function nameOf(written: string, prefix: "a/" | "b/"): string | null {
  // A name with a space has a tab behind it.
  const name = unquoted(written.replace(/\t$/, ""));
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}

const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const binary = /^Binary files (.*) and (.*) differ$/;

/**
 * Reads a patch with the prefixes `a/` and `b/`, line by line, with any number of lines of context. Lines of the files themselves are
 * counted: they may look like headers.
 */
export function patchReader(events: PatchEvents): (line: string) => void {
  const state = { before: null as string | null, oldLeft: 0, newLeft: 0, next: 0 };
  const inside = (line: string): void => {
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
      inside(line);
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
    if (line.startsWith("--- ")) state.before = nameOf(line.slice("--- ".length), "a/");
    if (line.startsWith("+++ ")) {
      events.file({ path: nameOf(line.slice("+++ ".length), "b/"), before: state.before, isBinary: false });
    }
    const [, before, after] = binary.exec(line) ?? [];
    if (before !== undefined && after !== undefined) {
      events.file({ path: nameOf(after, "b/"), before: nameOf(before, "a/"), isBinary: true });
    }
  };
}
