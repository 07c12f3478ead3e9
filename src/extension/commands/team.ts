import * as vscode from "vscode";
import { verifyDocument } from "../../features/maintenance/documents/verify.ts";
import type { OperationInput, OperationView } from "../../features/operations.ts";
import { knownTeamSettings } from "../../features/team/model/team-settings.ts";
import type { TeamMemberView } from "../../ports/sync.ts";
import { pick } from "../dialogs/pick.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { ReportDocuments } from "../report/documents.ts";
import { leaderboardReport, syncTestReport, teamMembersReport, teamRowsReport } from "../report/team-report.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type TeamCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  style(): TimeStyle;
}>;

type TeamCommands = Readonly<
  Record<
    | "teamMembers"
    | "teamInvite"
    | "teamInvitations"
    | "teamRemove"
    | "teamSet"
    | "syncTest"
    | "syncShow"
    | "evalLeaderboard"
    | "verifyRemote",
    Handler
  >
>;

const roles = ["member", "admin", "owner"] as const;

/** Commands that ask the team's server, and those that manage its members. */
export function teamCommands({ store, documents, surroundingsOf, style }: TeamCommandOptions): TeamCommands {
  const { t } = vscode.l10n;

  const askTeam = (input: OperationInput<"team">): Promise<OperationView<"team">> =>
    withPatience(t("Asking the server"), (signal) => store.call("team", input, { signal, surroundings: surroundingsOf() }));
  const askSync = (input: OperationInput<"sync">): Promise<OperationView<"sync">> =>
    withPatience(t("Asking the server"), (signal) => store.call("sync", input, { signal, surroundings: surroundingsOf() }));
  const members = async (): Promise<readonly TeamMemberView[]> => {
    const answer = await askTeam({ action: "members" });
    return answer.action === "members" ? answer.result : [];
  };
  const tell = (message: string): void => void vscode.window.showInformationMessage(message);
  const confirmed = async (message: string, detail: string, button: string): Promise<boolean> =>
    (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;

  const remove = async (email: string): Promise<void> => {
    const detail = t("What they have shared stays with the team. They can be invited again.");
    if (!(await confirmed(t("Remove {0} from the team?", email), detail, t("Remove")))) return;
    await askTeam({ action: "remove", words: [email] });
    tell(t("{0} is not in the team any more.", email));
  };

  return {
    teamMembers: async () => documents.show(t("Team Members"), teamMembersReport(await members(), t)),
    teamInvite: async () => {
      const email = await vscode.window.showInputBox({
        title: t("Invite to the Team"),
        prompt: t("E-mail address; of a member, to give another role"),
        ignoreFocusOut: true,
        validateInput: (text) => (/^[^@\s]+@[^@\s]+$/.test(text.trim()) ? undefined : t("An e-mail address is needed.")),
      });
      if (email === undefined) return;
      const labels = { member: t("Member"), admin: t("Admin"), owner: t("Owner") };
      const role = await pick(
        t("In which role?"),
        roles.map((value) => ({ label: labels[value], value })),
      );
      if (role === undefined) return;
      const answer = await askTeam({ action: "add", words: [email.trim()], role });
      if (answer.action !== "add") return;
      tell(
        answer.result.invited
          ? t("{0} is invited and joins by accepting the invitation.", answer.result.email)
          : t("{0} has the role {1}.", answer.result.email, labels[role]),
      );
    },
    teamInvitations: async () => {
      const answer = await askTeam({ action: "invitations" });
      if (answer.action !== "invitations") return;
      const { received, sent } = answer.result;
      if (received.length + sent.length === 0) return tell(t("There are no open invitations."));
      const act = await pick<() => Promise<void>>(t("Invitations"), [
        ...received.flatMap(({ team }) => [
          {
            label: t("Join {0}", team),
            iconPath: new vscode.ThemeIcon("check"),
            value: async () => {
              await askTeam({ action: "accept", words: [team] });
              tell(t("You are a member of {0}.", team));
            },
          },
          {
            label: t("Decline {0}", team),
            iconPath: new vscode.ThemeIcon("close"),
            value: async () => void (await askTeam({ action: "decline", words: [team] })),
          },
        ]),
        ...sent.map(({ email }) => ({
          label: t("Withdraw the invitation of {0}", email),
          iconPath: new vscode.ThemeIcon("trash"),
          value: async () => void (await askTeam({ action: "remove", words: [email] })),
        })),
      ]);
      await act?.();
    },
    teamRemove: async () => {
      const email = await pick(
        t("Remove whom from the team?"),
        members().then((all) =>
          all.flatMap((one) => (one.email === null ? [] : [{ label: one.email, description: one.role, value: one.email }])),
        ),
      );
      if (email !== undefined) await remove(email);
    },
    teamSet: async () => {
      const setting = await pick(
        t("Which setting of the team?"),
        knownTeamSettings.map((one) => ({ label: one.key, description: one.takes, value: one })),
      );
      if (setting === undefined) return;
      const value = await vscode.window.showInputBox({
        title: setting.key,
        prompt: t("Empty removes the setting"),
        placeHolder: setting.takes,
        ignoreFocusOut: true,
        validateInput: (text) => (text.trim() === "" || setting.fits(text.trim()) ? undefined : setting.takes),
      });
      if (value === undefined) return;
      await askTeam({ action: "set", words: value.trim() === "" ? [setting.key] : [setting.key, value.trim()] });
      tell(t("The team's setting {0} is saved.", setting.key));
    },
    syncTest: async () => {
      const answer = await askSync({ action: "test" });
      if (answer.action === "test") await documents.show(t("Team Connection"), syncTestReport(answer.result, t));
    },
    syncShow: async () => {
      const view = await pick(t("What of the team?"), [
        { label: t("Agents"), description: t("coins and streaks"), value: "summary" as const },
        { label: t("Review Runs"), value: "runs" as const },
        { label: t("Eval Runs"), value: "evals" as const },
        { label: t("Members"), description: t("with their last sync"), value: "members" as const },
      ]);
      if (view === undefined) return;
      const answer = await askSync({ action: "show", view });
      if (answer.action === "show") await documents.show(t("Team"), teamRowsReport(answer.result, style(), t));
    },
    evalLeaderboard: async () => {
      const view = await withPatience(t("Reading eval runs"), (signal) =>
        store.call("eval leaderboard", {}, { signal, surroundings: surroundingsOf() }),
      );
      await documents.show(t("Eval Leaderboard"), leaderboardReport(view, t));
    },
    verifyRemote: async () => {
      const view = await withPatience(t("Verifying the ledger"), (signal, onProgress) =>
        store.call("verify", { remote: true }, { signal, onProgress, surroundings: surroundingsOf() }),
      );
      await documents.show(t("Ledger Verification"), (words) => verifyDocument(view, words));
    },
  };
}
