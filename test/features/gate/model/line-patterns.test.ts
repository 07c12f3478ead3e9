import { describe, expect, it } from "vitest";
import { type Diff, parseDiff } from "../../../../src/features/gate/model/diff.ts";
import { dangerousCalls, minorFindings } from "../../../../src/features/gate/model/line-patterns.ts";

/** A diff that appends the lines of `text` to those of `before`. */
const appendDiff = (path: string, text: string, before = ""): Diff => {
  const contextLines = before === "" ? [] : before.split("\n");
  const added = text.split("\n");
  const hunkHeader = `@@ -1,${contextLines.length} +1,${contextLines.length + added.length} @@`;
  return parseDiff([
    `--- a/${path}`,
    `+++ b/${path}`,
    hunkHeader,
    ...contextLines.map((line) => ` ${line}`),
    ...added.map((line) => `+${line}`),
  ]);
};
const minor = (path: string, text: string): readonly string[] =>
  minorFindings(appendDiff(path, text)).map(({ description }) => description);
const isDangerous = (path: string, text: string, before?: string): boolean =>
  dangerousCalls(appendDiff(path, text, before)).some(({ severity }) => severity === "blocking");

describe("leftovers in added lines", () => {
  it.each([
    ["a.py", "print(x)"],
    ["a.py", "  pprint(x)"],
    ["a.ts", "console.log(x);"],
  ])("%s: %s is a debug print", (path, text) => {
    expect(minor(path, text)).toEqual(["a debug print"]);
  });

  it.each([
    ["a.py", "blueprint(x)"],
    ["a.py", "self.print(x)"],
    ["a.py", "def print(x):"],
    ["a.ts", "console.error(x);"],
    ["a.md", "print(x)"],
  ])("%s: %s is not a debug print", (path, text) => {
    expect(minor(path, text)).toEqual([]);
  });

  it("include TODO notes without an issue", () => {
    for (const text of ["// TODO later", "x = 1; // FIXME", "/* XXX */"]) {
      expect(minor("a.ts", text)).toEqual(["a TODO without an issue"]);
    }
    for (const text of ["// TODO(#12) later", "// FIXME https://example.com/1", "// todo list", "const TODOS = 1;"]) {
      expect(minor("a.ts", text)).toEqual([]);
    }
  });

  it.each([
    ["a.py", "# x = f(1)"],
    ["a.py", "# return x;"],
    ["a.ts", "// const a = 1;"],
    ["a.ts", "// call(a)"],
    ["a.ts", "// if (a) {"],
  ])("%s: %s is code in a comment", (path, text) => {
    expect(minor(path, text)).toEqual(["code in a comment"]);
  });

  it.each([
    ["a.py", "# The order matters."],
    ["a.py", "#!/usr/bin/env python3"],
    ["a.ts", "// Returns what was there before."],
    ["a.ts", " * @param a what to keep"],
    ["a.ts", "// https://example.com/a(b)"],
  ])("%s: %s is prose", (path, text) => {
    expect(minor(path, text)).toEqual([]);
  });
});

describe("calls that execute text as code", () => {
  it.each([
    ["a.py", "eval(x)"],
    ["a.py", "y = exec (x)"],
    ["a.py", "os . system('ls')"],
    ["a.py", "run(c, shell = True)"],
    ["a.ts", "eval(x)"],
    ["a.mjs", "exec(command + x)"],
    ["a.php", "eval($x);"],
    ["a.ipynb", '"eval(x)\\n",'],
  ])("are found in %s: %s", (path, text) => {
    expect(isDangerous(path, text)).toBe(true);
  });

  it.each([
    ["a.py", "model.eval()"],
    ["a.py", "# eval(x) is not used"],
    ["a.py", "def eval(x):"],
    ["a.py", "retrieval(x)"],
    ["a.py", "shell=Trueish"],
    ["a.ts", "pattern.exec(text)"],
    ["a.ts", "function exec(x) {"],
    ["a.md", "eval(x)"],
  ])("are not found in %s: %s", (path, text) => {
    expect(isDangerous(path, text)).toBe(false);
  });

  it.each([
    ["behind a block comment", "a.ts", "/* x */ eval(y)"],
    ["behind two", "a.ts", "/* x */ /* y */ eval(z)"],
    ["behind the end of one", "a.ts", "*/ eval(y)"],
    ["behind an end that slashes seem to hide", "a.ts", "// */ eval(y)"],
    ["behind an end after a star", "a.ts", " * x */ eval(y)"],
    ["in JSX behind a comment", "a.tsx", "{/* x */} {eval(y)}"],
    ["in a template's line that looks like a comment", "a.ts", `// \${eval(y)}`],
    ["in markup behind a comment", "a.vue", "<!-- x --> {{ eval(y) }}"],
    ["in the text of a template", "a.vue", "// {{ eval(y) }}"],
    ["in the text of another", "a.svelte", "/* {eval(y)} */"],
    ["behind the end of PHP that a comment holds", "a.php", "// x ?><?php eval($y);"],
    ["in a text of Ruby", "a.rb", "#{eval(y)}"],
    ["in a text of Python", "a.py", "# {eval(y)}"],
    ["behind a docstring", "a.py", '"""x"""; eval(y)'],
  ])("are found %s, %s: %s", (_, path, text) => {
    expect(isDangerous(path, text)).toBe(true);
  });

  it.each([
    ["a block comment", "a.ts", "/* eval(x) */"],
    ["documentation", "a.ts", "/** eval(x) is not used */"],
    ["a line of a block comment", "a.ts", " * eval(x) is not used"],
    ["the last line of one", "a.ts", " * eval(x) is not used */"],
    ["a comment in JSX", "a.tsx", "{/* eval(x) */}"],
    ["a comment in markup", "a.vue", "<!-- eval(x) -->"],
    ["a line behind slashes", "a.php", "  // eval($x)"],
  ])("are not found in %s, %s: %s", (_, path, text) => {
    expect(isDangerous(path, text)).toBe(false);
  });

  it("are distinguished from block comments by the preceding lines when a line starts with an asterisk", () => {
    expect(isDangerous("a.ts", "  * eval(x);", "const y = 2")).toBe(true);
    expect(isDangerous("a.ts", "  * eval(x);", "const y = 2\n  * z")).toBe(true);
    expect(isDangerous("a.ts", "  * eval(x);", "/** A line. */\nconst y = 2")).toBe(true);
    expect(isDangerous("a.ts", " * eval(x) is not used", "/**\n * A line.\n *")).toBe(false);
    expect(isDangerous("a.ts", " * eval(x) is not used", " * A line.\n")).toBe(false);
  });
});
