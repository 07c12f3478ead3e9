import { describe, expect, it } from "vitest";
import { terminalWords } from "../../../../src/cli/words.ts";
import { budgetDocument, spendAddDocument, spendSummaryDocument } from "../../../../src/features/agent/documents/money.ts";
import {
  anyListDocument,
  anyRowDocument,
  doneDocument,
  listDocument,
  rowDocument,
} from "../../../../src/features/agent/documents/rows.ts";
import {
  claimDocument,
  overviewDocument,
  storeImportDocument,
  storePutDocument,
} from "../../../../src/features/agent/documents/stores.ts";
import { feedback } from "../../../../src/features/agent/model/feedback.ts";
import { inbox } from "../../../../src/features/agent/model/inbox.ts";
import { agentStores } from "../../../../src/features/agent/model/stores.ts";
import { tasks } from "../../../../src/features/agent/model/tasks.ts";
import type { BudgetView, FeedbackView } from "../../../../src/features/agent/operations/views.ts";
import type { Document, Words } from "../../../../src/kernel/document.ts";
import { markdownText } from "../../../../src/render/markdown/document.ts";
import { editorWords } from "../../../../src/render/markdown/words.ts";
import { terminalText } from "../../../../src/render/terminal/document.ts";
import { pipeStyle } from "../../../cli/style.ts";
import { english, style } from "../../../extension/texts.ts";
import { sampleMessage, sampleSum, sampleTask, sampleTime } from "../../../support/agent-views.ts";

type BuildDocument = (words: Words) => Document;

const inEditor = (build: BuildDocument): string =>
  markdownText("Agent", build(editorWords(style, english)), (count) => `and ${count} more`);
const inPipe = (build: BuildDocument): string => terminalText(build(terminalWords(pipeStyle)), pipeStyle);

const feedbackView: FeedbackView = {
  id: "f1",
  received_at: sampleTime,
  from_handle: "em",
  channel: "cli",
  body: "Never force-push",
  severity: "high",
  context_url: "src/cart.ts:12",
  fix_class: null,
  state: "pending",
  fix_pr_url: null,
  regression_test_path: null,
  root_cause: null,
  success_criterion: null,
  notes_json: "[]",
  project: null,
};
const limit = { spent_usd: 22, limit_usd: 25, ceiling_usd: 25, percent: 88, level: "warning", resets_at: sampleTime } as const;
const budget: BudgetView = {
  level: "warning",
  today: limit,
  week: { ...limit, level: "ok", resets_at: null },
  month: { ...limit, level: "exhausted" },
  projected_today_usd: 30,
  extended_today_usd: 0,
  extension_left_usd: 50,
  allow_extension_request: true,
  extension_max_per_day_usd: 50,
  daily_usd_limit: 25,
  weekly_usd_limit: 100,
  monthly_usd_limit: 400,
  daily_usd_ceiling: 25,
  weekly_usd_ceiling: 100,
  monthly_usd_ceiling: 400,
};

describe("a row", () => {
  it("shows only fields with a value, and multi-line text with its line breaks", () => {
    const answered = inEditor((words) => rowDocument(inbox)({ ...sampleMessage, state: "answered", answer: "Yes" }, words));
    for (const part of ["| State | answered |", "| Answer | Yes |", "## Message\n\nMay I drop\n\nthe "])
      expect(answered).toContain(part);
    expect(answered).not.toContain("](command:");
    expect(inEditor((words) => rowDocument(tasks)(sampleTask, words))).toContain("| Worker | claude\\-code |");
    const report = inEditor((words) => rowDocument(feedback)(feedbackView, words));
    expect(report).toContain("| About | src/cart\\.ts\\:12 |");
    expect(report).not.toContain("Pull request");
  });

  it("starts with the prompt for a task, and shows money only in dollars", () => {
    const text = inPipe((words) => doneDocument(tasks, () => "Queued")(sampleTask, words));
    expect(text).toMatch(/^Queued\n\nMend the cart\n\nID +t1\n/);
    expect(text).toMatch(/^Cost in USD +1\.25$/m);
    expect(text).not.toContain("micros");
    expect(inPipe((words) => claimDocument({ task: sampleTask, reclaimed: true }, words))).toMatch(
      /^Taken over t1 for claude-code\n/,
    );
    expect(inPipe((words) => claimDocument({ task: null, reclaimed: false }, words))).toBe("No task is pending.");
  });

  it("labels the cells of any store with their column names", () => {
    expect(inPipe((words) => anyRowDocument({ id: 7, error: null, tool_name: "git" }, words))).toBe(
      "id         7\ntool_name  git",
    );
    const putView = { created: true, rows: 1, row: { id: 7 }, refused: [], warnings: ["row 1: replaced"] };
    expect(inPipe((words) => storePutDocument(putView, words))).toBe("Inserted\n  warning row 1: replaced\n\nid  7");
  });
});

