import * as z from "zod";
import { message, plain } from "../../../kernel/privacy.ts";
import { integer, nonBlank, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";
import { highestTier } from "./tiers.ts";

export const trust = defineStore({
  name: "trust",
  noun: "tier change",
  about:
    "Changes of an agent's tier of trust, from 0 (it only reads) to 5 (it integrates). Raising it needs the signature of the human who decides, lowering none.",
  kinds: { add: "trust.set" },
  row: z.object({
    id: plain(nonBlank()),
    changed_at: time().describe("When, ISO-8601; default now"),
    agent: plain(nonBlank()).describe("The agent"),
    from_tier: integer(0, highestTier).describe("The tier before, 0 to 5"),
    to_tier: integer(0, highestTier).describe("The tier from then on, 0 to 5"),
    reason: message(nonBlank()).describe("Why"),
    em_handle: plain(nonBlank()).describe("The human who decides"),
    em_signature: plain(text()).nullable().describe("The same name again: the signature that a higher tier needs"),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    title: t("Trust"),
    none: t("No tier change is recorded."),
    columns: [
      { name: "agent", head: t("Agent"), cut: 8 },
      { name: "from_tier", head: t("From tier") },
      { name: "to_tier", head: t("To tier") },
      { name: "reason", head: t("Reason"), cut: 16 },
      { name: "em_handle", head: t("By"), drop: 1 },
      { name: "changed_at", head: t("Time") },
      { name: "id", head: "ID", drop: 2 },
    ],
  }),
  key: ["id"],
  order: [
    { column: "changed_at", desc: true },
    { column: "id", desc: true },
  ],
  changes: "none",
  indexes: [
    { name: "trust_by_changed", columns: [{ column: "changed_at" }, { column: "id" }] },
    { name: "trust_by_agent", columns: [{ column: "agent" }, { column: "changed_at" }, { column: "id" }] },
  ],
  verbs: {
    group: "trust",
    positional: ["agent", "to_tier"],
    now: "changed_at",
    filters: ["agent"],
    sample: { agent: "ada", from_tier: 1, to_tier: 2, reason: "ten good reviews", em_handle: "em", em_signature: "em" },
  },
  rule: (row) => {
    if (row.from_tier === row.to_tier) return "the tier stays as it is";
    const isSigned = row.to_tier < row.from_tier || row.em_signature === row.em_handle;
    return isSigned ? undefined : "a higher tier is signed with the name of the human who decides";
  },
  ruleInSql: "$.from_tier != $.to_tier && ($.to_tier < $.from_tier || $.em_signature == $.em_handle)",
});

export type TrustRow = z.infer<typeof trust.row>;
