import { describe, expect, it } from "vitest";
import { exportDocument } from "../../../../src/features/reviews/documents/export.ts";
import { formulaText } from "../../../../src/features/reviews/documents/formula.ts";
import { resetDocument } from "../../../../src/features/reviews/documents/reset.ts";
import { breakingDocument, historyDocument } from "../../../../src/features/reviews/documents/run-list.ts";
import { scoreDocument } from "../../../../src/features/reviews/documents/score.ts";
import { showDocument } from "../../../../src/features/reviews/documents/show.ts";
import { agentsDocument, statusDocument } from "../../../../src/features/reviews/documents/status.ts";
import { updateDocument } from "../../../../src/features/reviews/documents/update.ts";
import { violationsDocument } from "../../../../src/features/reviews/documents/violations.ts";
import { takenBackText } from "../../../../src/features/reviews/model/explain.ts";
import { coinChangeText, coinText } from "../../../../src/features/shared/figures.ts";
import { plain } from "../../../../src/render/markdown/escape.ts";
import { pipeStyle, terminalStyle } from "../../../cli/style.ts";
import * as views from "../../../cli/views.ts";
import { english, sampleRun } from "../../../extension/texts.ts";
import {
  describeTerminalOutput,
  describeWidths,
  type MakeDocument,
  renderEditor,
  renderTerminal,
} from "../../../support/documents.ts";

const runs = [views.run, views.failedRun];
const updated = { recorded: true, reason: null, run: views.run, status: views.status, warnings: [] } as const;

/** Every document of reviews, with all parts filled in. */
const documents = {
  status: (words) => statusDocument(views.status, words),
  agents: (words) => agentsDocument([views.status, views.strangeStatus], words),
  history: (words) => historyDocument([...runs, { ...views.run, agent: "codex", project: null }], words, {}, {}),
  breaking: (words) => breakingDocument(runs, words),
  violations: (words) => violationsDocument(views.violations, words),
  show: (words) => showDocument(views.runDetail, words),
  update: (words) => updateDocument(updated, words),
  score: (words) => scoreDocument(views.score, words),
  reset: (words) => resetDocument({ reset: true, agent: null, hidden_runs: 4, undone: false, restored_runs: 0 }, words),
  export: (words) =>
    [exportDocument({ format: "csv", runs: 3, out: "runs.csv", content: null }, words)].flatMap((made) =>
      typeof made === "string" ? [] : made,
    ),
} satisfies Readonly<Record<string, MakeDocument>>;

describeTerminalOutput(documents);
describeWidths({
  agents: documents.agents,
  history: documents.history,
  breaking: documents.breaking,
  violations: documents.violations,
});

describe("text written to a pipe", () => {
  it("for a status", () => {
    expect(renderTerminal(documents.status, pipeStyle)).toBe(
      [
        "claude-code  all projects",
        "",
        "Coins           7.30  last reward +19 points",
        "Pass streak        2  best 9",
        "Fail streak        0",
        "Runs              12",
        "Last verdict    PASS  3 days ago, 2026-03-17 12:00",
        "Top violations  E501 (3), W0702 (1)",
      ].join("\n"),
    );
  });

  it("for agents", () => {
    expect(renderTerminal(documents.agents, pipeStyle)).toBe(
      [
        "Agent         Coins    Streak  Best  Runs  Last verdict  Last run          Top violation",
        "claude-code    7.30  2 passes     9    12  PASS          2026-03-17 12:00  E501 (3)",
        "規則-bot     -13.90  3 blocks     9    12  FAIL          2026-03-17 12:00  E501 (3)",
      ].join("\n"),
    );
  });

  it("for a history", () => {
    expect(renderTerminal((words) => historyDocument(runs, words, {}, {}), pipeStyle)).toBe(
      [
        "When              Run          Score  Verdict        Findings  Blocking  Earned  Bonus  Coins    Streak",
        "2026-03-17 12:00  review-7d0f     94  PASS                  3         -   +1.90  +0.50   7.30  6 passes",
        "2026-03-18 07:30  review-9a1c     44  FAIL (shadow)        28         1   -3.60      -   3.70   1 block",
      ].join("\n"),
    );
  });

  it("for a history that may be longer has a note, unless a limit was given", () => {
    const many = Array.from({ length: 50 }, () => views.run);
    const note = "\n\nThe latest 50 runs; --limit shows more, --json all.";
    expect(renderTerminal((words) => historyDocument(many, words, {}, {}), pipeStyle)).toContain(note);
    expect(renderTerminal((words) => historyDocument(many, words, {}, { limit: 50 }), pipeStyle)).not.toContain(note);
    expect(renderTerminal((words) => historyDocument(many.slice(1), words, {}, {}), pipeStyle)).not.toContain(note);
  });

  it("for violations", () => {
    expect(renderTerminal(documents.violations, pipeStyle)).toBe(
      [
        "Rule   Count  Runs  Errors  Warnings  Infos  First seen        Last seen",
        "E501   1,203     7   1,000       203      -  2026-03-17 12:00  2026-03-18 07:30",
        "W0702      3     2       -         3      -  2026-03-17 12:00  2026-03-18 07:30",
      ].join("\n"),
    );
  });

  it("for a run", () => {
    expect(renderTerminal(documents.show, pipeStyle)).toBe(
      [
        "review-7d0f  2 findings",
        "",
        "Agent    claude-code",
        "Project  acme/storefront",
        "Branch   main",
        "When     2026-03-17 12:00  3 days ago",
        "Verdict  PASS",
        "Score       94",
        "Earned   +1.90  (94 − 80) / 10 = +1.40; bonus for 6 passes in a row: +0.50; total +1.90",
        "Coins     7.30  5.40 before",
        "Summary  Two findings",
        "",
        "Place       Severity  Rule                 Message",
        "src/a.py:3  warning   ruff/E501   fixable  Line too long",
        "src/b.py:9  error     pylint/W01  blocks   Not good",
      ].join("\n"),
    );
  });

  it("for a recorded report", () => {
    expect(renderTerminal(documents.update, pipeStyle)).toBe(
      [
        "Recorded review-7d0f: score 94, 3 findings, +1.90 coins, streak bonus +0.50 included",
        "claude-code: 7.30 coins, streak 2 passes, 12 runs, last verdict PASS",
      ].join("\n"),
    );
    const penalized = { ...updated, run: { ...views.failedRun, bonus: -1 } };
    expect(renderTerminal((words) => updateDocument(penalized, words), pipeStyle)).toContain(
      "score 44, 28 findings (1 blocking), -3.60 coins, streak penalty -1.00 included\n",
    );
    const duplicate = { ...updated, recorded: false, reason: "duplicate", warnings: ["a: cut"] } as const;
    expect(renderTerminal((words) => updateDocument(duplicate, words), pipeStyle)).toMatch(
      /^Unchanged: run review-7d0f is already recorded\n.*\n {2}warning a: cut$/,
    );
  });
});

