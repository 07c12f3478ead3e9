import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { builtCli, cleanEnv, type ProcessResult, run } from "../support/cli.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { type GitHubServer, startGitHubServer } from "../support/github-server.ts";
import { commit, createRepository, git } from "../support/repository.ts";

const root = join(import.meta.dirname, "../..");
const token = "ghs_veryunlikelytoken";

const step = z.object({
  run: z.string().optional(),
  shell: z.string().optional(),
  env: z.record(z.string(), z.string()).default({}),
});
const actionFile = z.object({
  inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
  runs: z.object({ using: z.literal("composite"), steps: z.array(step) }),
});
const action = actionFile.parse(parse(await readFile(join(root, "action.yml"), "utf8")));

let cli: Awaited<ReturnType<typeof builtCli>>;
beforeAll(async () => {
  cli = await builtCli();
});
afterAll(() => cli.dispose());

/** Names of the contexts of a workflow, with their values. */
type Contexts = Readonly<Record<string, string>>;

/** The value of an expression of names and texts joined by `||`, which is all that action.yml uses in `env`. */
function evaluate(expression: string, contexts: Contexts): string {
  const parts = expression.split("||").map((part) => part.trim());
  const values = parts.map((part) => (part.startsWith("'") ? part.slice(1, -1) : contexts[part]));
  if (values.includes(undefined)) throw new Error(`action.yml uses an unknown name in ${expression}`);
  return values.find((value) => value !== "") ?? "";
}

const interpolate = (text: string, contexts: Contexts): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => evaluate(expression, contexts));

type Job = Readonly<{
  server: GitHubServer;
  cwd: string;
  /** Stands for what the cache brings along. */
  temp: string;
  with: Readonly<Record<string, string>>;
  /** The base of the pull request; "" for a push to main. */
  base?: string;
  actionPath?: string;
  path?: string;
}>;

/** The action's own folder, with the program built in it. */
function builtAction(): string {
  const folder = temporaryFolder();
  symlinkSync(dirname(cli.entry), join(folder, "dist"));
  symlinkSync(join(root, "scripts"), join(folder, "scripts"));
  return folder;
}

/** Runs the action's own steps in order, as the runner does, until one fails. */
async function runAction(job: Job): Promise<ProcessResult & Readonly<{ summary: string; output: string }>> {
  const files = temporaryFolder();
  const file = (name: string, content = ""): string => {
    writeFileSync(join(files, name), content);
    return join(files, name);
  };
  const { base = "" } = job;
  const contexts: Contexts = {
    "github.token": token,
    "github.base_ref": base,
    "github.event.before": base === "" ? "0".repeat(40) : "",
    "github.ref_name": base === "" ? "main" : "7/merge",
    "runner.temp": job.temp,
  };
  const inputs = Object.entries(action.inputs).map(([name, one]) => [
    `inputs.${name}`,
    job.with[name] ?? interpolate(one.default, contexts),
  ]);
  const allContexts = { ...contexts, ...Object.fromEntries(inputs) };
  const [summary, output] = [file("summary.md"), file("output")];
  const stepEnv = {
    ...cleanEnv(job.temp),
    ...(job.path === undefined ? {} : { PATH: job.path }),
    GITHUB_ACTION_PATH: job.actionPath ?? builtAction(),
    GITHUB_API_URL: job.server.api,
    GITHUB_EVENT_PATH: file(
      "event.json",
      JSON.stringify(base === "" ? { ref: "refs/heads/main" } : { pull_request: { number: 7 } }),
    ),
    GITHUB_HEAD_REF: base === "" ? "" : "fix",
    GITHUB_OUTPUT: output,
    GITHUB_REF: base === "" ? "refs/heads/main" : "refs/pull/7/merge",
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_SHA: git(job.cwd, "rev-parse", "HEAD"),
    GITHUB_STEP_SUMMARY: summary,
    RUNNER_TEMP: job.temp,
  };
  let finished: ProcessResult = { code: 0, signal: null, stdout: "", stderr: "" };
  for (const one of action.runs.steps.filter((candidate) => candidate.run !== undefined)) {
    expect(one.shell).toBe("bash");
    const env = Object.fromEntries(Object.entries(one.env).map(([name, text]) => [name, interpolate(text, allContexts)]));
    const script = file("step.sh", interpolate(one.run ?? "", allContexts));
    finished = await run("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      cwd: job.cwd,
      env: { ...stepEnv, ...env },
    });
    if (finished.code !== 0) break;
  }
  return { ...finished, summary: readFileSync(summary, "utf8"), output: readFileSync(output, "utf8") };
}

const reportText = (run_id: string, score: number, rules: readonly string[]): string =>
  JSON.stringify({
    run_id,
    score,
    summary: "reviewed",
    findings: rules.map((rule) => ({
      category: "style",
      severity: "warning",
      tool: "ruff",
      rule,
      file: "src/a.py",
      line: 1,
      message: "secret_call()",
    })),
  });

