import {
  colleagueEvals,
  evalHistory,
  exported,
  finding,
  partialEval,
  report,
  retriedEval,
  storeRows,
  unpricedEval,
} from "./inputs.ts";
import type { Step } from "./plan.ts";

/** A command that creates part of a home; only the values that differ between commands. */
type Act = Readonly<{ args: readonly string[]; input?: string; name?: string; at?: string }>;

const act = (...args: readonly string[]): Act => ({ args });
const give = (input: string, ...args: readonly string[]): Act => ({ args, input });
/** Stores the JSON answer under a name, so that later commands can refer to its values. */
const named = (name: string, given: Act): Act => ({ ...given, name });

const shop = ["--project", "acme/storefront"] as const;
const bill = ["--project", "acme/billing"] as const;

/** Files of the folder in which commands run. */
export const workspaceFiles: Readonly<Record<string, string>> = {
  ".git/HEAD": "ref: refs/heads/main\n",
  ".git/config": '[remote "origin"]\n\turl = https://example.com/acme/storefront.git\n',
  "src/cart.py": "total = 0  # noqa\n",
  "reviews.json": exported(21, 30, ["claude-code", "codex", "gemini-cli"], "2026-01-05T08:00:00.000Z"),
  "reviews-of-lee.json": exported(34, 10, ["claude-code", "codex"], "2026-02-01T08:00:00.000Z"),
  ...Object.fromEntries(evalHistory.map((run, index) => [`evals/run-${String(index).padStart(2, "0")}.json`, run])),
  ...Object.fromEntries(colleagueEvals.map((run, index) => [`evals-of-lee/run-${index}.json`, run])),
  "evals/partial.json": partialEval,
  "evals/retried.json": retriedEval,
  "evals/unpriced.json": unpricedEval,
};

const reviews: readonly Act[] = [act("import", "reviews.json")];

const batches = { undone: "0b5e0000-0000-4000-8000-000000000001", kept: "0b5e0000-0000-4000-8000-000000000002" } as const;

