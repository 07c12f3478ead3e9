import {
  colleagueEvals,
  evalHistory,
  exportJson,
  finding,
  partialEval,
  report,
  retriedEval,
  storeRows,
  unpricedEval,
} from "./inputs.ts";
import type { Step } from "./plan.ts";

/** A command that creates part of a home; only the values that differ between commands. */
type HomeCommand = Readonly<{ args: readonly string[]; input?: string; name?: string; at?: string }>;

const command = (...args: readonly string[]): HomeCommand => ({ args });
const commandWithInput = (input: string, ...args: readonly string[]): HomeCommand => ({ args, input });
/** Stores the JSON answer under a name, so that later commands can refer to its values. */
const namedCommand = (name: string, base: HomeCommand): HomeCommand => ({ ...base, name });

const shop = ["--project", "acme/storefront"] as const;
const billing = ["--project", "acme/billing"] as const;

/** Files of the folder in which commands run. */
export const workspaceFiles: Readonly<Record<string, string>> = {
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/config": '[remote "origin"]\n\turl = https://example.com/acme/storefront.git\n',
  "src/cart.py": "total = 0  # noqa\n",
  "reviews.json": exportJson(21, 30, ["claude-code", "codex", "gemini-cli"], "2026-01-05T08:00:00.000Z"),
  "reviews-of-lee.json": exportJson(34, 10, ["claude-code", "codex"], "2026-02-01T08:00:00.000Z"),
  ...Object.fromEntries(evalHistory.map((run, index) => [`evals/run-${String(index).padStart(2, "0")}.json`, run])),
  ...Object.fromEntries(colleagueEvals.map((run, index) => [`evals-of-lee/run-${index}.json`, run])),
  "evals/partial.json": partialEval,
  "evals/retried.json": retriedEval,
  "evals/unpriced.json": unpricedEval,
};

const reviews: readonly HomeCommand[] = [command("import", "reviews.json")];

const batches = { undone: "0b5e0000-0000-4000-8000-000000000001", kept: "0b5e0000-0000-4000-8000-000000000002" } as const;

const updates: readonly HomeCommand[] = [
  commandWithInput(
    report("review-shadow", 40, [finding("E999", "error", { line: 3 })], {
      overall_verdict: "FAIL",
      ci_exit_code: 0,
      timestamp: "2026-04-03T09:00:00Z",
    }),
    "update",
    "--agent",
    "codex",
    ...shop,
    "--issue",
    "77",
    "--changed-file",
    "src/cart.py",
    "--house-rules-version",
    "4",
  ),
  commandWithInput(
    report("review-disputed", 95, [finding("E999", "error")], {
      overall_verdict: "PASS",
      ci_exit_code: 0,
      reward_delta: 1,
      timestamp: "2026-04-04T09:00:00Z",
    }),
    "update",
    "--agent",
    "codex",
    ...shop,
  ),
  commandWithInput(
    report("review-good", 112, [finding("W291", "warning", { fixable: true })], {
      timestamp: "2026-04-05T09:00:00Z",
      house_rules_updates: ["Prefer early returns"],
    }),
    "update",
    ...shop,
  ),
  commandWithInput(
    report("review-odd", 88, [finding("=cmd()", "info", { file: "src/tab\there.py", message: "a | b\nsecond line \u202e" })], {
      timestamp: "2026-04-06T09:00:00Z",
    }),
    "update",
    ...billing,
  ),
  command("reset", "--agent", "gemini-cli", "--confirm"),
  command("reset", "--agent", "codex", "--confirm"),
  command("reset", "--agent", "codex", "--undo"),
  commandWithInput(
    report("review-after-reset", 101, [], { timestamp: "2026-04-08T09:00:00Z" }),
    "update",
    "--agent",
    "gemini-cli",
    ...shop,
  ),
  commandWithInput(
    report("review-found", 60, [finding("C901", "error")], { timestamp: "2026-04-09T09:00:00Z" }),
    "update",
    "--intake-batch",
    batches.undone,
    ...shop,
  ),
  commandWithInput(
    report("review-found-too", 99, [], { timestamp: "2026-04-09T10:00:00Z" }),
    "update",
    "--intake-batch",
    batches.kept,
    ...shop,
  ),
  command("intake", "undo", batches.undone),
];

