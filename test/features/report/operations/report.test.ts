import { describe, expect, it } from "vitest";
import * as z from "zod";
import { terminalWords } from "../../../../src/cli/words.ts";
import { evalBaseline } from "../../../../src/features/evals/model/baseline.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { reportDocument } from "../../../../src/features/report/documents/report.ts";
import { report } from "../../../../src/features/report/operations/report.ts";
import { draftOf, parseReview } from "../../../../src/features/reviews/importers/review.ts";
import { finding as findingSchema } from "../../../../src/features/reviews/model/finding.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { markdownText } from "../../../../src/render/markdown/document.ts";
import { pipeStyle } from "../../../cli/style.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { commit, createRepository, git } from "../../../support/repository.ts";

const finding = (rule: string, file: string, line = 1, severity = "warning") => ({
  category: "style",
  severity,
  tool: "ruff",
  rule,
  file,
  line,
  message: `secret_call() breaks ${rule}`,
});

/** Records a review of the checked-out code, one minute after the previous one. */
async function recordReview(
  ports: TestPorts,
  run_id: string,
  score: number,
  findings: readonly unknown[],
  extra = {},
): Promise<void> {
  ports.clock.advance(60_000);
  const text = JSON.stringify({ run_id, score, findings, summary: "reviewed", timestamp: ports.clock.now().toISOString() });
  await update.call(ports, { text, ...extra }, quietCall);
}

/** Records eval results: `passed` states for each test whether it passed. */
async function recordEval(
  ports: TestPorts,
  passed: readonly boolean[],
  stated: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  ports.clock.advance(60_000);
  const [run] = makeEvalHistory({ seed: 1, runs: 1, tests: passed.length, tiers: ["e2e"] });
  if (run === undefined) throw new Error("no run was made");
  const results = run.all_results.map((test, at) => ({ ...test, passed: passed[at] ?? false }));
  const file = { ...run, timestamp: ports.clock.now().toISOString(), all_results: results, ...stated };
  await evalPush.call(ports, { text: JSON.stringify(file) }, quietCall);
}

const runReport = (ports: TestPorts, input: Readonly<Record<string, unknown>> = {}) => report.call(ports, input, quietCall);

/** A repository whose `main` was reviewed twice and whose branch `fix` is checked out. */
async function reviewedMain(): Promise<TestPorts> {
  const ports = await openPorts({ cwd: createRepository({ "a.py": "1" }) });
  await recordReview(ports, "main-1", 60, [finding("E501", "a.py")]);
  await recordReview(ports, "main-2", 90, [finding("E501", "a.py", 3), finding("W291", "a.py")]);
  git(ports.cwd, "switch", "-q", "-c", "fix");
  return ports;
}

describe("report against a branch", () => {
  it("compares with the latest run on that branch, not with later runs elsewhere", async () => {
    const ports = await reviewedMain();
    await recordReview(ports, "fix-1", 70, []);
    await recordReview(ports, "fix-2", 94, [finding("E501", "a.py", 7), finding("C901", "b.py", 2, "error")]);
    expect(await runReport(ports, { against: "main" })).toMatchObject({
      against: "main",
      review: {
        after: { run: { run_id: "fix-2" }, branch: "fix" },
        before: { run: { run_id: "main-2" }, branch: "main" },
        score_delta: 4,
        violations: 2,
        new: [{ rule: "C901", file: "b.py", line: 2, blocking: true, message: null }],
        fixed: [{ rule: "W291", file: "a.py" }],
        unchanged: 1,
      },
    });
  });

  it("compares a run on the branch itself with the previous run", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await recordReview(ports, "main-1", 60, []);
    await recordReview(ports, "main-2", 90, []);
    expect((await runReport(ports, { against: "main" })).review).toMatchObject({ before: { run: { run_id: "main-1" } } });
    expect((await runReport(ports, { against: "main", run: "main-1" })).review).toMatchObject({ before: null });
  });

  it("reports no new findings when the branch has no recorded run, and states why", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await recordReview(ports, "first", 90, [finding("E501", "a.py")]);
    const view = await runReport(ports, { against: "release" });
    expect(view.review).toMatchObject({
      before: null,
      score_delta: null,
      violations: 1,
      new: null,
      fixed: null,
      unchanged: null,
    });
    const text = markdownText("t", reportDocument(view, terminalWords(pipeStyle)), String);
    expect(text).toContain("no run of release is recorded");
    expect(text).not.toContain("new violation");
  });

  it("finds a run far back, and searches only its own project", async () => {
    const ports = await reviewedMain();
    const drafts = Array.from({ length: 250 }, (_, n) => {
      const timestamp = new Date(ports.clock.now().getTime() + n * 1000).toISOString();
      const parsed = parseReview(
        { run_id: `fix-${n}`, score: 80, findings: [], summary: "reviewed", timestamp },
        "",
        ports.clock.now(),
      );
      return draftOf(parsed, { agent: "codex", project: "my repo", branch: "fix" });
    });
    await ports.ledger.record(drafts);
    ports.clock.advance(300_000);
    await recordReview(ports, "other", 10, [], { project: "acme/other" });
    await recordReview(ports, "fix-last", 80, []);
    expect((await runReport(ports, { against: "main" })).review).toMatchObject({ before: { run: { run_id: "main-2" } } });
  });
});

