import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { verify } from "../../../../src/features/maintenance/operations/verify.ts";
import { exportRuns } from "../../../../src/features/reviews/operations/export.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { review } from "../../../../src/features/reviews/operations/review.ts";
import { show } from "../../../../src/features/reviews/operations/show.ts";
import { violations } from "../../../../src/features/reviews/operations/violations.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { commit, createRepository, git } from "../../../support/repository.ts";

type ProbeFinding = Readonly<{ uri?: string; line?: number; rule?: string; level?: string; message?: string; more?: object }>;

/** The output of a tool, as SARIF. */
const sarif = (findings: readonly ProbeFinding[], tool = "Probe"): string =>
  JSON.stringify({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: tool } },
        results: findings.map(({ uri, line, rule = "R1", level = "warning", message = "m", more }) => ({
          ruleId: rule,
          level,
          message: { text: message },
          ...(uri === undefined
            ? {}
            : { locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }] }),
          ...more,
        })),
      },
    ],
  });

const run = (ports: TestPorts, input: object) => review.call(ports, input, quietCall);
const places = (findings: readonly Readonly<{ file: string; line: number }>[]): readonly string[] =>
  findings.map(({ file, line }) => `${file}:${line}`);

const lines = (count: number): string => Array.from({ length: count }, (_, n) => `line ${n + 1}\n`).join("");

/** A branch that changed line 2 of a.ts and added new.ts. */
function featureBranch(): string {
  const top = createRepository({ "a.ts": lines(5), "old.ts": lines(5), "gone.ts": lines(5) });
  git(top, "switch", "-q", "-c", "feature");
  commit(top, { "a.ts": lines(5).replace("line 2", "changed") });
  return writeFiles(top, { "new.ts": lines(3) });
}

const mixedFindings: readonly ProbeFinding[] = [
  { uri: "a.ts", line: 2, level: "error" },
  { uri: "a.ts", line: 3 },
  { uri: "a.ts" },
  { uri: "old.ts", line: 1 },
  { uri: "old.ts" },
  { uri: "new.ts", line: 3 },
  {},
];

