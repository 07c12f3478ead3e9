import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evalList } from "../../../../src/features/evals/operations/list.ts";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { agents } from "../../../../src/features/reviews/operations/agents.ts";
import { exportRuns } from "../../../../src/features/reviews/operations/export.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { reset } from "../../../../src/features/reviews/operations/reset.ts";
import { review } from "../../../../src/features/reviews/operations/review.ts";
import { show } from "../../../../src/features/reviews/operations/show.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import type { Progress } from "../../../../src/kernel/progress.ts";
import { makeReport, repeatFinding } from "../../../support/findings.ts";
import { makeHistory } from "../../../support/fixtures.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { createRepository, git } from "../../../support/repository.ts";

const importPaths = (ports: TestPorts, ...paths: readonly string[]) => importRuns.call(ports, { paths }, quietCall);
const json = (value: unknown): string => JSON.stringify(value);

const historyFiles = (runs: number) =>
  Object.fromEntries(makeHistory({ seed: 5, runs }).map(({ report }, index) => [`reports/${index}.json`, json(report)]));

describe("import", () => {
  it("records several hundred files of a folder, and none the second time", async () => {
    const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), historyFiles(300)) });
    const noProblems = { rejected: [], disagreements: [], warnings: [], skipped_files: [] };
    expect(await importPaths(ports, "reports")).toEqual({ files: 300, recorded: 300, duplicates: 0, ...noProblems });
    expect(await importPaths(ports, "reports")).toEqual({ files: 300, recorded: 0, duplicates: 300, ...noProblems });
    expect(await history.call(ports, {}, quietCall)).toHaveLength(300);
  });

  it("names the reset that hides known runs, and how to undo it, each time they are recorded again", async () => {
    const ports = await openPorts({
      cwd: writeFiles(temporaryFolder(), {
        "a.json": json(makeReport({ run_id: "r1" })),
        "b.json": json(makeReport({ run_id: "r2" })),
        "ruff.json": json([{ code: "E501", filename: "a.py", location: { row: 1, column: 1 }, message: "too long" }]),
      }),
    });
    const recordAgain = async () => [
      (await importPaths(ports, "a.json", "b.json")).warnings.map(({ message }) => message),
      (await update.call(ports, { from: "a.json" }, quietCall)).warnings,
      (await update.call(ports, { text: json(makeReport({ run_id: "r2" })) }, quietCall)).warnings,
      (await review.call(ports, { files: ["ruff.json"], all: true }, quietCall)).warnings,
    ];
    const noWarnings = [[], [], [], []];
    expect(await recordAgain()).toEqual(noWarnings);
    expect(await recordAgain()).toEqual(noWarnings);
    const resetAt = async (input: Readonly<Record<string, unknown>>) => {
      ports.clock.advance(1_000);
      await reset.call(ports, input, quietCall);
      return ports.clock.now().toISOString();
    };
    const allResetAt = await resetAt({ confirm: true });
    const before = `recorded before the reset of all agents at ${allResetAt}. \`reward-ledger reset --undo\` takes it back.`;
    const oneHidden = [`1 known run does not count: it was ${before}`];
    expect(await recordAgain()).toEqual([[`2 known runs do not count: they were ${before}`], oneHidden, oneHidden, oneHidden]);
    // Runs that were recorded after the reset count: only the other ones are named.
    writeFiles(ports.cwd, { "b.json": json(makeReport({ run_id: "r3" })) });
    expect((await importPaths(ports, "a.json", "b.json")).warnings).toEqual([{ file: "a.json, b.json", message: oneHidden[0] }]);
    expect((await importPaths(ports, "b.json")).warnings).toEqual([]);
    const agentResetAt = await resetAt({ confirm: true, agent: "claude-code" });
    expect((await importPaths(ports, "b.json")).warnings[0]?.message).toBe(
      `1 known run does not count: it was recorded before the reset of claude-code at ${agentResetAt}. \`reward-ledger reset --undo --agent claude-code\` takes it back.`,
    );
    await resetAt({ undo: true });
    await resetAt({ undo: true });
    expect(await recordAgain()).toEqual(noWarnings);
  });

  it("produces the same ledger regardless of file order", async () => {
    const files = historyFiles(60);
    const cwd = writeFiles(temporaryFolder(), files);
    const answers = [];
    for (const paths of [Object.keys(files), Object.keys(files).toReversed()]) {
      const ports = await openPorts({ cwd });
      // After the last report: runs that are dated after their recording would be placed in the order of recording.
      ports.clock.advance(400 * 86_400_000);
      for (const path of paths) await importPaths(ports, path);
      const runs = await history.call(ports, {}, quietCall);
      answers.push(runs.map(({ fact_id: _, ...run }) => run));
    }
    expect(answers[1]).toEqual(answers[0]);
  });

  it("reports progress", async () => {
    const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), historyFiles(20)) });
    const reported: Progress[] = [];
    await importRuns.call(ports, { paths: ["reports"] }, { ...quietCall, onProgress: (progress) => reported.push(progress) });
    expect(reported[0]).toEqual({ done: 0, total: 20, message: `Reading ${join("reports", "0.json")}` });
    expect(reported.at(-1)).toMatchObject({ done: 20, total: 20, message: "Recording" });
  });

  it("can be cancelled, and resumes where it stopped", async () => {
    const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), historyFiles(20)) });
    const cancel = new AbortController();
    const context = {
      signal: cancel.signal,
      onProgress: ({ done }: Progress) => {
        if (done === 10) cancel.abort();
      },
    };
    await expect(importRuns.call(ports, { paths: ["reports"] }, context)).rejects.toMatchObject({ code: "cancelled" });
    const remaining = 20 - (await history.call(ports, {}, quietCall)).length;
    expect(await importPaths(ports, "reports")).toMatchObject({ recorded: remaining, duplicates: 20 - remaining });
  });

  it("reads only a folder's JSON files, reports each invalid one, and records the others", async () => {
    const cwd = writeFiles(temporaryFolder(), {
      "r/good.json": json(makeReport()),
      "r/sub/lines.jsonl": `${json(makeReport({ run_id: "r2" }))}\n${json(makeReport({ run_id: "r3", score: 200 }))}\n`,
      "r/broken.json": '{"run_id": "r4", "sco',
      "r/latin1.json": Buffer.from('{"summary":"ü"}', "latin1"),
      "r/notes.txt": "not a report",
      "r/eval.json": json({ schema_version: "1.0", tests: [] }),
    });
    const ports = await openPorts({ cwd });
    const view = await importPaths(ports, "r");
    expect(view).toMatchObject({ files: 5, recorded: 2, duplicates: 0 });
    expect(view.rejected.map(({ file, code, named }) => `${file} ${code} ${named}`)).toEqual([
      "r/broken.json invalid_json false",
      "r/latin1.json invalid_input false",
      "r/sub/lines.jsonl line 2 invalid_report false",
      "r/eval.json invalid_eval false",
    ]);
    expect(view.rejected.every((one) => one.error !== "" && one.hint !== "")).toBe(true);
    expect(importRuns.failed?.(view)).toBe(false);
  });

  it.each([
    ["nowhere", "nowhere unreadable_file"],
    ["empty", "empty not_found"],
    ["bad.json", "bad.json invalid_json"],
    ["bad.txt", "bad.txt invalid_eval"],
  ])("fails when %s was named explicitly", async (path, rejected) => {
    const cwd = writeFiles(temporaryFolder(), {
      "good.json": json(makeReport()),
      "bad.json": "{",
      "bad.txt": "x",
      "empty/readme.md": "",
    });
    const ports = await openPorts({ cwd });
    const view = await importPaths(ports, "good.json", path);
    expect(view.recorded).toBe(1);
    expect(view.rejected.map(({ file, code }) => `${file} ${code}`)).toEqual([rejected]);
    expect(importRuns.failed?.(view)).toBe(true);
  });

  it("fails when no file of a folder can be read", async () => {
    const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), { "r/bad.json": "{" }) });
    expect(importRuns.failed?.(await importPaths(ports, "r"))).toBe(true);
  });

  it("reads a file once even when it is named twice", async () => {
    const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), { "r/a.json": json(makeReport()) }) });
    expect(await importPaths(ports, "r", "r/a.json", "r")).toMatchObject({ files: 1, recorded: 1, duplicates: 0 });
  });

  it("refuses a run that contradicts a recorded one, and records the others", async () => {
    const cwd = writeFiles(temporaryFolder(), {
      "r/a.json": json(makeReport({ score: 90 })),
      "r/b.json": json(makeReport({ run_id: "r2" })),
    });
    const ports = await openPorts({ cwd });
    await update.call(ports, { text: json(makeReport()) }, quietCall);
    const view = await importPaths(ports, "r");
    expect(view).toMatchObject({ recorded: 1, rejected: [{ file: "r/a.json", code: "conflict" }] });
  });

  it("records under the given agent and project", async () => {
    const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), historyFiles(5)) });
    await importRuns.call(ports, { paths: ["reports"], agent: "codex", project: "acme/billing" }, quietCall);
    expect(await agents.call(ports, {}, quietCall)).toMatchObject([{ agent: "codex", runs: 5 }]);
    const runs = await history.call(ports, { project: "acme/billing" }, quietCall);
    expect(runs).toHaveLength(5);
  });
});