describe("a reset", () => {
  const undone = { reset: false, agent: null, hidden_runs: 0, undone: true, restored_runs: 0 };
  it("shows how many runs it hides and how to undo it", () => {
    expect(renderTerminal(documents.reset, pipeStyle)).toBe(
      "Reset all agents: 4 runs are no longer counted\nNothing was destroyed. Take it back:  reward-ledger reset --undo",
    );
  });
  it("that is undone shows how many runs count again", () => {
    expect(renderTerminal((words) => resetDocument({ ...undone, agent: "codex", restored_runs: 1 }, words), pipeStyle)).toBe(
      "Undone: the reset of codex is taken back, 1 run counts again",
    );
    expect(renderTerminal((words) => resetDocument(undone, words), pipeStyle)).toBe(
      "Undone: the reset of all agents is taken back, no run counts again: it hid none, or other resets hide them too",
    );
  });
});

it("a score lists deductions, bonuses and the number of findings left out as noise", () => {
  expect(renderTerminal(documents.score, pipeStyle)).toBe(
    [
      "Score             103  reward +23",
      "Verdict           PASS",
      "warning            -2  1 finding",
      "ai_bloat            0  2 findings",
      "coverage_90_plus   +5",
      "",
      "1 finding left out as noise",
    ].join("\n"),
  );
});

describe("an interactive terminal", () => {
  it("shows scores as a sparkline and the age of runs", () => {
    const text = renderTerminal((words) => historyDocument(runs, words, {}, {}), terminalStyle(140));
    expect(text).toMatch(/^2 runs, 1 passed, -1\.70 coins\nScores {2}▇▃\n/);
    expect(text).toContain("3 days ago");
  });

  it("shows a rule's share as a bar", () => {
    expect(renderTerminal(documents.violations, terminalStyle(140))).toContain("█".repeat(16));
  });
});

describe("empty documents", () => {
  const empty: readonly (readonly [string, MakeDocument, RegExp])[] = [
    [
      "status",
      (words) => statusDocument({ ...views.emptyStatus, agents_with_runs: 1 }, words),
      /No runs of this agent are recorded[\s\S]*reward-ledger update[\s\S]*reward-ledger agents/,
    ],
    [
      "status",
      (words) => statusDocument(views.emptyStatus, words),
      /No runs of this agent are recorded(?![\s\S]*reward-ledger agents)/,
    ],
    ["agents", (words) => agentsDocument([], words), /No agents to show[\s\S]*reward-ledger update/],
    ["history", (words) => historyDocument([], words, {}, {}), /No runs to show[\s\S]*reward-ledger update/],
    ["violations", (words) => violationsDocument([], words), /No broken rules[\s\S]*reward-ledger history/],
    ["breaking", (words) => breakingDocument([], words), /No run broke that rule[\s\S]*reward-ledger violations/],
  ];
  it.each(empty)("%s names the next step", (_name, make, expected) => {
    expect(renderTerminal(make, pipeStyle)).toMatch(expected);
  });
});