describe("a review of new code", () => {
  it("charges findings in changed lines or files, and keeps the others without charging them", async () => {
    const top = featureBranch();
    const ports = await openPorts({ cwd: top });
    const view = await run(ports, { text: sarif(mixedFindings) });
    expect(view).toMatchObject({
      recorded: true,
      reason: null,
      base: { commit: git(top, "rev-parse", "main"), name: "main" },
      // 100 − 15 − 3 × 2
      score: 79,
      reward: -0.1,
      verdict: "FAIL",
      run: { coin_delta: -0.1, findings: 4, blocking: 1 },
      outside: 0,
      repeated: 0,
      warnings: [],
    });
    expect(places(view.findings)).toEqual(["a.ts:2", "a.ts:1", "new.ts:3", ".:1"]);
    expect(places(view.existing)).toEqual(["a.ts:3", "old.ts:1", "old.ts:1"]);

    const detail = await show.call(ports, { run_id: view.run_id }, quietCall);
    expect(detail).toMatchObject({
      base: view.base?.commit,
      existing_count: 3,
      changed_files: ["a.ts", "new.ts"],
      branch: "feature",
      summary: "4 findings, 1 blocking.",
    });
    expect(detail.findings).toEqual(view.findings);
    expect(detail.existing).toEqual(view.existing);
    expect(await violations.call(ports, {}, quietCall)).toMatchObject([{ rule: "R1", count: 4 }]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true, problems: [], facts: 1 });
  });

  it("counts a failing test even in an unchanged file", async () => {
    const ports = await openPorts({ cwd: featureBranch() });
    const text =
      '<testsuites><testsuite><testcase name="adds" file="old.ts"><failure message="1 is not 2"/></testcase></testsuite></testsuites>';
    const view = await run(ports, { text });
    expect(view.findings).toMatchObject([{ file: "old.ts", rule: "TEST_FAILURE", category: "testing", blocking: true }]);
  });

  it("compares with the given base commit", async () => {
    const top = featureBranch();
    const ports = await openPorts({ cwd: top });
    const view = await run(ports, { text: sarif(mixedFindings), base: "HEAD" });
    expect(places(view.findings)).toEqual(["new.ts:3", ".:1"]);
    await expect(run(ports, { text: sarif(mixedFindings), base: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("counts staged changes at their committed line numbers, even when the working tree differs", async () => {
    const top = createRepository({ "a.ts": lines(9), "b.ts": lines(3), "c.ts": lines(3) });
    const ports = await openPorts({ cwd: top });
    const staged = lines(9).replace("line 4\n", "staged 4\nstaged 5\n");
    writeFiles(top, { "a.ts": staged, "b.ts": `${lines(3)}staged\n` });
    git(top, "add", "--all");
    // Two more lines before the staged ones, one fewer after them, and one unstaged line between them.
    const now = `one\ntwo\n${staged.replace("staged 5\n", "not staged\nstaged 5\n").replace("line 7\n", "")}`;
    writeFiles(top, { "a.ts": now, "c.ts": "not staged\n", "untracked.ts": "x\n" });
    const at = (uri: string, text: string): ProbeFinding => ({ uri, line: now.split("\n").indexOf(text) + 1, message: text });
    const lineFindings = ["one", "staged 4", "not staged", "staged 5", "line 6", "line 9"].map((text) => at("a.ts", text));
    const otherFindings: readonly ProbeFinding[] = [
      { uri: "a.ts" },
      { uri: "b.ts", line: 4 },
      { uri: "c.ts", line: 1 },
      { uri: "untracked.ts", line: 1 },
      {},
    ];
    const view = await run(ports, { text: sarif([...lineFindings, ...otherFindings]), staged: true });
    expect(places(view.findings)).toEqual(["a.ts:4", "a.ts:5", "a.ts:1", "b.ts:4", ".:1"]);
    expect(places(view.existing)).toEqual(["a.ts:7", "a.ts:10"]);
    expect(view).toMatchObject({
      recorded: true,
      base: { commit: git(top, "rev-parse", "HEAD"), name: "HEAD" },
      unstaged: 4,
      warnings: ["Findings in changes that are not staged were left out: 4."],
    });
    expect(await show.call(ports, { run_id: view.run_id }, quietCall)).toMatchObject({ changed_files: ["a.ts", "b.ts"] });
    // The same staged changes are the same run, whatever else changed.
    writeFiles(top, { "c.ts": "otherwise\n" });
    expect(await run(ports, { text: sarif([...lineFindings, ...otherFindings]), staged: true })).toMatchObject({
      reason: "duplicate",
    });
  });

  it("counts failing tests anywhere, with committed line numbers where they are staged", async () => {
    const top = createRepository({ "a.test.ts": lines(3), "b.test.ts": lines(3) });
    writeFiles(top, { "a.test.ts": `staged\n${lines(3)}` });
    git(top, "add", "--all");
    writeFiles(top, { "a.test.ts": `one\ntwo\nstaged\n${lines(3)}`, "new.test.ts": lines(3) });
    const failing = [
      ["a.test.ts", 4],
      ["a.test.ts", 1],
      ["b.test.ts", 2],
      ["new.test.ts", 3],
    ].map(([file, line]) => `<testcase name="${file} ${line}" file="${file}" line="${line}"><failure message="m"/></testcase>`);
    const text = `<testsuites><testsuite name="s">${failing.join("")}</testsuite></testsuites>`;
    const view = await run(await openPorts({ cwd: top }), { text, staged: true });
    // The line before the staged ones and the untracked file are not in the commit, so their line numbers stay.
    expect(places(view.findings)).toEqual(["a.test.ts:2", "a.test.ts:1", "b.test.ts:2", "new.test.ts:3"]);
    expect(view.unstaged).toBe(0);
  });

  it("counts staged changes before the first commit", async () => {
    const top = writeFiles(temporaryFolder(), { "a.ts": lines(2) });
    git(top, "init", "-q", "-b", "main");
    git(top, "add", "--all");
    const ports = await openPorts({ cwd: top });
    const view = await run(ports, { text: sarif([{ uri: "a.ts", line: 2 }]), staged: true });
    expect(view).toMatchObject({ recorded: true, base: null, unstaged: 0 });
    expect(places(view.findings)).toEqual(["a.ts:2"]);
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true });
    // The same code is the same run on another day too, and other code is another run on the same day.
    ports.clock.advance(24 * 60 * 60 * 1000);
    expect(await run(ports, { text: sarif([{ uri: "a.ts", line: 2 }]), staged: true })).toMatchObject({ reason: "duplicate" });
    writeFiles(top, { "b.ts": "x\n" });
    git(top, "add", "--all");
    expect(await run(ports, { text: sarif([{ uri: "a.ts", line: 2 }]), staged: true })).toMatchObject({ recorded: true });
  });

  it("rejects the staged option without staged changes, outside a checkout, or with another base", async () => {
    const text = sarif([{ uri: "a.ts", line: 1 }]);
    const ports = await openPorts({ cwd: createRepository({ "a.ts": "x\n" }) });
    await expect(run(ports, { text, staged: true })).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("nothing is staged"),
    });
    await expect(run(ports, { text, staged: true, all: true })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(run(ports, { text, staged: true, base: "HEAD" })).rejects.toMatchObject({ code: "invalid_input" });
    const outside = await openPorts({ cwd: temporaryFolder() });
    await expect(run(outside, { text, staged: true })).rejects.toMatchObject({ code: "not_found" });
  });

  it("reads output with invalid bytes, reports the first one, and skips a rule it cannot decode", async () => {
    const top = createRepository({ "a.ts": lines(5) });
    const ports = await openPorts({ cwd: top });
    const output = (rule: string): Buffer =>
      Buffer.from(
        sarif([
          { uri: "a.ts", line: 2, message: "Größe" },
          { uri: "a.ts", line: 3, rule },
        ]),
        "latin1",
      );
    writeFiles(top, { "whole.sarif": output("R2"), "rule.sarif": output("Größe"), "bytes.zip": Buffer.from("PK\x03\x04") });
    const at = output("R2").indexOf(0xf6) + 1;
    const view = await run(ports, { files: [join(top, "whole.sarif")], all: true });
    expect(view.findings).toMatchObject([
      { line: 2, rule: "R1", message: "Gr\uFFFD\uFFFDe" },
      { line: 3, rule: "R2" },
    ]);
    expect(view.warnings).toEqual([
      `${join(top, "whole.sarif")}: 2 characters could not be read as text and were replaced by \uFFFD, the first at line 1, column ${at}.`,
    ]);
    const other = await run(ports, { files: [join(top, "rule.sarif")], all: true });
    expect(other.findings).toMatchObject([{ line: 2, rule: "R1" }]);
    expect(other.outputs).toMatchObject([
      { findings: 1, skipped: [{ place: "a.ts:3", reason: "its rule could not be read as text (Gr\uFFFD\uFFFDe)" }] },
    ]);
    await expect(run(ports, { files: [join(top, "bytes.zip")] })).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("counts all code when requested or when there is nothing to compare with", async () => {
    const top = featureBranch();
    const ports = await openPorts({ cwd: top });
    expect(await run(ports, { text: sarif(mixedFindings), all: true })).toMatchObject({
      base: null,
      existing: [],
      run: { findings: 7 },
    });
    const alone = await openPorts({ cwd: createRepository({ "a.ts": "x\n" }) });
    expect(await run(alone, { text: sarif([{ uri: "a.ts", line: 1 }]) })).toMatchObject({ base: null, run: { findings: 1 } });
  });

  it("is rejected when nothing changed, unless all code is reviewed", async () => {
    const top = createRepository({ "a.ts": "x\n" });
    git(top, "switch", "-q", "-c", "feature");
    const ports = await openPorts({ cwd: top });
    writeFiles(top, { "out.sarif": sarif([]) });
    await expect(run(ports, { files: ["out.sarif"] })).rejects.toThrow(
      "Failed to review: nothing changed since main, so there is no new code",
    );
    expect(await run(ports, { files: ["out.sarif"], all: true })).toMatchObject({ recorded: true, score: 100 });
  });

  it("omits unchanged files with changed_only", async () => {
    const ports = await openPorts({ cwd: featureBranch() });
    const view = await run(ports, { text: sarif(mixedFindings), changed_only: true });
    expect(places(view.existing)).toEqual(["a.ts:3"]);
    expect(view.findings).toHaveLength(4);
  });

  it("accepts a tool's statement that a finding existed before", async () => {
    const ports = await openPorts({ cwd: createRepository({ "a.ts": "x\n" }) });
    const view = await run(ports, {
      text: sarif([
        { uri: "a.ts", line: 1, more: { baselineState: "unchanged" } },
        { uri: "a.ts", line: 1, more: { baselineState: "new" } },
      ]),
    });
    expect(view).toMatchObject({ base: null, run: { findings: 1 }, existing: [{ file: "a.ts" }] });
  });

  it("keeps a thousand findings of existing code and counts the rest", async () => {
    const ports = await openPorts({ cwd: featureBranch() });
    const view = await run(ports, { text: sarif(Array.from({ length: 1200 }, (_, n) => ({ uri: "old.ts", line: n + 1 }))) });
    expect(view.existing).toHaveLength(1200);
    const detail = await show.call(ports, { run_id: view.run_id }, quietCall);
    expect(detail.existing).toHaveLength(1000);
    expect(detail.existing_count).toBe(1200);
  });
});

describe("the same result", () => {
  it("is recorded once for the same code, and again once the code changed", async () => {
    const top = featureBranch();
    const ports = await openPorts({ cwd: top });
    const output = sarif(mixedFindings);
    writeFiles(top, { "out.sarif": output });
    const first = await run(ports, { files: ["out.sarif"] });
    // The output is not code: rewriting it changes nothing.
    writeFiles(top, { "out.sarif": `${output}\n` });
    expect(await run(ports, { files: ["out.sarif"] })).toMatchObject({
      recorded: false,
      reason: "duplicate",
      run_id: first.run_id,
    });
    expect(await run(ports, { files: [join(top, "out.sarif")] })).toMatchObject({ recorded: false });
    writeFiles(top, { "new.ts": lines(4) });
    const second = await run(ports, { files: ["out.sarif"] });
    expect(second.recorded).toBe(true);
    expect(second.run_id).not.toBe(first.run_id);
    git(top, "add", "--all");
    git(top, "commit", "-q", "-m", "all");
    expect((await run(ports, { files: ["out.sarif"] })).recorded).toBe(true);
    expect(await history.call(ports, {}, quietCall)).toHaveLength(3);
  });

  it("is recorded for another agent too", async () => {
    const ports = await openPorts({ cwd: featureBranch() });
    expect((await run(ports, { text: sarif(mixedFindings) })).recorded).toBe(true);
    expect((await run(ports, { text: sarif(mixedFindings), agent: "codex" })).recorded).toBe(true);
  });

  it("is recorded once a day outside of a repository", async () => {
    const ports = await openPorts();
    writeFileSync(join(ports.cwd, "a.ts"), "x\n");
    const text = sarif([{ uri: "a.ts", line: 1 }]);
    expect((await run(ports, { text })).recorded).toBe(true);
    expect((await run(ports, { text })).recorded).toBe(false);
    ports.clock.advance(24 * 60 * 60 * 1000);
    expect((await run(ports, { text })).recorded).toBe(true);
  });

  it("may be recorded with a given run id", async () => {
    const ports = await openPorts({ cwd: featureBranch() });
    expect(await run(ports, { text: sarif(mixedFindings), run_id: "mine" })).toMatchObject({
      run_id: "mine",
      run: { run_id: "mine" },
    });
  });
});

describe("several outputs", () => {
  it("form one run, in which a finding contained in two outputs counts once", async () => {
    const top = writeFiles(createRepository({ "a.ts": lines(3) }), {
      "one.sarif": sarif(
        [
          { uri: "a.ts", line: 1 },
          { uri: "a.ts", line: 1 },
        ],
        "ESLint",
      ),
      "again.sarif": sarif(
        [
          { uri: "a.ts", line: 1 },
          { uri: "a.ts", line: 1 },
        ],
        "ESLint",
      ),
      "shard.sarif": sarif(
        [
          { uri: "a.ts", line: 1 },
          { uri: "a.ts", line: 2 },
        ],
        "ESLint",
      ),
      "two.sarif": sarif(
        [
          { uri: "a.ts", line: 1 },
          { uri: "a.ts", line: 3, rule: "R2" },
        ],
        "Oxlint",
      ),
    });
    const ports = await openPorts({ cwd: top });
    const view = await run(ports, { files: ["two.sarif", "one.sarif", "again.sarif", "one.sarif", "shard.sarif"] });
    expect(view.outputs.map(({ file, format, tools, findings }) => [file, format, tools, findings])).toEqual([
      ["two.sarif", "sarif", ["oxlint"], 2],
      ["one.sarif", "sarif", ["eslint"], 2],
      ["shard.sarif", "sarif", ["eslint"], 2],
    ]);
    expect(view.findings.map(({ tool, rule, line }) => `${tool} ${rule} ${line}`).sort()).toEqual([
      "eslint R1 1",
      "eslint R1 1",
      "eslint R1 2",
      "oxlint R2 3",
      "oxlint oxlint/R1 1",
    ]);
    expect(view).toMatchObject({ repeated: 1, warnings: ["Findings that two of the files have count once: 1."] });
  });

  it("are all required: an invalid or missing one rejects the run", async () => {
    const top = writeFiles(createRepository({ "a.ts": lines(3) }), { "one.sarif": sarif([]), "bad.json": '{"runs":' });
    const ports = await openPorts({ cwd: top });
    await expect(run(ports, { files: ["one.sarif", "bad.json"] })).rejects.toMatchObject({ code: "invalid_json" });
    await expect(run(ports, { files: ["one.sarif", "gone.json"] })).rejects.toMatchObject({ code: "unreadable_file" });
    expect(await history.call(ports, {}, quietCall)).toEqual([]);
  });

  it("may come from standard input and files", async () => {
    const top = writeFiles(createRepository({ "a.ts": lines(3) }), { "one.sarif": sarif([{ uri: "a.ts", line: 1 }]) });
    const ports = await openPorts({ cwd: top });
    const view = await run(ports, { files: ["one.sarif", "-"], text: sarif([{ uri: "a.ts", line: 2 }]) });
    expect(view.outputs.map(({ file }) => file)).toEqual(["one.sarif", "standard input"]);
    await expect(run(ports, {})).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("tool output", () => {
  it("is scored in a dry run, and nothing is recorded", async () => {
    const ports = await openPorts({ cwd: featureBranch() });
    const view = await run(ports, { text: sarif(mixedFindings), dry_run: true });
    expect(view).toMatchObject({ recorded: false, reason: "dry_run", run: null, status: null, score: 79, reward: -0.1 });
    expect(await history.call(ports, {}, quietCall)).toEqual([]);
    expect((await run(ports, { text: sarif(mixedFindings) })).run_id).toBe(view.run_id);
  });

  it.each([
    ["SARIF without a run", '{"version":"2.1.0","runs":[]}'],
    [
      "SARIF of a tool that failed",
      JSON.stringify({
        version: "2.1.0",
        runs: [{ tool: { driver: { name: "Probe" } }, results: [], invocations: [{ executionSuccessful: false }] }],
      }),
    ],
    [
      "SARIF without results",
      JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "Probe" } }, results: null }] }),
    ],
    ["JUnit XML without a test", '<testsuites><testsuite name="none" tests="0"/></testsuites>'],
  ])("is rejected when no tool checked the code: %s", async (_, text) => {
    const ports = await openPorts({ cwd: temporaryFolder() });
    await expect(run(ports, { text })).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining("no tool") });
    expect(await history.call(ports, {}, quietCall)).toEqual([]);
    // Beside the output of a tool that ran, it does no harm and is named in a warning.
    const top = writeFiles(temporaryFolder(), { "none.txt": text, "clean.sarif": sarif([]) });
    const both = await openPorts({ cwd: top });
    expect(await run(both, { files: ["none.txt", "clean.sarif"].map((name) => join(top, name)) })).toMatchObject({
      recorded: true,
      verdict: "PASS",
      warnings: expect.arrayContaining([expect.stringContaining("none.txt: no tool is named that checked the code")]),
    });
  });

  it("may have some findings in missing files, which are left out, but not all", async () => {
    const ports = await openPorts({ cwd: featureBranch() });
    const missing = { uri: "src/a.ts", line: 2, level: "error" };
    const view = await run(ports, { text: sarif([missing, { uri: "a.ts", line: 2 }]) });
    expect(view).toMatchObject({ findings: [{ file: "a.ts" }], existing: [] });
    expect(view.warnings).toEqual([expect.stringContaining("left out: 1, the first in src/a.ts")]);
    await expect(run(ports, { text: sarif([missing]) })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("in files that are not in"),
    });
  });

  it("is the same run for files in any order", async () => {
    const top = featureBranch();
    const ports = await openPorts({ cwd: top });
    writeFiles(top, { "x.sarif": sarif([{ uri: "a.ts", line: 2 }]), "y.sarif": sarif([{ uri: "new.ts", line: 1 }], "Other") });
    const files = ["x.sarif", "y.sarif"].map((name) => join(top, name));
    expect(await run(ports, { files })).toMatchObject({ recorded: true });
    expect(await run(ports, { files: files.toReversed() })).toMatchObject({ recorded: false, reason: "duplicate" });
  });

  it("may include an empty list next to other outputs, with a warning, but not alone", async () => {
    const top = writeFiles(temporaryFolder(), { "ruff.json": "[]\n", "clean.sarif": sarif([]) });
    const ports = await openPorts({ cwd: top });
    const files = ["ruff.json", "clean.sarif"].map((name) => join(top, name));
    expect(await run(ports, { files })).toMatchObject({
      recorded: true,
      warnings: expect.arrayContaining([expect.stringContaining("ruff.json: it is an empty list")]),
    });
    await expect(run(ports, { files: files.slice(0, 1) })).rejects.toMatchObject({ code: "unknown_format" });
  });

  it("without usable entries is rejected with the reason", async () => {
    const ports = await openPorts({ cwd: temporaryFolder() });
    const text = JSON.stringify([{ filePath: "a.js", messages: [{ severity: "error", message: "m" }] }]);
    await expect(run(ports, { text })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("nothing in it can be used; [0].messages[0]"),
    });
  });

  it("may have some findings outside the project, which do not count, but not all", async () => {
    const ports = await openPorts({ cwd: createRepository({ "a.ts": lines(3) }) });
    const view = await run(ports, {
      text: sarif([
        { uri: "a.ts", line: 1 },
        { uri: "../b.ts", line: 1 },
        { uri: "file:///usr/include/x.h", line: 1 },
        { uri: "https://example.org/a.ts" },
      ]),
    });
    expect(view).toMatchObject({
      outside: 3,
      run: { findings: 1 },
      warnings: ["Findings outside of the project do not count: 3, the first in ../b.ts."],
    });
    await expect(run(ports, { text: sarif([{ uri: "file:///usr/include/x.h" }]) })).rejects.toThrow(
      /the one finding lies outside .*; the first is in \/usr\/include\/x\.h/,
    );
  });

  it("may come from a project at another path", async () => {
    const ports = await openPorts({ cwd: createRepository({ "src/a.ts": lines(3) }) });
    const view = await run(ports, { text: sarif([{ uri: "file:///app/src/a.ts", line: 2 }]) });
    expect(places(view.findings)).toEqual(["src/a.ts:2"]);
    expect(view.warnings).toEqual(["The tools call the project /app/; its files were found here."]);
  });

  it("keeps valid findings next to an invalid entry, and accepts any rule name", async () => {
    const ports = await openPorts({ cwd: createRepository({ "a.ts": lines(3) }) });
    const rules = ["__proto__", "constructor", "toString", "hasOwnProperty", "n\u0303"];
    const text = sarif([...rules.map((rule) => ({ uri: "a.ts", line: 1, rule })), { rule: "blank", message: " " }]);
    const view = await run(ports, { text: text.replace('"results":[', '"results":[7,') });
    expect(view.outputs).toMatchObject([{ skipped: [{ place: "runs[0].results[0]", reason: expect.any(String) }] }]);
    expect(view.findings.map(({ rule }) => rule)).toEqual([...rules.slice(0, 4), "\u00f1", "blank"]);
    expect(view.findings.at(-1)).toMatchObject({ message: "blank" });
    const tallies = await violations.call(ports, {}, quietCall);
    expect(new Map(tallies.map(({ rule, count }) => [rule, count]))).toEqual(
      new Map([...rules.slice(0, 4), "\u00f1", "blank"].map((rule) => [rule, 1])),
    );
    expect(await verify.call(ports, {}, quietCall)).toMatchObject({ ok: true, problems: [] });
  });

  it("earns a bonus only when its tool checks for it", async () => {
    const ports = await openPorts({ cwd: createRepository({ "a.py": lines(3) }) });
    expect(await run(ports, { text: sarif([]), dry_run: true })).toMatchObject({ score: 100, scoring: { bonuses: [] } });
    expect(await run(ports, { text: sarif([], "Ruff"), dry_run: true })).toMatchObject({
      score: 105,
      scoring: { bonuses: ["zero_loc_violations"] },
    });
    expect(await run(ports, { text: sarif([{ rule: "E501" }], "Ruff"), dry_run: true })).toMatchObject({ score: 98 });
  });

  it("may contain noise, which is left out unless requested", async () => {
    const ports = await openPorts({ cwd: createRepository({ "a.py": lines(3) }) });
    const text = sarif([{ uri: "a.py", line: 1, rule: "R0801" }], "pylint");
    expect(await run(ports, { text, dry_run: true })).toMatchObject({ score: 100, scoring: { suppressed: 1 } });
    expect(await run(ports, { text, dry_run: true, include_noise: true })).toMatchObject({
      score: 98,
      scoring: { suppressed: 0 },
    });
  });
});

