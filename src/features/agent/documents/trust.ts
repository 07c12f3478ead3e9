import type { Block, Document, Field, Words } from "../../../kernel/document.ts";
import * as doc from "../../../kernel/document.ts";
import { allowances, isPromotion, localizedTiers } from "../model/tiers.ts";
import { type TrustRow, trust } from "../model/trust.ts";
import type { EvidenceView, TierChangeView, TrustView } from "../operations/trust-views.ts";
import { rowsDocument } from "./rows.ts";

const tierText = (tier: number, { t }: Pick<Words, "t">): string => `${tier}, ${localizedTiers(t)[tier]?.name ?? ""}`;

const percent = (share: number): number => Math.round(share * 100);

/** The evidence about an agent, one field per line. */
function evidenceFields(view: EvidenceView, { t, number }: Pick<Words, "t" | "number">): readonly Field[] {
  const { pass_rate: rate, gate } = view;
  const words = { t, number };
  return [
    { label: t("Tier"), value: tierText(view.tier, words) },
    {
      label: t("Streak"),
      value:
        view.streak_block > 0
          ? doc.caution(doc.counted(words, view.streak_block, "{0} fail in a row", "{0} fails in a row"))
          : doc.counted(words, view.streak_pass, "{0} pass in a row", "{0} passes in a row"),
    },
    {
      label: t("Pass rate"),
      value:
        rate === null ? t("no runs") : t("{0}% of {1}", percent(rate.rate), doc.counted(words, view.runs, "{0} run", "{0} runs")),
      remark: rate === null ? null : t("95% interval: {0}% to {1}%", percent(rate.low), percent(rate.high)),
    },
    {
      label: t("Review gate"),
      value:
        gate.runs === 0
          ? t("no runs")
          : t("{0} passed of {1}", number(gate.passed), doc.counted(words, gate.runs, "{0} run", "{0} runs")),
      remark: gate.blocked === 0 ? null : doc.counted(words, gate.blocked, "{0} blocked", "{0} blocked"),
    },
    { label: t("Reverts"), value: view.reverts === 0 ? "0" : doc.caution(number(view.reverts)) },
  ];
}

/** The evidence as lines of a question, for the person who is to sign. */
export const evidenceLines = (view: EvidenceView, words: Pick<Words, "t" | "number">): readonly string[] =>
  evidenceFields(view, words).map(({ label, value, remark }) => {
    const line = `${label}: ${doc.bareText(value)}`;
    return typeof remark === "string" ? `${line} (${remark})` : line;
  });

const changeText = (change: TrustRow | null, { t, time }: Words): string =>
  change === null
    ? t("none")
    : t("{0}: {1} to {2}, {3}", time(change.changed_at), change.from_tier, change.to_tier, change.reason);

function history(rows: TrustView["history"], words: Words): readonly Block[] {
  if (rows === null) return [];
  return [doc.group(doc.heading(words.t("History")), ...rowsDocument(trust.listing(words), rows, words))];
}

/** Shows who decides about an agent, its tier and what the tier allows. */
export function trustDocument(view: TrustView, words: Words): Document {
  const { t } = words;
  if (!view.bound) {
    return [
      doc.paragraph(t("No human is bound who decides about the agent: it has tier 0 and only reads.")),
      doc.action(t("Bind a human"), "reward-ledger trust --bootstrap --handle HANDLE --channel CHANNEL"),
      doc.paragraph(doc.muted(t("It is written to {0}.", view.file))),
      ...history(view.history, words),
    ];
  }
  const { dev_mode: mode, repo } = view;
  const names = (all: readonly string[]): string => (all.length === 0 ? t("none") : all.join(", "));
  const allowed = allowances(view.tier, t);
  return [
    doc.fields(
      [
        { label: t("Agent"), value: view.agent },
        { label: t("Tier"), value: tierText(view.tier, words) },
        { label: t("Human"), value: view.em_handle ?? "", remark: view.em_channel },
        { label: t("Persona"), value: view.persona_name ?? t("none") },
        {
          label: t("Self-edits"),
          value: mode.self_edit ? doc.caution(t("enabled")) : t("disabled"),
          remark: mode.self_edit
            ? [mode.enabled_at ?? "", mode.enabled_reason ?? ""].filter((one) => one !== "").join(", ")
            : null,
        },
        { label: t("Edits of the state machine"), value: mode.state_machine_edit ? doc.caution(t("enabled")) : t("disabled") },
        {
          label: t("Auto-merge"),
          value: names(view.auto_merge_classes),
          remark: view.suspended_classes.length === 0 ? null : t("suspended: {0}", names(view.suspended_classes)),
        },
        { label: t("Last promotion"), value: changeText(view.last_promotion, words) },
        { label: t("Last demotion"), value: changeText(view.last_demotion, words) },
        ...(repo === null
          ? []
          : [
              { label: t("Repository"), value: repo.repo },
              { label: t("Branches it may push to"), value: names(repo.allowed_branches) },
              { label: t("Paths it must not change"), value: names(repo.forbidden_paths) },
            ]),
        { label: t("File"), value: view.file },
      ],
      true,
    ),
    doc.group(doc.heading(t("Allowed")), doc.list(allowed.may.map((text) => ({ text: [doc.good("✓"), ` ${text}`] })))),
    doc.group(doc.heading(t("Not allowed")), doc.list(allowed.not.map((text) => ({ text })))),
    ...(view.agents.length < 2
      ? []
      : [
          doc.table(
            [
              { head: t("Agent"), cell: ({ agent }) => agent, shrink: 8 },
              { head: t("Tier"), cell: ({ tier }) => tierText(tier, words) },
            ],
            view.agents,
          ),
        ]),
    ...(view.file_tier === (view.latest_tier ?? view.tier)
      ? []
      : [doc.warning(t("{0} says tier {1}. What is recorded decides.", view.file, view.file_tier ?? 0))]),
    ...history(view.history, words),
  ];
}

/** Shows the evidence, then what was decided. */
export function tierChangeDocument({ change, evidence, warnings }: TierChangeView, words: Words): Document {
  const { t } = words;
  const done = isPromotion(change) ? doc.good(t("Promoted")) : doc.caution(t("Demoted"));
  return [
    doc.group(doc.heading(t("Evidence")), doc.fields(evidenceFields(evidence, words), true)),
    doc.paragraph([
      done,
      ` ${t("{0} from tier {1} to {2}: {3}", change.agent, change.from_tier, tierText(change.to_tier, words), change.reason)}`,
    ]),
    ...warnings.map(doc.warning),
  ];
}
