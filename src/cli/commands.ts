import { agents } from "../operations/agents.ts";
import { breaking } from "../operations/breaking.ts";
import { doctor } from "../operations/doctor.ts";
import { exportRuns } from "../operations/export.ts";
import { history } from "../operations/history.ts";
import { importRuns } from "../operations/import.ts";
import { rebuild } from "../operations/rebuild.ts";
import { reset } from "../operations/reset.ts";
import { score } from "../operations/score.ts";
import { show } from "../operations/show.ts";
import { status } from "../operations/status.ts";
import { update } from "../operations/update.ts";
import { verify } from "../operations/verify.ts";
import type { ExportView } from "../operations/views.ts";
import { violations } from "../operations/violations.ts";
import { type CliCommand, defineCommand } from "./command.ts";
import { count } from "./render/text.ts";

/** An export prints what its format says; a table of commas is no JSON document and comes inside of one. */
const exportJson = (view: ExportView): string =>
  view.content === null || view.format === "csv" ? JSON.stringify(view) : view.content;

/** Every command, in the order of help. Renderers are loaded when they have something to draw. */
export const commands: readonly CliCommand[] = [
  defineCommand(update, {
    examples: [
      { run: "specfact code review run --json | reward-ledger update", does: "record what a tool just wrote" },
      { run: "reward-ledger update --from review-report.json --agent codex", does: "record a file for another agent" },
      { run: "reward-ledger update --issue 42 --changed-file src/a.ts < report.json", does: "say what the run worked on" },
    ],
    renderer: async () => (await import("./render/update.ts")).renderUpdate,
  }),
  defineCommand(status, {
    examples: [
      { run: "reward-ledger status", does: "coins, streaks and top violations" },
      { run: "reward-ledger status --agent codex --project acme/shop", does: "one agent in one project" },
      { run: "reward-ledger status --json | jq .coins", does: "the number for a script" },
    ],
    renderer: async () => (await import("./render/status.ts")).renderStatus,
  }),
  defineCommand(agents, {
    examples: [{ run: "reward-ledger agents", does: "all agents, most coins first" }],
    renderer: async () => (await import("./render/agents.ts")).renderAgents,
  }),
  defineCommand(history, {
    examples: [
      { run: "reward-ledger history --limit 20", does: "the newest twenty runs, oldest first" },
      { run: "reward-ledger history --agent codex --since 2026-03-01", does: "an agent's runs since a day" },
    ],
    renderer: async () => (await import("./render/history.ts")).renderHistory,
  }),
  defineCommand(show, {
    examples: [{ run: "reward-ledger show review-7d0f", does: "findings, and how the coins came about" }],
    renderer: async () => (await import("./render/show.ts")).renderShow,
  }),
  defineCommand(violations, {
    examples: [
      { run: "reward-ledger violations --last 20", does: "rules broken in the newest twenty runs" },
      { run: "reward-ledger violations --since 2026-03-01", does: "rules broken since a day" },
    ],
    renderer: async () => (await import("./render/violations.ts")).renderViolations,
  }),
  defineCommand(breaking, {
    examples: [{ run: "reward-ledger breaking E501", does: "the runs that broke a rule, newest first" }],
    renderer: async () => (await import("./render/breaking.ts")).renderBreaking,
  }),
  defineCommand(score, {
    examples: [
      { run: "reward-ledger score --from findings.json --source src/a.py", does: "what a list of findings would score" },
      { run: "reward-ledger score --json < findings.json | reward-ledger update", does: "score and record in one go" },
    ],
    renderer: async () => (await import("./render/score.ts")).renderScore,
  }),
  defineCommand(importRuns, {
    examples: [
      { run: "reward-ledger import reports/", does: "every report below a folder" },
      { run: "reward-ledger import a.json b.json --agent codex", does: "files, for one agent" },
      { run: "reward-ledger import .specfact/ledger.json", does: "replay the runs of a specfact ledger" },
    ],
    renderer: async () => (await import("./render/import.ts")).renderImport,
  }),
  defineCommand(exportRuns, {
    examples: [
      { run: "reward-ledger export --out ledger.json", does: "everything, to be imported again" },
      { run: "reward-ledger export --format csv > runs.csv", does: "one line a run, for a spreadsheet" },
      { run: "reward-ledger export --format specfact --agent codex", does: "a ledger.json of one agent" },
    ],
    renderer: async () => (await import("./render/export.ts")).renderExport,
    json: exportJson,
    note: ({ content, runs, format }) => (content === null ? null : `${count(runs, "run")} exported as ${format}`),
  }),
  defineCommand(reset, {
    examples: [
      { run: "reward-ledger reset --confirm", does: "count anew from zero" },
      { run: "reward-ledger reset --confirm --agent codex", does: "the same for one agent" },
      { run: "reward-ledger reset --undo", does: "take the newest reset back" },
    ],
    renderer: async () => (await import("./render/reset.ts")).renderReset,
  }),
  defineCommand(verify, {
    examples: [{ run: "reward-ledger verify", does: "check every hash and total; exit code 1 on a problem" }],
    renderer: async () => (await import("./render/verify.ts")).renderVerify,
  }),
  defineCommand(doctor, {
    examples: [{ run: "reward-ledger doctor", does: "what is well, what is not, and what to do" }],
    renderer: async () => (await import("./render/doctor.ts")).renderDoctor,
  }),
  defineCommand(rebuild, {
    examples: [{ run: "reward-ledger rebuild", does: "build the index again from the journal" }],
    renderer: async () => (await import("./render/rebuild.ts")).renderRebuild,
  }),
];