describe("resets", () => {
  const team_resets = [
    { id: "r1", agent: null, at: "2026-03-15T10:30:00.000Z", by: "ada@acme.dev", hidden_runs: 12 },
    { id: "r2", agent: "codex", at: "2026-03-16T10:30:00.000Z", by: null, hidden_runs: null },
  ];

  it("of the team are shown below its status, and explain why no runs count", () => {
    const text = renderTerminal((words) => statusDocument({ ...views.status, team_resets }, words), pipeStyle);
    expect(text).toMatch(
      /ada@acme\.dev reset the team's totals on 2026-03-15 10:30\. It hides 12 runs\.\nAn owner undoes it: {2}reward-ledger team reset --undo\n/,
    );
    expect(text).toMatch(
      /A former member reset the team's totals of codex on 2026-03-16 10:30\. Sync to see which runs it hides\.\n.*--undo --agent codex/,
    );
    const emptyText = renderTerminal((words) => statusDocument({ ...views.emptyStatus, team_resets }, words), pipeStyle);
    expect(emptyText).toMatch(/No runs count for the team\.\n\nada@acme\.dev reset/);
    expect(emptyText).not.toContain("Record a run");
  });

  it("of the user are shown when no run counts", () => {
    const resets = [{ agent: "codex", at: "2026-03-15T10:30:00.000Z", hidden_runs: 1 }];
    expect(renderTerminal((words) => statusDocument({ ...views.emptyStatus, resets }, words), pipeStyle)).toMatch(
      /No runs count\.\n\nReset of codex on 2026-03-15 10:30: hides 1 run\.\nUndo it: {2}reward-ledger reset --undo --agent codex$/,
    );
  });

  it("and undone automatic recordings are distinguished in the note of an uncounted run", () => {
    const hidden = { ...views.runDetail, hidden: true };
    expect(renderTerminal((words) => showDocument(hidden, words), pipeStyle)).toContain(
      "\n  warning Recorded before a reset, so it is no longer counted.",
    );
    const takenBack = { ...hidden, formula: { ...hidden.formula, text: takenBackText } };
    expect(renderTerminal((words) => showDocument(takenBack, words), pipeStyle)).toContain(
      "\n  warning Its automatic recording was taken back, so it is not counted.",
    );
  });
});

it("a status reports the number of facts missing from the journal", () => {
  expect(renderTerminal((words) => statusDocument({ ...views.status, missing_facts: 2 }, words), pipeStyle)).toMatch(
    /\n\n {2}warning The journal lacks 2 recorded facts\.\nSee which: {2}reward-ledger verify$/,
  );
});

it("a run document in VS Code shows its details and its findings sorted by place", () => {
  const [finding] = views.runDetail.findings;
  if (finding === undefined) throw new Error("there is no finding");
  const findingAt = (file: string, line: number) => ({ ...finding, file, line });
  const detail = {
    ...views.runDetail,
    run: sampleRun,
    summary: "Three things to mend",
    house_rules_version: 2,
    findings: [findingAt("src/b.py", 9), findingAt("src/a.py", 4), findingAt("src/b.py", 2)],
  };
  const report = renderEditor("Run review-1", (words) => showDocument(detail, words));
  for (const part of ["# Run review\\-1", "Three things to mend", "team/app", "version 2"]) expect(report).toContain(part);
  const positions = ["src/a.py:4", "src/b.py:2", "src/b.py:9"].map((place) => report.indexOf(plain(place)));
  expect(positions.every((place) => place > 0)).toBe(true);
  expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  expect(report).not.toContain("Issue");
});

describe("formula", () => {
  const failed = { ...sampleRun, score: 41, reward_delta: -39, bonus: -1, coin_delta: -4.9, streak_pass: 0, streak_block: 3 };
  it.each([
    ["a bonus", sampleRun, "(94 − 80) / 10 = +1.40; bonus for 6 passes in a row: +0.50; total +1.90"],
    ["a penalty", failed, "(41 − 80) / 10 = −3.90; penalty for 3 fails in a row: −1.00; total −4.90"],
    ["no bonus", { ...sampleRun, bonus: 0, coin_delta: 1.4 }, "(94 − 80) / 10 = +1.40"],
    ["a reward that is withheld", { ...sampleRun, reward_delta: 0, bonus: 0 }, "score 94 earns nothing without evidence: +0.00"],
  ])("explains %s", (_what, earned, expected) => {
    expect(formulaText(earned, { t: english })).toBe(expected);
  });
});

it("coins have two decimals, and coin changes have a sign", () => {
  expect([7.3, -3.9, 0, -0].map(coinText)).toEqual(["7.30", "-3.90", "0.00", "0.00"]);
  expect([1.9, -1, 0].map(coinChangeText)).toEqual(["+1.90", "-1.00", "+0.00"]);
});