const evals: readonly HomeCommand[] = [
  command("eval", "push", ...evalHistory.map((_, index) => `evals/run-${String(index).padStart(2, "0")}.json`), ...shop),
  command("eval", "push", "evals/partial.json", "evals/retried.json", ...shop),
  command("eval", "push", "evals/unpriced.json", ...billing),
  command("eval", "baseline", "previous", "--tier", "llm-judge", ...shop),
  command("eval", "cache", "write", "llm-judge", "first", '{"answer":1}', "--meta", '{"model":"m"}'),
];

const json = (value: object): string => JSON.stringify(value);

const stores: readonly HomeCommand[] = [
  namedCommand("question", command("ask", "Which branch is the release cut from?", ...shop)),
  namedCommand("noted", command("note", "CI is slow today", "--from-handle", "em", ...shop)),
  namedCommand("urgent", command("critical", "Stop: main is broken", "--channel", "email", ...shop)),
  namedCommand("asked", command("ask", "May I raise the timeout?", ...billing)),
  namedCommand("left", command("ask", "Who owns the billing tables?", ...billing)),
  command("inbox", "seen", "{noted.message.id}"),
  command("inbox", "answer", "{asked.message.id}", "Yes, but note why."),
  command("inbox", "escalate", "{urgent.message.id}", "--fix-class", "policy", "--context-url", "https://example.com/run/9"),
  namedCommand("closed", command("ask", "Is the freeze over?", ...shop)),
  command("inbox", "answer", "{closed.message.id}", "Since Monday."),
  command("inbox", "close", "{closed.message.id}"),
  ...["pending", "running", "waiting", "blocked", "paused", "done", "abandoned", "resumed"].map((state, index) =>
    command(
      "task",
      "add",
      `Work that is ${state}`,
      "--id",
      `task-${state}`,
      "--priority",
      String(90 - index * 10),
      ...(index % 2 === 0 ? shop : billing),
    ),
  ),
  ...["running", "waiting", "blocked", "paused", "done", "resumed"].map((state) =>
    command("task", "claim", `task-${state}`, "--worker", `worker-${state}`, "--stage", "plan"),
  ),
  command("task", "heartbeat", "task-running", "--worker", "worker-running", "--stage", "tests", "--cost-usd", "0.42"),
  command("task", "move", "task-waiting", "waiting", "--stage", "ci"),
  command("task", "move", "task-blocked", "blocked", "--current-state-name", "needs-human"),
  command("task", "move", "task-done", "done", "--result-json", json({ merged: true }), "--cost-usd", "1.5"),
  command("task", "move", "task-abandoned", "abandoned"),
  command(
    "task",
    "pause",
    "task-paused",
    "--reason",
    "fix myself first",
    "--resume-hint",
    "run the tests",
    "--snapshot",
    json({ cwd: "/work", tool_call_history: [], partial_outputs: { draft: "x" } }),
  ),
  command("task", "pause", "task-resumed", "--reason", "waits for an answer", "--snapshot", json({ cwd: "/work" })),
  command("task", "resume", "task-resumed"),
  ...["pending", "triaged", "in-fix", "fix-pr-open", "verified", "rejected", "closed"].map((state, index) =>
    namedCommand(
      `feedback_${state.replaceAll("-", "_")}`,
      command(
        "feedback",
        "add",
        `Feedback that is ${state}`,
        "--severity",
        ["low", "med", "high", "critical"][index % 4] ?? "low",
        "--on",
        "src/git.ts:42",
        ...shop,
      ),
    ),
  ),
  command("feedback", "move", "{feedback_triaged.id}", "triaged", "--fix-class", "prompt"),
  command("feedback", "move", "{feedback_in_fix.id}", "triaged", "--fix-class", "doc"),
  command("feedback", "move", "{feedback_in_fix.id}", "in-fix"),
  ...["fix_pr_open", "verified", "closed"].flatMap((state) => [
    command("feedback", "move", `{feedback_${state}.id}`, "triaged", "--fix-class", "test"),
    command("feedback", "move", `{feedback_${state}.id}`, "in-fix"),
    command("feedback", "move", `{feedback_${state}.id}`, "fix-pr-open", "--fix-pr-url", "https://example.com/pull/7"),
  ]),
  ...["verified", "closed"].map((state) =>
    command(
      "feedback",
      "move",
      `{feedback_${state}.id}`,
      "verified",
      "--regression-test-path",
      "test/push.test.ts",
      "--root-cause",
      "no test",
      "--confidence",
      "91",
      "--pr-number",
      "7",
      "--merged-sha",
      "abc1234",
    ),
  ),
  command("feedback", "move", "{feedback_closed.id}", "closed"),
  command("feedback", "move", "{feedback_rejected.id}", "triaged", "--fix-class", "out-of-scope"),
  command("feedback", "move", "{feedback_rejected.id}", "rejected", "--reason", "works as intended"),
  commandWithInput(storeRows["spend"] ?? "", "store", "put", "spend", "--stdin", ...shop),
  command("budget", "set", "--daily", "10", "--weekly", "60", "--by", "em"),
  { ...command("budget", "extend", "2.5", "--by", "em", "--reason", "release day"), at: "2026-04-15T08:00:00.000Z" },
  command(
    "audit",
    "add",
    "git_push",
    "--args-json",
    json({ branch: "fix" }),
    "--duration-ms",
    "800",
    "--task-id",
    "task-done",
    ...shop,
  ),
  command(
    "audit",
    "add",
    "bash",
    "--args-json",
    json({ command: "npm test" }),
    "--error",
    "Timeout",
    "--stage",
    "tests",
    ...billing,
  ),
  commandWithInput(storeRows["ci_history"] ?? "", "store", "put", "ci_history", "--stdin", ...shop),
  namedCommand(
    "memory",
    command(
      "memory",
      "add",
      "flaky_tests",
      json({ test_fqn: "login", flake_rate: 0.2 }),
      "--source-kind",
      "task",
      "--source-id",
      "task-done",
      ...shop,
    ),
  ),
  command("memory", "supersede", "{memory.id}", json({ test_fqn: "login", flake_rate: 0.1 }), "--confidence", "95"),
  command("memory", "add", "em_preferences", json({ preference: "small commits" }), ...billing),
  command("memory", "recall", "flaky_tests", ...shop),
  command("learn", "add", "The human rejects broad catches", "--task-id", "task-done", "--to", "GAIA.md", ...shop),
  command("learn", "add", "Short timeouts are flaky", "--task-id", "task-blocked", ...billing),
  command(
    "self-edit",
    "add",
    "https://github.com/acme/agent/pull/7",
    "--fix-class",
    "prompt",
    "--file",
    "GAIA.md",
    "--before-sha",
    "1a2b",
    "--after-sha",
    "3c4d",
    "--pass",
    "static=pass",
    "--confidence",
    "92",
    "--em-review",
    "approved",
    ...shop,
  ),
];