function evals(passed: readonly boolean[], timestamp: string): string {
  const [made] = makeEvalHistory({ seed: 1, runs: 1, tests: passed.length, tiers: ["e2e"] });
  if (made === undefined) throw new Error("no run was made");
  const all_results = made.all_results.map((test, at) => ({ ...test, passed: passed[at] ?? false }));
  return JSON.stringify({ ...made, git_branch: "", git_sha: "", timestamp, all_results });
}

const everything = { reports: "reports/*.json", evals: "evals.json" };

/** A checkout as jobs have it: a commit without a branch. */
function checkout(files: Readonly<Record<string, string>>): string {
  const cwd = createRepository({ "src/a.py": "1", "src/a.js": "1" });
  git(cwd, "switch", "-q", "--detach");
  writeFiles(cwd, files);
  return cwd;
}

/** The state after a job on main. */
async function runOnMain(more: Readonly<Record<string, string>> = {}) {
  const [server, temp] = [await startGitHubServer(), temporaryFolder()];
  const cwd = checkout({
    "reports/of main.json": reportText("main-1", 90, ["E501", "W291"]),
    "evals.json": evals([true, true], "2026-03-01T10:00:00Z"),
  });
  const job = { server, cwd, temp, with: { ...everything, ...more } };
  const finished = await runAction(job);
  expect(finished).toMatchObject({ code: 0, stderr: "" });
  return { ...job, finished };
}

/** A new state of the pull request. */
function change(cwd: string, name: string, score: number, rules: readonly string[]): void {
  git(cwd, "clean", "-qfd");
  commit(cwd, { "src/a.py": name });
  const timestamp = `2026-03-01T11:0${score % 10}:00Z`;
  writeFiles(cwd, { [`reports/${name}.json`]: reportText(name, score, rules), "evals.json": evals([true, false], timestamp) });
}

describe("the GitHub action", () => {
  it("compares a pull request with its base in the summary and in a single comment", async () => {
    const { finished, ...job } = await runOnMain();
    expect(finished.summary).toContain("New findings are shown once");
    expect(job.server.requests).toEqual([]);

    change(job.cwd, "fix-1", 94, ["E501", "C901"]);
    const first = await runAction({ ...job, base: "main" });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.summary).toContain("1 new violation");
    expect(first.summary).toMatch(/Compared with \| main\\-1 · .*main/);
    expect(first.summary).toContain("regressed");
    expect(first.summary).not.toContain("secret");
    expect(readFileSync(first.output.replace(/^report=/, "").trim(), "utf8")).toBe(first.summary);
    expect(job.server.comments.map(({ body }) => body)).toEqual([`<!-- reward-ledger:report -->\n${first.summary}`.trimEnd()]);

    change(job.cwd, "fix-2", 98, ["E501"]);
    const second = await runAction({ ...job, base: "main" });
    expect(second.summary).toContain("No new violations");
    expect(job.server.comments.map(({ body }) => body)).toEqual([`<!-- reward-ledger:report -->\n${second.summary}`.trimEnd()]);
    expect(JSON.stringify([first, second])).not.toContain(token);
  });

  it("reviews tool findings in new code", async () => {
    const eslint = (lines: readonly number[]): string => {
      const messages = lines.map((line) => ({ ruleId: "no-undef", severity: 2, message: "x is not defined", line, column: 1 }));
      return JSON.stringify([{ filePath: "src/a.js", messages }]);
    };
    const [server, temp] = [await startGitHubServer(), temporaryFolder()];
    const cwd = checkout({ "eslint.json": eslint([1]) });
    const job = { server, cwd, temp, with: { findings: "eslint.json" } };
    const main = await runAction(job);
    expect(main).toMatchObject({ code: 0, stderr: "" });
    expect(main.stdout).toContain("all code counts");
    expect(main.summary).toContain("1 violation");

    const unchanged = await runAction({ ...job, base: "main" });
    expect(unchanged.stdout).toContain("No code is new");
    commit(cwd, { "src/b.js": "1\n2\n" });
    writeFiles(cwd, { "eslint.json": eslint([1]).replace("]}]", `]},${eslint([2]).replace("a.js", "b.js").slice(1)}`) });
    const changed = await runAction({ ...job, base: "main" });
    expect(changed).toMatchObject({ code: 0, stderr: "" });
    expect(changed.summary).toContain("1 new violation**, 0 fixed, 1 unchanged");
    expect(changed.summary).toContain("b\\.js\\:2");
  });

  it("writes only the summary when the token may not comment, as for a fork", async () => {
    const { server, ...job } = await runOnMain();
    change(job.cwd, "fix-1", 94, ["E501"]);
    const message = "Resource not accessible by integration";
    server.answers.push({ method: "POST", status: 403, body: JSON.stringify({ message }) });
    const finished = await runAction({ ...job, server, base: "main" });
    expect(finished.code).toBe(0);
    expect(finished.summary).toContain("No new violations");
    expect(finished.stdout).toContain(`Not commented: GitHub answered 403 (${message})`);
    expect(server.comments).toEqual([]);
  });

  it("does not fail the job when GitHub fails", async () => {
    const { server, ...job } = await runOnMain();
    change(job.cwd, "fix-1", 94, ["E501"]);
    for (let n = 0; n < 4; n += 1) server.answers.push({ method: "GET", status: 502, headers: { "retry-after": "0" } });
    const finished = await runAction({ ...job, server, base: "main" });
    expect(finished.code).toBe(0);
    expect(finished.stdout.trimEnd().split("\n").at(-1)).toContain("::warning title=Reward Ledger::The comment was not written");
  });

  it("reports first, then fails on a missed threshold or a file that cannot be recorded", async () => {
    const { server, cwd, temp } = await runOnMain();
    change(cwd, "fix-1", 60, ["E501"]);
    const checked = await runAction({ server, cwd, temp, base: "main", with: { ...everything, check: "--min-score 80" } });
    expect(checked.code).toBe(1);
    expect(checked.summary).toContain("60");
    writeFiles(cwd, { "reports/broken.json": "{" });
    const broken = await runAction({ server, cwd, temp, base: "main", with: everything });
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain("broken.json");
    expect(broken.summary).toContain("60");
    expect(server.comments.length).toBe(1);
  });

  it("keeps the runner from interpreting report text as a workflow command", async () => {
    const { server, cwd, temp } = await runOnMain();
    change(cwd, "fix-1", 60, ["::error::forged"]);
    const { stdout } = await runAction({ server, cwd, temp, base: "main", with: everything });
    const lines = stdout.trimEnd().split("\n");
    const [, stopToken] = /^::stop-commands::([0-9a-f-]{36})$/.exec(lines[0] ?? "") ?? [];
    expect(lines.at(-1)).toBe(`::${stopToken}::`);
    expect(lines.filter((line) => line === `::${stopToken}::`).length).toBe(1);
  });

  it("runs the published package of its own version when it is not built", async () => {
    const [actionPath, tools] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(actionPath, "scripts"));
    symlinkSync(join(root, "scripts/ci"), join(actionPath, "scripts/ci"));
    writeFiles(actionPath, { "package.json": '{"version":"1.2.3"}' });
    const asked = join(tools, "asked");
    // Stands for the registry: says what it was asked for, and runs the program.
    writeFiles(tools, { npx: `#!/bin/sh\necho "$1 $2" >> '${asked}'\nshift 2\nexec node '${cli.entry}' "$@"\n` });
    chmodSync(join(tools, "npx"), 0o755);
    const path = [tools, process.env["PATH"]].join(delimiter);
    const [server, temp, cwd] = [
      await startGitHubServer(),
      temporaryFolder(),
      checkout({ "r.json": reportText("main-1", 90, []) }),
    ];
    const finished = await runAction({ server, temp, cwd, actionPath, path, with: { reports: "r.json" } });
    expect(finished).toMatchObject({ code: 0, stderr: "" });
    expect(new Set(readFileSync(asked, "utf8").trim().split("\n"))).toEqual(new Set(["--yes reward-ledger@1.2.3"]));
  });
});