describe("a specfact ledger", () => {
  const ledger = {
    agent: "claude-code",
    cumulative_coins: 7.3,
    streak_pass: 1,
    streak_block: 0,
    last_delta: 5,
    last_verdict: "PASS",
    violation_counts: { "style/useConst": 2 },
    runs: [
      {
        session_id: "review-run-001",
        score: 85,
        reward_delta: 5,
        verdict: "PASS",
        findings_json: repeatFinding(2),
        created_at: "2026-03-16T00:00:00Z",
      },
    ],
  };

  it("is replayed, and contradicting totals are reported", async () => {
    const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), { ".specfact/ledger.json": json(ledger) }) });
    const file = ".specfact/ledger.json";
    expect(await importPaths(ports, file)).toEqual({
      files: 1,
      recorded: 1,
      duplicates: 0,
      rejected: [],
      warnings: [],
      skipped_files: [],
      disagreements: [{ file, total: "coins", stated: "7.30", replayed: "0.50" }],
    });
    expect(await agents.call(ports, {}, quietCall)).toMatchObject([{ agent: "claude-code", coins: 0.5 }]);
  });

  it.each(["before", "together"])("counts runs as duplicates when their reports were recorded %s", async (when) => {
    const report = makeReport({
      findings: repeatFinding(2),
      summary: "In the tool's own words",
      house_rules_updates: ["Use const"],
    });
    const cwd = writeFiles(temporaryFolder(), {
      "report.json": json(report),
      "ledger.json": json({ ...ledger, cumulative_coins: 0.5 }),
    });
    const ports = await openPorts({ cwd });
    if (when === "before") {
      await importPaths(ports, "report.json");
      expect(await importPaths(ports, "ledger.json")).toMatchObject({ recorded: 0, duplicates: 1, rejected: [] });
    } else {
      expect(await importPaths(ports, "ledger.json", "report.json")).toMatchObject({ recorded: 1, duplicates: 1, rejected: [] });
    }
    const { content } = await exportRuns.call(ports, {}, quietCall);
    expect(content).toContain("In the tool's own words");
  });
});