const colleague: readonly HomeCommand[] = [
  command("import", "reviews-of-lee.json"),
  commandWithInput(
    report("review-of-lee", 118, [finding("W291", "warning")], { timestamp: "2026-04-07T09:00:00Z" }),
    "update",
    ...shop,
  ),
  command("reset", "--agent", "codex", "--confirm"),
  command("eval", "import", "evals-of-lee", ...shop),
  command("task", "add", "A task of Lee's", "--id", "task-of-lee", ...shop),
  command("ask", "Shall we merge on Friday?", ...shop),
  command("learn", "add", "Lee saw it too", "--task-id", "task-of-lee", ...shop),
];

/** The commands that create a home, one minute apart. */
const stepsOf = (
  acts: readonly HomeCommand[],
  start: string,
  world: Pick<Step, "host" | "home" | "cwd" | "env">,
): readonly Step[] =>
  acts.map(({ args, at, ...more }, index) => ({
    ...world,
    ...more,
    args: [...args, "--json"],
    at: at ?? new Date(Date.parse(start) + index * 60_000).toISOString(),
  }));

/** The steps that create the user's home and the colleague's home. The colleague's facts are later added to the user's home. */
export const homeSteps = (places: Readonly<{ own: string; lee: string; cwd: string; env: Step["env"] }>): readonly Step[] => [
  ...stepsOf([...reviews, ...updates, ...evals, ...stores], "2026-04-14T08:00:00.000Z", {
    ...places,
    host: "golden",
    home: places.own,
  }),
  ...stepsOf(colleague, "2026-04-14T20:00:00.000Z", { ...places, host: "desk-of-lee", home: places.lee }),
];