const updates: readonly Act[] = [
  give(
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
  give(
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
  give(
    report("review-good", 112, [finding("W291", "warning", { fixable: true })], {
      timestamp: "2026-04-05T09:00:00Z",
      house_rules_updates: ["Prefer early returns"],
    }),
    "update",
    ...shop,
  ),
  give(
    report("review-odd", 88, [finding("=cmd()", "info", { file: "src/tab\there.py", message: "a | b\nsecond line \u202e" })], {
      timestamp: "2026-04-06T09:00:00Z",
    }),
    "update",
    ...bill,
  ),
  act("reset", "--agent", "gemini-cli", "--confirm"),
  act("reset", "--agent", "codex", "--confirm"),
  act("reset", "--agent", "codex", "--undo"),
  give(report("review-after-reset", 101, [], { timestamp: "2026-04-08T09:00:00Z" }), "update", "--agent", "gemini-cli", ...shop),
  give(
    report("review-found", 60, [finding("C901", "error")], { timestamp: "2026-04-09T09:00:00Z" }),
    "update",
    "--intake-batch",
    batches.undone,
    ...shop,
  ),
  give(
    report("review-found-too", 99, [], { timestamp: "2026-04-09T10:00:00Z" }),
    "update",
    "--intake-batch",
    batches.kept,
    ...shop,
  ),
  act("intake", "undo", batches.undone),
];

const evals: readonly Act[] = [
  act("eval", "push", ...evalHistory.map((_, index) => `evals/run-${String(index).padStart(2, "0")}.json`), ...shop),
  act("eval", "push", "evals/partial.json", "evals/retried.json", ...shop),
  act("eval", "push", "evals/unpriced.json", ...bill),
  act("eval", "baseline", "previous", "--tier", "llm-judge", ...shop),
  act("eval", "cache", "write", "llm-judge", "first", '{"answer":1}', "--meta", '{"model":"m"}'),
];

const json = (value: object): string => JSON.stringify(value);

const stores: readonly Act[] = [
  named("question", act("ask", "Which branch is the release cut from?", ...shop)),
  named("noted", act("note", "CI is slow today", "--from-handle", "em", ...shop)),
  named("urgent", act("critical", "Stop: main is broken", "--channel", "email", ...shop)),
  named("asked", act("ask", "May I raise the timeout?", ...bill)),
  named("left", act("ask", "Who owns the billing tables?", ...bill)),
  act("inbox", "seen", "{noted.message.id}"),
  act("inbox", "answer", "{asked.message.id}", "Yes, but note why."),
  act("inbox", "escalate", "{urgent.message.id}", "--fix-class", "policy", "--context-url", "https://example.com/run/9"),
  named("closed", act("ask", "Is the freeze over?", ...shop)),
  act("inbox", "answer", "{closed.message.id}", "Since Monday."),
  act("inbox", "close", "{closed.message.id}"),
  ...["pending", "running", "waiting", "blocked", "paused", "done", "abandoned", "resumed"].map((state, index) =>
    act(
      "task",
      "add",
      `Work that is ${state}`,
      "--id",
      `task-${state}`,
      "--priority",
      String(90 - index * 10),
      ...(index % 2 === 0 ? shop : bill),
    ),
  ),
  ...["running", "waiting", "blocked", "paused", "done", "resumed"].map((state) =>
    act("task", "claim", `task-${state}`, "--worker", `worker-${state}`, "--stage", "plan"),
  ),
  act("task", "heartbeat", "task-running", "--worker", "worker-running", "--stage", "tests", "--cost-usd", "0.42"),
  act("task", "move", "task-waiting", "waiting", "--stage", "ci"),
  act("task", "move", "task-blocked", "blocked", "--current-state-name", "needs-human"),
  act("task", "move", "task-done", "done", "--result-json", json({ merged: true }), "--cost-usd", "1.5"),
  act("task", "move", "task-abandoned", "abandoned"),
  act(
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
  act("task", "pause", "task-resumed", "--reason", "waits for an answer", "--snapshot", json({ cwd: "/work" })),
  act("task", "resume", "task-resumed"),
  ...["pending", "triaged", "in-fix", "fix-pr-open", "verified", "rejected", "closed"].map((state, index) =>
    named(
      `feedback_${state.replaceAll("-", "_")}`,
      act(
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
  act("feedback", "move", "{feedback_triaged.id}", "triaged", "--fix-class", "prompt"),
  act("feedback", "move", "{feedback_in_fix.id}", "triaged", "--fix-class", "doc"),
  act("feedback", "move", "{feedback_in_fix.id}", "in-fix"),
  ...["fix_pr_open", "verified", "closed"].flatMap((state) => [
    act("feedback", "move", `{feedback_${state}.id}`, "triaged", "--fix-class", "test"),
    act("feedback", "move", `{feedback_${state}.id}`, "in-fix"),
    act("feedback", "move", `{feedback_${state}.id}`, "fix-pr-open", "--fix-pr-url", "https://example.com/pull/7"),
  ]),
  ...["verified", "closed"].map((state) =>
    act(
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
  act("feedback", "move", "{feedback_closed.id}", "closed"),
  act("feedback", "move", "{feedback_rejected.id}", "triaged", "--fix-class", "out-of-scope"),
  act("feedback", "move", "{feedback_rejected.id}", "rejected", "--reason", "works as intended"),
  give(storeRows["spend"] ?? "", "store", "put", "spend", "--stdin", ...shop),
  act("budget", "set", "--daily", "10", "--weekly", "60", "--by", "em"),
  { ...act("budget", "extend", "2.5", "--by", "em", "--reason", "release day"), at: "2026-04-15T08:00:00.000Z" },
  act(
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
  act("audit", "add", "bash", "--args-json", json({ command: "npm test" }), "--error", "Timeout", "--stage", "tests", ...bill),
  give(storeRows["ci_history"] ?? "", "store", "put", "ci_history", "--stdin", ...shop),
  named(
    "memory",
    act(
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
  act("memory", "supersede", "{memory.id}", json({ test_fqn: "login", flake_rate: 0.1 }), "--confidence", "95"),
  act("memory", "add", "em_preferences", json({ preference: "small commits" }), ...bill),
  act("memory", "recall", "flaky_tests", ...shop),
  act("learn", "add", "The human rejects broad catches", "--task-id", "task-done", "--to", "GAIA.md", ...shop),
  act("learn", "add", "Short timeouts are flaky", "--task-id", "task-blocked", ...bill),
  act(
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

const colleague: readonly Act[] = [
  act("import", "reviews-of-lee.json"),
  give(report("review-of-lee", 118, [finding("W291", "warning")], { timestamp: "2026-04-07T09:00:00Z" }), "update", ...shop),
  act("reset", "--agent", "codex", "--confirm"),
  act("eval", "import", "evals-of-lee", ...shop),
  act("task", "add", "A task of Lee's", "--id", "task-of-lee", ...shop),
  act("ask", "Shall we merge on Friday?", ...shop),
  act("learn", "add", "Lee saw it too", "--task-id", "task-of-lee", ...shop),
];

/** The commands that create a home, one minute apart. */
const stepsOf = (acts: readonly Act[], start: string, world: Pick<Step, "host" | "home" | "cwd" | "env">): readonly Step[] =>
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
