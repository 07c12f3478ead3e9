import * as doc from "../../../kernel/document.ts";
import { sanitizeJson } from "../../../kernel/escape.ts";
import type { SyncPreviewView, SyncRunView, SyncStatusView, SyncTestView, TeamShowView } from "../../../ports/sync.ts";
import { teamResetBlocks } from "../../shared/team-resets.ts";
import { notSetUpBlock, problemBlocks } from "./problems.ts";
import { rowsBlock } from "./rows.ts";

function proposalBlocks(proposal: SyncStatusView["proposal"], { t }: doc.Words): readonly doc.Block[] {
  if (proposal === null) return [];
  const { team, url, source, project } = proposal;
  return [
    doc.group(
      doc.paragraph(doc.caution(t("{0} names the team {1} at {2}. Nothing is sent there before you agree.", source, team, url))),
      doc.action(t("See what would leave of {0}", project), "reward-ledger sync preview"),
      doc.action(t("Agree"), `reward-ledger sync now --yes-to ${team}`),
    ),
  ];
}

function standingBlock(view: SyncStatusView, words: doc.Words): doc.Block {
  const { t, number } = words;
  const yesOrNo = (yes: boolean): string => (yes ? t("yes") : t("no"));
  return doc.fields([
    { label: t("Team"), value: view.team ?? "-", remark: view.url },
    { label: t("Signed in"), value: view.signed_in ? (view.user ?? t("yes")) : t("no") },
    { label: t("Enabled"), value: yesOrNo(view.enabled) },
    { label: t("Online"), value: view.online === null ? t("not asked") : yesOrNo(view.online) },
    { label: t("Unsent"), value: number(view.unsent) },
    { label: t("Last push"), value: view.last_push === null ? t("never") : words.ago(view.last_push) },
    { label: t("Last pull"), value: view.last_pull === null ? t("none complete yet") : words.ago(view.last_pull) },
    ...(view.retry_at === null ? [] : [{ label: t("Next try"), value: words.until(view.retry_at) }]),
  ]);
}

/** Shows what is unsent, who is signed in, the problems, and what the checkout proposes. */
export function syncStatusDocument(view: SyncStatusView, words: doc.Words): doc.Document {
  const { t, number } = words;
  const proposal = proposalBlocks(view.proposal, words);
  if (!view.configured) return [...(view.proposal === null ? [notSetUpBlock(words)] : proposal), ...problemBlocks(view.problems)];
  const devices: readonly doc.Column<SyncStatusView["devices"][number]>[] = [
    { head: t("Device"), shrink: 8, cell: ({ device }) => device },
    { head: t("Name"), shrink: 8, cell: ({ name }) => name },
    { head: t("User"), shrink: 8, cell: ({ user }) => user ?? "-" },
    { head: t("Here"), align: "right", cell: ({ have }) => number(have) },
    { head: t("Team"), align: "right", cell: ({ head }) => number(head) },
  ];
  return [
    standingBlock(view, words),
    ...(view.devices.length === 0 ? [] : [doc.table(devices, view.devices)]),
    ...teamResetBlocks(view.resets, words),
    ...problemBlocks(view.problems),
    ...proposal,
  ];
}

/** Shows how many facts were sent, fetched and left unsent, and the problems. */
export function syncRunDocument(view: SyncRunView, words: doc.Words): doc.Document {
  if (!view.configured) return [notSetUpBlock(words)];
  const sent = doc.counted(words, view.pushed, "{0} fact", "{0} facts");
  const { t, number } = words;
  return [
    doc.group(
      doc.paragraph(t("{0} sent, {1} fetched, {2} unsent", sent, number(view.pulled), number(view.unsent))),
      ...problemBlocks(view.problems),
    ),
  ];
}

/** Shows each step of the connection test and whether it succeeded. */
export function syncTestDocument({ ok, steps }: SyncTestView, words: doc.Words): doc.Document {
  const { t, number } = words;
  return [
    doc.paragraph(ok ? doc.good(t("✓ Every step of the connection works.")) : doc.bad(t("✗ The connection does not work."))),
    doc.table<SyncTestView["steps"][number]>(
      [
        { head: "", cell: ({ ok: worked }) => (worked ? doc.good("ok") : doc.bad("fail")) },
        { head: t("Step"), cell: ({ name }) => name },
        { head: t("Result"), shrink: 20, cell: ({ detail }) => detail },
        { head: t("Time"), align: "right", cell: ({ ms }) => doc.muted(`${number(ms)} ms`) },
      ],
      steps,
    ),
  ];
}

/** Shows the team's rows from the server, and the resets whose hidden runs they exclude. */
export const syncShowDocument = ({ team, view, rows, resets }: TeamShowView, words: doc.Words): doc.Document => [
  doc.heading(team, view),
  rowsBlock(rows, words),
  ...teamResetBlocks(resets, words),
];

/** Shows each fact as it would be sent. */
export function syncPreviewDocument({ configured, unsent, withheld, facts }: SyncPreviewView, words: doc.Words): doc.Document {
  if (!configured) return [notSetUpBlock(words)];
  const leaves = doc.counted(words, unsent, "{0} fact would leave this machine.", "{0} facts would leave this machine.");
  const without =
    withheld === 0
      ? ""
      : ` ${doc.counted(words, withheld, "{0} of them leaves without its data.", "{0} of them leave without their data.")}`;
  return [
    doc.paragraph(`${leaves}${without}`),
    ...facts.map((fact) => doc.code("json", sanitizeJson(JSON.stringify(fact, null, 2)))),
  ];
}
