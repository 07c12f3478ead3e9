import * as z from "zod";
import { message, plain } from "../../../kernel/privacy.ts";
import { flag, micros, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const budgets = defineStore({
  name: "budgets",
  noun: "budget",
  about: "The limits of spending: each row replaces the one before.",
  kinds: { add: "budget.set" },
  scope: "all projects",
  row: z.object({
    recorded: plain(text()),
    set_at: time(),
    daily_usd_micros: micros(),
    weekly_usd_micros: micros(),
    monthly_usd_micros: micros(),
    allow_extension_request: flag(),
    extension_max_per_day_usd_micros: micros(),
    set_by: plain(text()),
  }),
  key: ["recorded"],
  keyFrom: "recorded",
  order: [{ column: "recorded" }],
  changes: "none",
  dollars: {
    daily_usd_micros: "daily_usd_ceiling",
    weekly_usd_micros: "weekly_usd_ceiling",
    monthly_usd_micros: "monthly_usd_ceiling",
    extension_max_per_day_usd_micros: "extension_max_per_day_usd",
  },
});

export const extensions = defineStore({
  name: "budget_extensions",
  noun: "extension",
  about: "What was granted beyond the limit of a day, for that day.",
  kinds: { add: "budget.extended" },
  scope: "all projects",
  row: z.object({
    recorded: plain(text()),
    granted_at: time(),
    usd_micros: micros(),
    granted_by: plain(text()),
    reason: message(text()).nullable(),
  }),
  key: ["recorded"],
  keyFrom: "recorded",
  order: [{ column: "recorded" }],
  changes: "none",
  dollars: { usd_micros: "usd" },
  indexes: [{ name: "budget_extensions_by_granted", columns: [{ column: "granted_at" }] }],
});

export type BudgetRow = z.infer<typeof budgets.row>;
export type ExtensionRow = z.infer<typeof extensions.row>;
export type Limits = Omit<BudgetRow, "recorded" | "set_at" | "set_by">;

/** In force until someone sets others. Source: the plan's budget.toml. */
export const defaultLimits: Limits = {
  daily_usd_micros: 25_000_000,
  weekly_usd_micros: 100_000_000,
  monthly_usd_micros: 300_000_000,
  allow_extension_request: 1,
  extension_max_per_day_usd_micros: 50_000_000,
};

/** `warning` from 80 % of a limit on, `exhausted` from 100 % on. */
export type BudgetLevel = "ok" | "warning" | "exhausted";

const warnPercent = 80;

/** How much of a limit is spent. A limit of 0 allows nothing. */
export function levelOf(spent: number, limit: number): BudgetLevel {
  if (spent >= limit) return "exhausted";
  return spent * 100 >= limit * warnPercent ? "warning" : "ok";
}