describe("a file that is being written", () => {
  it("is rejected while incomplete, and recorded once complete", async () => {
    const text = json(makeReport());
    const cwd = writeFiles(temporaryFolder(), { "report.json": text.slice(0, 40) });
    const ports = await openPorts({ cwd });
    const half = await importPaths(ports, "report.json");
    expect(half).toMatchObject({ recorded: 0, rejected: [{ code: "invalid_json" }] });
    expect(half.rejected[0]?.error).toContain("it may still be being written");
    writeFileSync(join(cwd, "report.json"), text);
    expect(await importPaths(ports, "report.json")).toMatchObject({ recorded: 1, rejected: [] });
  });
});

describe("tool output", () => {
  const eslint = (file: string): string =>
    json([{ filePath: file, messages: [{ ruleId: "no-var", severity: 1, message: "m", line: 1 }] }]);

  it("found in a folder is recorded as one review, beside reports and results", async () => {
    const cwd = writeFiles(temporaryFolder(), {
      "r/eslint.json": eslint("a.js"),
      "r/probe.sarif": json({
        version: "2.1.0",
        runs: [{ tool: { driver: { name: "Probe" } }, results: [{ ruleId: "R1", message: { text: "m" } }] }],
      }),
      "r/report.json": json(makeReport()),
      "r/junit.xml": '<testsuite name="s"><testcase name="a"/></testsuite>',
      "r/package.json": json({ name: "shop" }),
      "r/list.json": json([1, 2]),
      "r/pom.xml": "<project/>",
    });
    const ports = await openPorts({ cwd });
    expect(await importPaths(ports, "r")).toMatchObject({
      files: 7,
      recorded: 3,
      rejected: [],
      skipped_files: ["r/list.json", "r/package.json", "r/pom.xml"].map((file) => ({ file, reason: "it is in no known format" })),
    });
    const runs = await history.call(ports, {}, quietCall);
    expect(runs.map(({ findings }) => findings).toSorted()).toEqual([0, 2]);
    expect(await importPaths(ports, "r")).toMatchObject({ recorded: 0, duplicates: 3, rejected: [] });
  });

  it("is rejected when named and skipped when found, if the code has no changes", async () => {
    const cwd = createRepository({ "a.js": "var a\n" });
    git(cwd, "switch", "-q", "-c", "topic");
    const home = writeFiles(temporaryFolder(), { "out/eslint.json": eslint(join(cwd, "a.js")) });
    const ports = await openPorts({ cwd });
    const namedView = await importPaths(ports, join(home, "out/eslint.json"));
    expect(namedView).toMatchObject({ recorded: 0, rejected: [{ code: "not_found", named: true }] });
    const foundView = await importPaths(ports, join(home, "out"));
    expect(foundView).toMatchObject({
      recorded: 0,
      rejected: [],
      skipped_files: [{ reason: expect.stringContaining("nothing changed") }],
    });
  });
});

