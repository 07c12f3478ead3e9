import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDiff } from "../../src/features/gate/model/diff.ts";
import { patchReader } from "../../src/kernel/patch.ts";
import { commit, git, gitEnvironment, repository } from "../support/repository.ts";

const read = (text: string): readonly string[] => {
  const said: string[] = [];
  const line = patchReader({
    file: ({ path, before, isBinary }) => said.push(`file ${before} → ${path}${isBinary ? " binary" : ""}`),
    hunk: ({ first, added, removed }) => said.push(`@${first} -${removed} +${added}`),
    added: (number, added) => said.push(`+${number} ${added}`),
    kept: (number, kept) => said.push(`=${number} ${kept}`),
  });
  for (const one of text.split("\n")) line(one);
  return said;
};

describe("a patch", () => {
  it("gives added lines their numbers, with context around them", () => {
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

  it("takes lines that look like headers for what they are", () => {
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

  it("reads names as git quotes them", () => {
    expect(read('--- /dev/null\n+++ "b/a\\tb\\303\\244 \\"c\\".ts"\n--- "a/\\\\x"\n+++ /dev/null')).toEqual([
      'file null → a\tbä "c".ts',
      "file \\x → null",
    ]);
  });

  it("names binary files, and those that are gone", () => {
    expect(read("Binary files a/p.png and b/p.png differ\nBinary files a/q.png and /dev/null differ")).toEqual([
      "file p.png → p.png binary",
      "file q.png → null binary",
    ]);
  });

  it("of git itself gives each added line of a file as it stands", () => {
    const top = repository({ "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\n9\n" });
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
