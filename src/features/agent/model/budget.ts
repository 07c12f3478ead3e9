import * as z from "zod";
import { message, plain } from "../../../kernel/privacy.ts";
import { flag, micros, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const budgets = defineStore({
  name: "budgets",
  noun: "budget",
  about: "The spending limits: each row replaces the one before.",
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
