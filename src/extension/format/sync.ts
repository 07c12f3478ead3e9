import { teamResetText, undoCommand } from "../../features/shared/team-resets.ts";
import type { SyncStatusView, TeamResetView } from "../../ports/sync.ts";
import { fullTime, type TimeStyle } from "./time-text.ts";
import type { Translate } from "./translate.ts";

/** A short text on the sync state: what needs attention first, or the time of the last sync; then the number of unsent facts. */
export function syncText(status: SyncStatusView, style: TimeStyle, t: Translate): string {
  const unsent = status.unsent === 0 ? [] : [t("{0} unsent", status.unsent)];
  return [stateText(status, style, t), ...unsent].join(" · ");
}

function stateText(
  { configured, enabled, signed_in, problems, last_pull, proposal }: SyncStatusView,
  style: TimeStyle,
  t: Translate,
): string {
  if (!configured) return proposal === null ? t("set up wrongly") : t("waits for your consent");
  if (!enabled) return t("switched off");
  if (!signed_in) return t("signed out");
  const [problem] = problems;
  if (problem === undefined) return last_pull === null ? t("not synced yet") : t("up to date, {0}", fullTime(last_pull, style));
  const { kind } = problem;
  switch (kind) {
    case "offline":
    case "server":
      return t("offline");
    case "conflict":
    case "refused":
    case "unreadable":
      return t("{0} not taken", problems.length);
    case "signed_out":
    case "denied":
    case "fork":
    case "chain":
    case "failed":
      return t("needs attention");
    default:
      return kind satisfies never;
  }
}

/** Texts on the team's active resets: who made each, when, what it hides and how to undo it. */
export const teamResetTexts = (resets: readonly TeamResetView[], style: TimeStyle, t: Translate): readonly string[] =>
  resets.map((reset) =>
    [
      teamResetText(reset, { t, number: String, time: (iso) => fullTime(iso, style) }),
      t("An owner undoes it with {0}.", undoCommand("team reset", reset.agent)),
    ].join(" "),
  );

/** Icon name of the sync state. */
export function syncIcon({ configured, enabled, signed_in, problems, proposal }: SyncStatusView): string {
  if (!configured && proposal !== null) return "question";
  if (!configured || !signed_in) return "sync-ignored";
  if (!enabled) return "circle-slash";
  if (problems.length === 0) return "sync";
  return problems.every(({ kind }) => kind === "offline" || kind === "server") ? "cloud" : "warning";
}

/** The first problem that needs action, with what to do; being offline needs none. */
export function syncAdvice({ problems }: SyncStatusView): string | undefined {
  const problem = problems.find(({ kind }) => kind !== "offline" && kind !== "server");
  return problem && `${problem.message}. ${problem.hint}`;
}

/** All problems, one per line, with what to do. */
export const syncProblems = ({ problems }: SyncStatusView): string =>
  problems.map(({ message, hint }) => `${message}. ${hint}`).join("\n");