it("a run keeps its findings of existing code through export and import", async () => {
  const ports = await openPorts({ cwd: featureBranch() });
  const view = await run(ports, { text: sarif(mixedFindings) });
  const { content } = await exportRuns.call(ports, { format: "json" }, quietCall);
  const other = await openPorts({ cwd: writeFiles(temporaryFolder(), { "runs.json": content ?? "" }) });
  await importRuns.call(other, { paths: ["runs.json"] }, quietCall);
  const detail = await show.call(other, { run_id: view.run_id }, quietCall);
  expect(detail).toMatchObject({ base: view.base?.commit, existing_count: 3 });
  expect(detail.existing).toEqual(view.existing);
});

it("a review reads a monorepo task runner's log per task, with paths from the packages", async () => {
  const top = createRepository({ "README.md": "shop" });
  git(top, "switch", "-q", "-c", "feature");
  commit(top, { "packages/web/a.ts": lines(3), "packages/api/a.ts": lines(3) });
  const ports = await openPorts({ cwd: top });
  const log = (...tasks: readonly string[]): string =>
    [
      ...tasks.flatMap((task) => [`packages/${task} types$ tsc`, `packages/${task} types: a.ts(2,1): error TS1: x`]),
      "packages/docs build$ vite build",
      "packages/docs build: 41 modules transformed.",
    ].join("\n");
  const view = await run(ports, { text: log("web", "api") });
  expect(places(view.findings)).toEqual(["packages/api/a.ts:2", "packages/web/a.ts:2"]);
  expect(view).toMatchObject({
    recorded: true,
    repeated: 0,
    outputs: [
      { file: "standard input (packages/web types)", format: "tsc", tools: ["tsc"], findings: 1 },
      { file: "standard input (packages/api types)", format: "tsc", tools: ["tsc"], findings: 1 },
    ],
    warnings: ["No known tool wrote what these tasks printed: packages/docs build."],
  });
  // Tasks that run in parallel end in any order.
  expect(await run(ports, { text: log("api", "web") })).toMatchObject({
    recorded: false,
    reason: "duplicate",
    run_id: view.run_id,
  });
});