describe("a list", () => {
  it("shows the columns of its store, and how to continue with the next page", () => {
    const text = inPipe((words) => listDocument(inbox, "inbox list")({ rows: [sampleMessage], cursor: "c7" }, words));
    expect(text).toContain("Received");
    expect(text).toContain("2026-03-16 09:30  question  pending  em");
    expect(text).toMatch(/\n\n1 row; go on with --cursor c7$/);
    const rows = [{ ...sampleTask }, { ...sampleTask, priority: 5 }];
    expect(inPipe((words) => listDocument(tasks, "task list")({ rows, cursor: null }, words))).toMatch(
      /^ +5 {2}running .* Mend the cart +1\.25 {2}t1$/m,
    );
  });

  it("has an empty message for every store, and uses only existing columns", () => {
    const words = terminalWords(pipeStyle);
    for (const store of agentStores) {
      const { none, columns } = store.listing(words);
      expect(inPipe((own) => listDocument(store, "list")({ rows: [], cursor: null }, own))).toBe(none);
      const names = [...store.columns.map(({ name }) => name), ...Object.values(store.dollars)];
      expect(names).toEqual(expect.arrayContaining(columns.map(({ name }) => name)));
      expect(names).toEqual(expect.arrayContaining(Object.keys(store.listing(words).labels)));
    }
  });

  it("shows the columns of any store, with cell text escaped in Markdown", () => {
    const rows = [{ id: 7, body: "a | [b](command:evil)", answer: null, usd_micros: 1 }];
    const report = inEditor((words) => anyListDocument({ rows, cursor: null }, words));
    expect(report).toContain("| id | body | answer |\n| --: | :-- | :-- |");
    expect(report).not.toContain("](command:evil)");
    expect(inPipe((words) => anyListDocument({ rows: [], cursor: null }, words))).toBe("There are no rows.");
  });
});

describe("money documents", () => {
  it("show spending, limits and the extension left in the budget", () => {
    const report = inEditor((words) => budgetDocument(budget, words));
    for (const part of ["| Today | \\$22\\.00 of \\$25\\.00 | 88% | near the limit", "extended by \\$50\\.00 more"].slice(1))
      expect(report).toContain(part);
    expect(inPipe((words) => budgetDocument(budget, words))).toMatch(
      /^Today +\$22\.00 of \$25\.00 {2}88%, near the limit, resets 2026-03-16 09:30$/m,
    );
    expect(inPipe((words) => budgetDocument({ ...budget, allow_extension_request: false }, words))).toContain(
      "Extensions are not allowed.",
    );
  });

  it("show spending per task or model with the total, and each new entry with the budget", () => {
    const view = {
      period: "all",
      from: null,
      to: sampleTime,
      by: "task",
      rows: [{ name: null, ...sampleSum }],
      total: sampleSum,
    } as const;
    const report = inEditor((words) => spendSummaryDocument(view, words));
    expect(report).toContain("| no task | 1,200 | 5 | 2 | 1 | 7 | 2\\.0000 |");
    expect(report).toContain("| Total | 1,200 |");
    const emptyView = { ...view, rows: [], total: { ...sampleSum, calls: 0 } };
    expect(inPipe((words) => spendSummaryDocument(emptyView, words))).toBe("All time: Nothing was spent.");
    const entry = {
      id: "s1",
      occurred_at: sampleTime,
      task_id: null,
      call_site: "plan",
      model: "m",
      input_tokens: 1,
      cache_read_tokens: 0,
      cache_create_tokens: 0,
      output_tokens: 1,
      usd_micros: 1,
      usd: 0.000_001,
      project: null,
      session_id: null,
      branch: null,
      calls: 1,
      unpriced_calls: 0,
      cache_create_1h_tokens: 0,
    };
    expect(inPipe((words) => spendAddDocument({ entry, budget }, words))).toMatch(
      /^Recorded 0\.000001 USD for m \(plan\)\nToday \$22\.00 of \$25\.00, 88%, near the limit, resets 2026/,
    );
  });
});

describe("agent documents", () => {
  it("show an overview of waiting questions, counts by state, and the budget", () => {
    const view = {
      project: null,
      inbox: { unanswered: 2, by_state: { pending: 2 } },
      tasks: { by_state: {} },
      feedback: { by_state: { triaged: 1, closed: 3 } },
      budget,
    };
    expect(inPipe((words) => overviewDocument(view, words))).toMatch(
      /^Questions +2 {2}wait for an answer\nInbox +pending 2\nTasks +none\nFeedback +triaged 1, closed 3\n\nToday /,
    );
  });

  it("list taken counts, conflicts and refusals of an import from another home", () => {
    const stores = [
      {
        store: "tasks",
        file: "tasks.db",
        found: true,
        taken: 2,
        known: 1,
        changed: ["t7"],
        conflicts: [{ row: "t8", why: "done is final" }],
        refused: [{ row: "t9", why: "no such state" }],
      },
      { store: "audit", file: "audit.db", found: false, taken: 0, known: 0, changed: [], conflicts: [], refused: [] },
    ];
    const report = inEditor((words) => storeImportDocument({ home: "/old", stores }, words));
    for (const part of [
      "| tasks | tasks\\.db | 2 | 1 | 1 |",
      "| audit | audit\\.db (none) | 0 | 0 | 0 |",
      "tasks\\.db, t9\\: no such state",
      "t8\\: done is final",
    ])
      expect(report).toContain(part);
  });
});
