import * as z from "zod";
import { plain } from "../../../kernel/privacy.ts";
import { integer, micros, text, time, written } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const spend = defineStore({
  name: "spend",
  noun: "spend entry",
  about: "What each call of a model cost.",
  example: "reward-ledger spend summary --week --by-task",
  kinds: { add: "spend.added" },
  row: z.object({
    id: plain(written()),
    occurred_at: time(),
    /** Null: no work on a task. */
    task_id: plain(text()).nullable(),
    /** Where in the agent the call was made: triage, plan, pass_6_adversarial … */
    call_site: plain(written()),
    model: plain(written()),
    input_tokens: integer(0),
    cache_read_tokens: integer(0),
    cache_create_tokens: integer(0),
    output_tokens: integer(0),
    usd_micros: micros(),
    project: plain(text()).nullable(),
  }),
  key: ["id"],
  order: [
    { column: "occurred_at", desc: true },
    { column: "id", desc: true },
  ],
  defaults: { cache_read_tokens: 0, cache_create_tokens: 0 },
  dollars: { usd_micros: "usd" },
  changes: "none",
  indexes: [
    { name: "idx_spend_occurred", columns: [{ column: "occurred_at" }] },
    { name: "idx_spend_task", columns: [{ column: "task_id" }] },
    { name: "spend_by_task", columns: [{ column: "task_id" }, { column: "occurred_at" }, { column: "id" }] },
  ],
});

export type SpendRow = z.infer<typeof spend.row>;