describe("the pre-commit hooks", () => {
  const hooks = z.array(z.looseObject({ id: z.string(), entry: z.string(), args: z.array(z.string()).default([]) }));
  const hook = async (id: string) => {
    const all = hooks.parse(parse(await readFile(join(root, ".pre-commit-hooks.yaml"), "utf8")));
    return all.find((one) => one.id === id);
  };

  it("call check with valid options", async () => {
    const { entry = "", args = [] } = (await hook("reward-ledger-check")) ?? {};
    const home = temporaryFolder();
    const words = entry.replace(/^npx --yes reward-ledger /, "").split(" ");
    const finished = await run(process.execPath, [cli.entry, ...words, ...args], { cwd: home, env: cleanEnv(home) });
    // Nothing is recorded, so that the threshold is missed; wrong options would end with 2.
    expect(finished.code).toBe(1);
    expect(finished.stdout).toContain("A threshold is missed.");
  });

  it("record findings in staged code from tool output files, and never block a commit", async () => {
    const { entry = "" } = (await hook("reward-ledger-review")) ?? {};
    const [, script = ""] = /^sh -c '(.*)' --$/.exec(entry) ?? [];
    const command = script.replace("npx --yes reward-ledger", '"$NODE" "$CLI"');
    const top = createRepository({ "a.js": "old();\n" });
    writeFiles(top, { "a.js": "old();\nfresh();\n", "found.txt": `a.js(1,1): error TS1: old\na.js(2,1): error TS2: fresh\n` });
    git(top, "add", "a.js");
    const home = temporaryFolder();
    const env = { ...cleanEnv(home), NODE: process.execPath, CLI: cli.entry };
    const finished = await run("sh", ["-c", command, "--", "found.txt"], { cwd: top, env });
    expect(finished).toMatchObject({ code: 0, stderr: "" });
    expect(finished.stdout).toContain("1 new finding counts, 1 in older code is charged to nobody");
    const failed = await run("sh", ["-c", command, "--", "gone.txt"], { cwd: top, env });
    expect(failed.code).toBe(0);
    expect(failed.stderr).toContain("gone.txt");
  });
});
