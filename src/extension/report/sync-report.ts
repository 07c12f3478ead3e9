import type { SyncPreviewView, SyncStatusView } from "../../ports/sync.ts";
import { syncProblems, syncText, teamResetTexts } from "../format/sync.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** Sync's state as a document. */
export function syncReport(status: SyncStatusView, style: TimeStyle, t: Translate): string {
  const { proposal } = status;
  const proposed =
    proposal === null
      ? []
      : [
          "",
          t(
            "{0} names the team {1} at {2}. Nothing is sent there before you agree.",
            proposal.source,
            proposal.team,
            proposal.url,
          ),
        ];
  return [
    `${t("Team")}: ${status.team ?? "-"} (${status.url ?? "-"})`,
    `${t("Signed in")}: ${status.user ?? t("no")}`,
    `${t("State")}: ${syncText(status, style, t)}`,
    "",
    ...status.devices.map(({ device, name, user, have, head }) => `${name} ${user ?? ""} ${device}: ${have} / ${head}`),
    ...(status.resets.length === 0 ? [] : ["", ...teamResetTexts(status.resets, style, t)]),
    ...(status.problems.length === 0 ? [] : ["", syncProblems(status)]),
    ...proposed,
    "",
  ].join("\n");
}

/** What would leave, as a document. */
export const previewReport = ({ unsent, withheld, facts }: SyncPreviewView, t: Translate): string =>
  [
    unsent === 1
      ? withheld === 0
        ? t("1 fact would leave this machine.")
        : t("1 fact would leave this machine, without its data.")
      : t("{0} facts would leave this machine, {1} of them without their data.", unsent, withheld),
    "",
    ...facts.map((fact) => JSON.stringify(fact, null, 2)),
    "",
  ].join("\n");