describe("branch and commit of imported runs", () => {
  const junit = (timestamp: string): string => `<testsuite name="s" timestamp="${timestamp}"><testcase name="a"/></testsuite>`;
  const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

  it("are those checked out since before the run, and unknown for an earlier run", async () => {
    const cwd = createRepository();
    const later = new Date(Date.now() + 60_000).toISOString();
    const files = writeFiles(temporaryFolder(), {
      "new.json": json(makeReport({ run_id: "new", timestamp: later })),
      "old.json": json(makeReport({ run_id: "old", timestamp: ago(3_600_000) })),
      "new.xml": junit(later),
      "old.xml": junit(ago(3_600_000)),
    });
    const ports = await openPorts({ cwd });
    await importPaths(ports, files);
    const checkedOut = { branch: "main", commit: git(cwd, "rev-parse", "HEAD") };
    const noRevision = { branch: null, commit: null };
    expect(await show.call(ports, { run_id: "new" }, quietCall)).toMatchObject(checkedOut);
    expect(await show.call(ports, { run_id: "old" }, quietCall)).toMatchObject(noRevision);
    const { runs } = await evalList.call(ports, {}, quietCall);
    expect(runs.map(({ git_branch, git_sha }) => `${git_branch} ${git_sha}`).toSorted()).toEqual([
      " ",
      `main ${checkedOut.commit}`,
    ]);
    // With another commit checked out, the same files are still the same runs.
    git(cwd, "commit", "-q", "--allow-empty", "-m", "next");
    expect(await importPaths(ports, files)).toMatchObject({ recorded: 0, duplicates: 4, rejected: [] });
  });

  it("are unknown for another project", async () => {
    const files = writeFiles(temporaryFolder(), {
      "a.json": json(makeReport({ timestamp: new Date(Date.now() + 60_000).toISOString() })),
    });
    const ports = await openPorts({ cwd: createRepository() });
    await importRuns.call(ports, { paths: [files], project: "acme/other" }, quietCall);
    const [run] = await history.call(ports, { project: "acme/other" }, quietCall);
    expect(await show.call(ports, { run_id: run?.run_id ?? "" }, quietCall)).toMatchObject({ branch: null, commit: null });
  });
});
