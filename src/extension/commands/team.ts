import * as vscode from "vscode";
import { evalLeaderboardDocument } from "../../features/evals/documents/summary.ts";
import { verifyDocument } from "../../features/maintenance/documents/verify.ts";
import type { OperationInput, OperationName, OperationView } from "../../features/operations.ts";
import { syncShowDocument, syncTestDocument } from "../../features/team/documents/sync.ts";
import { teamMembersDocument } from "../../features/team/documents/team.ts";
import { knownTeamSettings } from "../../features/team/model/team-settings.ts";
import { pick } from "../dialogs/pick.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type TeamCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
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
export function teamCommands({ store, documents, surroundingsOf }: TeamCommandOptions): TeamCommands {
  const { t } = vscode.l10n;

  const ask = <Name extends OperationName>(operation: Name, input: OperationInput<Name>): Promise<OperationView<Name>> =>
    withPatience(t("Asking the server"), (signal) => store.call(operation, input, { signal, surroundings: surroundingsOf() }));
  const tell = (message: string): void => void vscode.window.showInformationMessage(message);
  const confirmed = async (message: string, detail: string, button: string): Promise<boolean> =>
    (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;

  const remove = async (email: string): Promise<void> => {
    const detail = t("What they have shared stays with the team. They can be invited again.");
    if (!(await confirmed(t("Remove {0} from the team?", email), detail, t("Remove")))) return;
    await ask("team remove", { email });
    tell(t("{0} is not in the team any more.", email));
  };

  return {
    teamMembers: async () => {
      const members = await ask("team members", {});
      await documents.show(t("Team Members"), (words) => teamMembersDocument(members, words));
    },
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
      const added = await ask("team add", { email: email.trim(), role });
      tell(
        added.invited
          ? t("{0} is invited and joins by accepting the invitation.", added.email)
          : t("{0} has the role {1}.", added.email, labels[role]),
      );
    },
    teamInvitations: async () => {
      const { received, sent } = await ask("team invitations", {});
      if (received.length + sent.length === 0) return tell(t("There are no open invitations."));
      const act = await pick<() => Promise<void>>(t("Invitations"), [
        ...received.flatMap(({ team }) => [
          {
            label: t("Join {0}", team),
            iconPath: new vscode.ThemeIcon("check"),
            value: async () => {
              await ask("team accept", { slug: team });
              tell(t("You are a member of {0}.", team));
            },
          },
          {
            label: t("Decline {0}", team),
            iconPath: new vscode.ThemeIcon("close"),
            value: async () => void (await ask("team decline", { slug: team })),
          },
        ]),
        ...sent.map(({ email }) => ({
          label: t("Withdraw the invitation of {0}", email),
          iconPath: new vscode.ThemeIcon("trash"),
          value: async () => void (await ask("team remove", { email })),
        })),
      ]);
      await act?.();
    },
    teamRemove: async () => {
      const email = await pick(
        t("Remove whom from the team?"),
        ask("team members", {}).then((all) =>
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
      await ask("team set", { key: setting.key, value: value.trim() === "" ? [] : [value.trim()] });
      tell(t("The team's setting {0} is saved.", setting.key));
    },
    syncTest: async () => {
      const view = await ask("sync test", {});
      await documents.show(t("Team Connection"), (words) => syncTestDocument(view, words));
    },
    syncShow: async () => {
      const view = await pick(t("What of the team?"), [
        { label: t("Agents"), description: t("coins and streaks"), value: "summary" as const },
        { label: t("Review Runs"), value: "runs" as const },
        { label: t("Eval Runs"), value: "evals" as const },
        { label: t("Members"), description: t("with their last sync"), value: "members" as const },
      ]);
      if (view === undefined) return;
      const shown = await ask("sync show", { view });
      await documents.show(t("Team"), (words) => syncShowDocument(shown, words));
    },
    evalLeaderboard: async () => {
      const view = await withPatience(t("Reading eval runs"), (signal) =>
        store.call("eval leaderboard", {}, { signal, surroundings: surroundingsOf() }),
      );
      await documents.show(t("Eval Leaderboard"), (words) => evalLeaderboardDocument(view, words));
    },
    verifyRemote: async () => {
      const view = await withPatience(t("Verifying the ledger"), (signal, onProgress) =>
        store.call("verify", { remote: true }, { signal, onProgress, surroundings: surroundingsOf() }),
      );
      await documents.show(t("Ledger Verification"), (words) => verifyDocument(view, words));
    },
  };
}
