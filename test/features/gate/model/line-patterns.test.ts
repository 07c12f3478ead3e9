import { describe, expect, it } from "vitest";
import type { Diff } from "../../../../src/features/gate/model/diff.ts";
import { dangerousCalls, minorFindings } from "../../../../src/features/gate/model/line-patterns.ts";

const adding = (path: string, text: string): Diff => ({
  text: "",
  files: [{ path, state: "changed", isBinary: false, added: [{ line: 1, text }], removed: 0 }],
});
const minor = (path: string, text: string): readonly string[] =>
  minorFindings(adding(path, text)).map(({ description }) => description);
const isDangerous = (path: string, text: string): boolean =>
  dangerousCalls(adding(path, text)).some(({ severity }) => severity === "blocking");

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
  ])("%s: %s is none", (path, text) => {
    expect(minor(path, text)).toEqual([]);
  });

  it("are notes of work without an issue", () => {
    for (const text of ["// TODO later", "x = 1; // FIXME", "/* XXX */"]) {
      expect(minor("a.ts", text)).toEqual(["a note of work to do that names no issue"]);
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

describe("calls that run text", () => {
  it.each([
    ["a.py", "eval(x)"],
    ["a.py", "y = exec (x)"],
    ["a.py", "os . system('ls')"],
    ["a.py", "run(c, shell = True)"],
    ["a.ts", "eval(x)"],
    ["a.mjs", "exec(command + x)"],
    ["a.php", "eval($x);"],
    ["a.ipynb", '"eval(x)\\n",'],
  ])("%s: %s", (path, text) => {
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
  ])("not %s: %s", (path, text) => {
    expect(isDangerous(path, text)).toBe(false);
  });
});
