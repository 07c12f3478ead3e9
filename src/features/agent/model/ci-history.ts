import * as z from "zod";
import { plain } from "../../../kernel/privacy.ts";
import { integer, nonBlank, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const ciHistory = defineStore({
  name: "ci_history",
  noun: "CI run",
  about: "Runs of CI workflows.",
  example: "reward-ledger ci estimate build main",
  kinds: { add: "ci.added", change: "ci.changed" },
  row: z.object({
    workflow_name: plain(nonBlank()),
    branch: plain(nonBlank()),
    run_id: integer(0),
    started_at: time(),
    completed_at: time().nullable(),
    duration_s: integer(0).nullable(),
    /** `success`, `failure`, `cancelled`, `timed_out` or another value from the CI system. */
    conclusion: plain(text()).nullable(),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("No CI run is recorded."),
    columns: [
      { name: "started_at", head: t("Started") },
      { name: "workflow_name", head: t("Workflow"), cut: 8 },
      { name: "branch", head: t("Branch"), cut: 6 },
      { name: "run_id", head: t("Run") },
      { name: "duration_s", head: "s" },
      { name: "conclusion", head: t("Conclusion") },
    ],
  }),
  key: ["workflow_name", "branch", "run_id"],
  order: [
    { column: "started_at", desc: true },
    { column: "workflow_name", desc: true },
    { column: "branch", desc: true },
    { column: "run_id", desc: true },
  ],
  indexes: [
    {
      name: "ci_history_by_started",
      columns: [{ column: "started_at" }, { column: "workflow_name" }, { column: "branch" }, { column: "run_id" }],
    },
    {
      name: "ci_history_by_workflow",
      columns: [{ column: "workflow_name" }, { column: "started_at" }, { column: "branch" }, { column: "run_id" }],
    },
    {
      name: "ci_history_by_branch",
      columns: [{ column: "workflow_name" }, { column: "branch" }, { column: "started_at" }, { column: "run_id" }],
    },
  ],
});

export type CiRow = z.infer<typeof ciHistory.row>;
