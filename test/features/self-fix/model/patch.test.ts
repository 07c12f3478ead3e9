import { describe, expect, it } from "vitest";
import { matchesPattern, pathProblem, readPatch } from "../../../../src/features/self-fix/model/patch.ts";

const patch = (file: string, header = "", body = "@@ -1 +1 @@\n-a\n+b\n"): string =>
  `diff --git a/${file} b/${file}\n${header}--- a/${file}\n+++ b/${file}\n${body}`;
const refusal = (text: string, forbidden: readonly string[] = []): string => {
  const read = readPatch(text, forbidden);
  return read.ok ? "" : read.reason;
};

describe("a proposed patch", () => {
  it("is rewritten from its parsed form, with corrected line counts", () => {
    const input = `${patch("src/a.ts", "index 1..2 100644\n", "@@ -3,9 +3,1 @@ function\n one\n\n-two\n+three\n\n")}${`diff --git a/b.txt b/b.txt\nnew file mode 100644\n--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1,5 @@\n+x\n`}`;
    const read = readPatch(input.replaceAll("\n", "\r\n"), []);
    expect(read).toMatchObject({
      ok: true,
      files: [
        { file: "src/a.ts", state: "changed", lines: 2 },
        { file: "b.txt", state: "added", lines: 1 },
      ],
    });
    expect(read.ok && read.text).toBe(
      "diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -3,3 +3,3 @@\n one\n \n-two\n+three\n" +
        "diff --git a/b.txt b/b.txt\nnew file mode 100644\n--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1,1 @@\n+x\n",
    );
  });

  it.each([
    ["../x", "leads out"],
    ["a/../../x", "leads out"],
    ["/etc/passwd", "leads out"],
    [".git/hooks/pre-commit", "git's own"],
    ["sub/.GIT/config", "git's own"],
    ["git~1/config", "git's own"],
    [".git /config", "git's own"],
    [".g\u200cit/config", "git's own"],
    ["a\\b", "characters"],
    ["a:b", "characters"],
  ])("may not touch %s", (path, reason) => {
    expect(pathProblem(path)).toContain(reason);
    expect(refusal(patch(path))).toContain(reason);
  });

  it.each([
    "old mode 100644\nnew mode 100755\n",
    "new file mode 120000\n",
    "rename from a\nrename to b\n",
    "deleted file mode 160000\n",
  ])("may not contain %j", (header) => {
    expect(refusal(patch("a.ts", header))).toContain("none of the edits");
  });

  it.each([
    ["no patch", "I cannot do that"],
    ["binary content", `${patch("a")}GIT binary patch\n`],
    ["other names below its head", "diff --git a/a b/a\n--- a/a\n+++ b/../b\n@@ -1 +1 @@\n-a\n+b\n"],
    ["two names in its head", "diff --git a/a b/b\n--- a/a\n+++ b/b\n@@ -1 +1 @@\n-a\n+b\n"],
    ["a line without a sign", patch("a", "", "@@ -1 +1 @@\n-a\nb\n")],
    ["one file twice", patch("a.ts") + patch("A.ts")],
    ["no change", patch("a", "", "@@ -1 +1 @@\n a\n")],
    ["too many lines", patch("a", "", `@@ -0,0 +1,2001 @@\n${"+x\n".repeat(2_001)}`)],
    ["too many characters", patch("a", "", `@@ -0,0 +1,1 @@\n+${"x".repeat(200_000)}\n`)],
  ])("is refused with %s", (_, text) => {
    expect(refusal(text)).not.toBe("");
  });

  it("is accepted with two thousand changed lines", () => {
    expect(readPatch(patch("a", "", `@@ -0,0 +1,2000 @@\n${"+x\n".repeat(2_000)}`), []).ok).toBe(true);
  });

  it.each([
    [".github/workflows/ci.yml", ".github/workflows", true],
    [".github/workflows/ci.yml", "/.github/workflows/", true],
    [".GitHub/Workflows/ci.yml", ".github/workflows/**", true],
    ["keys/a/b.pem", "keys/**", true],
    ["a/b.pem", "**/*.pem", true],
    ["b.pem", "**/*.pem", true],
    ["src/a.ts", "src/*.ts", true],
    ["src/x/a.ts", "src/*.ts", false],
    ["srcs/a.ts", "src", false],
    ["a.ts", "", false],
  ])("%s matches the forbidden path %s: %s", (path, pattern, lies) => {
    expect(matchesPattern(path, pattern)).toBe(lies);
    expect(refusal(patch(path), [pattern]) !== "").toBe(lies);
  });
});