describe("findings of older code", () => {
  /** Records a run as tools that only count new code write it. */
  async function found(
    ports: TestPorts,
    run_id: string,
    own: readonly unknown[],
    existing: readonly unknown[],
    count = existing.length,
  ) {
    ports.clock.advance(60_000);
    const parsed = parseReview({ run_id, score: 80, findings: own, summary: "reviewed" }, "", ports.clock.now());
    const older = { existing: z.array(findingSchema).parse(existing), existing_count: count };
    await ports.ledger.record([draftOf(parsed, { agent: "codex", project: "my repo", branch: run_id.slice(0, -2), older })]);
  }

  it("are never reported as new, and count as fixed when they disappear", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await found(ports, "main-1", [finding("W291", "a.py")], [finding("E501", "a.py"), finding("D100", "c.py")]);
    await found(
      ports,
      "fix-1",
      [finding("C901", "b.py")],
      [finding("W291", "a.py", 4), finding("E501", "a.py"), finding("X1", "d.py")],
    );
    const expected = { violations: 1, new: [{ rule: "C901" }], fixed: [{ rule: "D100" }], unchanged: 3 };
    expect((await runReport(ports, { against: "main" })).review).toMatchObject(expected);
  });

  it("give no fixed findings when only some of them were kept", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await found(ports, "main-1", [], [finding("E501", "a.py"), finding("D100", "c.py")]);
    await found(ports, "fix-1", [], [finding("E501", "a.py")], 2);
    const view = await runReport(ports, { against: "main" });
    expect(view.review).toMatchObject({ new: [], fixed: null });
    expect(markdownText("t", reportDocument(view, terminalWords(pipeStyle)), String)).not.toContain("fixed");
  });
});

