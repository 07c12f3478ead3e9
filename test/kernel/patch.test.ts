import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDiff } from "../../src/features/gate/model/diff.ts";
import { patchReader } from "../../src/kernel/patch.ts";
import { commit, createRepository, git, gitEnvironment } from "../support/repository.ts";

const read = (text: string): readonly string[] => {
  const events: string[] = [];
  const line = patchReader({
    file: ({ path, before, isBinary }) => events.push(`file ${before} → ${path}${isBinary ? " binary" : ""}`),
    hunk: ({ first, added, removed }) => events.push(`@${first} -${removed} +${added}`),
    added: (number, added) => events.push(`+${number} ${added}`),
    kept: (number, kept) => events.push(`=${number} ${kept}`),
  });
  for (const one of text.split("\n")) line(one);
  return events;
};

describe("a patch", () => {
  it("numbers added lines, with surrounding context", () => {
    const patch = [
      "--- a/x.ts",
      "+++ b/x.ts",
      "@@ -3,4 +3,5 @@ head",
      " a",
      "-b",
      "+B",
      "+C",
      " d",
      " e",
      "\\ No newline at end of file",
    ];
    expect(read(patch.join("\n"))).toEqual(["file x.ts → x.ts", "@3 -4 +5", "=3 a", "+4 B", "+5 C", "=6 d", "=7 e"]);
  });

  it("reads lines that look like headers as content", () => {
    const patch = [
      "--- a/x",
      "+++ b/x",
      "@@ -1,2 +1,2 @@",
      "--- a/y",
      "-@@ -1 +1 @@",
      "+++ b/z",
      "+@@ -9 +9 @@",
      "--- a/q",
      "+++ b/q",
    ];
    expect(read(patch.join("\n"))).toEqual(["file x → x", "@1 -2 +2", "+1 ++ b/z", "+2 @@ -9 +9 @@", "file q → q"]);
  });

  it("reads file names quoted by git", () => {
    expect(read('--- /dev/null\n+++ "b/a\\tb\\303\\244 \\"c\\".ts"\n--- "a/\\\\x"\n+++ /dev/null')).toEqual([
      'file null → a\tbä "c".ts',
      "file \\x → null",
    ]);
  });

  it.each([
    ["without prefixes", "--- src/x.ts\n+++ src/x.ts", "src/x.ts → src/x.ts"],
    ["without prefixes, in a folder of one letter", "--- a/x.ts\n+++ a/x.ts", "a/x.ts → a/x.ts"],
    ["of the index and the working tree", "--- i/x.ts\n+++ w/x.ts", "x.ts → x.ts"],
    ["of a commit and the working tree", "--- c/x.ts\n+++ w/x.ts", "x.ts → x.ts"],
    ["of a commit and the index", "--- c/x.ts\n+++ i/x.ts", "x.ts → x.ts"],
    ["of an object and the working tree", "--- o/x.ts\n+++ w/x.ts", "x.ts → x.ts"],
    ["in reverse", "--- b/x.ts\n+++ a/x.ts", "x.ts → x.ts"],
    ["of a new file", "--- /dev/null\n+++ w/x.ts", "null → x.ts"],
    ["of a new file without prefixes", "--- /dev/null\n+++ src/x.ts", "null → src/x.ts"],
    ["with times", "--- old/x.ts\t2026-11-29 16:00:00.0 +0000\n+++ x.ts\t2026-11-29 16:01:00.0 +0000", "old/x.ts → x.ts"],
    ["with a space in a name", "--- a/x y.ts\t\n+++ b/x y.ts\t", "x y.ts → x y.ts"],
    ["quoted, without prefixes", '--- "x\\ty.ts"\n+++ "x\\ty.ts"', "x\ty.ts → x\ty.ts"],
    ["quoted, with a time behind it", '--- "a/x\\ty.ts"\t2026\n+++ "b/x\\ty.ts"\t2026', "x\ty.ts → x\ty.ts"],
  ])("names its files %s", (_, text, names) => {
    expect(read(text)).toEqual([`file ${names}`]);
  });

  it("names binary files, including removed ones", () => {
    expect(read("Binary files a/p.png and b/p.png differ\nBinary files a/q.png and /dev/null differ")).toEqual([
      "file p.png → p.png binary",
      "file q.png → null binary",
    ]);
  });

  it("produced by git yields each added line with its number", () => {
    const top = createRepository({ "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\n9\n" });
    writeFileSync(join(top, "a.ts"), "1\ntwo\n3\n4\n5\n6\n7\n8\n9\nten\r\n");
    const text = execFileSync("git", ["-C", top, "diff", "HEAD"], { env: gitEnvironment, encoding: "utf8" });
    const [file] = parseDiff(text.split("\n")).files;
    expect(file).toMatchObject({
      path: "a.ts",
      state: "changed",
      added: [
        { line: 2, text: "two" },
        { line: 10, text: "ten" },
      ],
    });
    expect(file?.places.map((place) => place.map((one) => `${one.line} ${one.text}`))).toEqual([
      ["1 1", "2 two", "3 3", "4 4", "5 5"],
      ["7 7", "8 8", "9 9", "10 ten"],
    ]);
    commit(top);
    git(top, "rm", "-q", "a.ts");
    const gone = execFileSync("git", ["-C", top, "diff", "HEAD"], { env: gitEnvironment, encoding: "utf8" });
    expect(parseDiff(gone.split("\n")).files).toMatchObject([{ path: "a.ts", state: "removed", added: [] }]);
  });
});
