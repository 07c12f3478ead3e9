import * as z from "zod";
import { plain } from "../../../kernel/privacy.ts";
import { integer, micros, nonBlank, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const spend = defineStore({
  name: "spend",
  noun: "spend entry",
  about:
    "What calls of models cost: one call an entry, or what a session of an agent added within a quarter of an hour, as its transcript says.",
  example: "reward-ledger spend summary --week --by-task",
  kinds: { add: "spend.added" },
  row: z.object({
    id: plain(nonBlank()),
    occurred_at: time(),
    /** Null if the call was not made for a task. */
    task_id: plain(text()).nullable(),
    /** Part of the agent that made the call: triage, plan, pass_6_adversarial … */
    call_site: plain(nonBlank()),
    model: plain(nonBlank()),
    input_tokens: integer(0),
    cache_read_tokens: integer(0),
    cache_create_tokens: integer(0),
    output_tokens: integer(0),
    usd_micros: micros(),
    project: plain(text()).nullable(),
    /** Agent session that the entry belongs to. */
    session_id: plain(text()).nullable(),
    branch: plain(text()).nullable(),
    /** Number of calls in the entry. */
    calls: integer(0),
    /** Number of these calls without a known price: their tokens are counted, their cost is not. */
    unpriced_calls: integer(0),
    /** Part of `cache_create_tokens` that was cached for an hour, which costs more than for five minutes. */
    cache_create_1h_tokens: integer(0),
  }),
  key: ["id"],
  order: [
    { column: "occurred_at", desc: true },
    { column: "id", desc: true },
  ],
  defaults: { cache_read_tokens: 0, cache_create_tokens: 0, calls: 1, unpriced_calls: 0, cache_create_1h_tokens: 0 },
  dollars: { usd_micros: "usd" },
  changes: "none",
  indexes: [
    { name: "idx_spend_occurred", columns: [{ column: "occurred_at" }] },
    { name: "idx_spend_task", columns: [{ column: "task_id" }] },
    { name: "spend_by_session", columns: [{ column: "session_id" }, { column: "occurred_at" }, { column: "id" }] },
    { name: "spend_by_task", columns: [{ column: "task_id" }, { column: "occurred_at" }, { column: "id" }] },
  ],
});

export type SpendRow = z.infer<typeof spend.row>;