describe("the comparison target", () => {
  it.each([
    ["previous", "main-2"],
    ["main-1", "main-1"],
    ["origin/main", "main-2"],
  ])("%s resolves to %s", async (against, expected) => {
    const ports = await reviewedMain();
    await recordReview(ports, "fix-1", 70, []);
    expect((await runReport(ports, { against })).review).toMatchObject({ before: { run: { run_id: expected } } });
  });

  it("may be a commit or a commit prefix", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    const at = git(ports.cwd, "rev-parse", "HEAD");
    await recordReview(ports, "first", 70, []);
    commit(ports.cwd, { "a.py": "2" });
    await recordReview(ports, "second", 75, []);
    await recordReview(ports, "third", 80, []);
    for (const against of [at, at.slice(0, 7)])
      expect((await runReport(ports, { against })).review).toMatchObject({ before: { run: { run_id: "first" } } });
  });

  it("defaults to the previous run, and is empty for the first run", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    expect(await runReport(ports)).toMatchObject({ review: null, evals: [] });
    await recordReview(ports, "first", 70, []);
    expect(await runReport(ports)).toMatchObject({ against: "previous", review: { before: null } });
  });

  it("is refused when the run to report on is not recorded", async () => {
    const ports = await reviewedMain();
    await expect(runReport(ports, { run: "none" })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("evals of a report", () => {
  it("compare the same tests, with a confidence interval", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await recordEval(ports, [true, true, true, false, false, true], { git_branch: "main", total_cost_usd: 1 });
    await recordEval(ports, [true, false, true, true, true, true], { git_branch: "fix", total_cost_usd: 3 });
    const [found, ...others] = (await runReport(ports, { against: "main" })).evals;
    expect(others).toEqual([]);
    expect(found?.comparison).toMatchObject({ before: { git_branch: "main" }, improved: 2, regressed: 1, unchanged: 3 });
    expect(found?.difference).toMatchObject({ tests: 6, value: 1 / 6 });
    expect(found?.difference?.low).toBeLessThan(0);
  });

  it("fall back to the latest results without a branch when the branch has none", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await recordEval(ports, [true, true], { git_branch: "", git_sha: "" });
    await recordEval(ports, [true, false], { git_branch: "elsewhere", git_sha: "" });
    await recordEval(ports, [false, false], { git_branch: "", git_sha: "" });
    const [found] = (await runReport(ports, { against: "main" })).evals;
    expect(found?.comparison).toMatchObject({ before: { git_branch: "" }, regressed: 2 });
  });

  it("of a test runner are compared without a cost, which is unknown", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    for (const [minute, failure] of [
      ["01", ""],
      ["02", '<failure message="1 is not 2"/>'],
    ]) {
      ports.clock.advance(60_000);
      const cases = `<testcase classname="cart" name="adds" time="0.1">${failure}</testcase><testcase classname="cart" name="sums" time="0.1"/>`;
      const text = `<testsuites><testsuite name="cart" tests="2" timestamp="2026-03-01T10:${minute}:00">${cases}</testsuite></testsuites>`;
      await evalPush.call(ports, { text }, quietCall);
    }
    const view = await runReport(ports, { against: "main" });
    expect(view.evals).toMatchObject([{ comparison: { regressed: 1, unchanged: 1 }, difference: { value: -0.5, tests: 2 } }]);
    const text = markdownText("t", reportDocument(view, terminalWords(pipeStyle)), String);
    expect(text).toContain("adds");
    expect(text).not.toContain("Cost");
  });

  it("are compared with the baseline, otherwise with the previous run", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await recordEval(ports, [true, true]);
    await recordEval(ports, [false, true]);
    await recordEval(ports, [false, false]);
    const regressed = async () =>
      (await runReport(ports)).evals.map(({ comparison }) => comparison.before !== null && comparison.regressed);
    expect(await regressed()).toEqual([1]);
    const oldest = await ports.ledger.ask(({ eval: evals }) => evals.runs({}).at(-1));
    const { id, project } = oldest ?? { id: "", project: null };
    await ports.ledger.record([{ kind: evalBaseline.kind, project, data: { run: id, pinned: true } }]);
    expect(await regressed()).toEqual([2]);
  });

  it("are left out when they belong to older code than the reviews", async () => {
    const ports = await openPorts({ cwd: createRepository() });
    await recordEval(ports, [true], { git_branch: "main" });
    await recordReview(ports, "main-1", 80, []);
    git(ports.cwd, "switch", "-q", "-c", "fix");
    await recordReview(ports, "fix-1", 80, []);
    expect((await runReport(ports, { against: "main" })).evals).toEqual([]);
    await recordEval(ports, [true], { git_branch: "main" });
    expect((await runReport(ports, { against: "main" })).evals).toEqual([]);
    await recordEval(ports, [false], { git_branch: "fix" });
    expect((await runReport(ports, { against: "main" })).evals).toMatchObject([{ comparison: { regressed: 1 } }]);
  });
});

it("a report leaves messages out unless they are requested", async () => {
  const ports = await reviewedMain();
  await recordReview(ports, "fix-1", 70, [finding("C901", "b.py")]);
  const text = async (input: Readonly<Record<string, unknown>>) => {
    const view = await runReport(ports, { against: "main", ...input });
    return `${JSON.stringify(view)}${markdownText("t", reportDocument(view, terminalWords(pipeStyle)), String)}`;
  };
  expect(await text({})).not.toContain("secret");
  expect(await text({ messages: true })).toContain("secret_call");
});
