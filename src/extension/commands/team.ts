import * as vscode from "vscode";
import type { OperationInput, OperationName, OperationView } from "../../features/operations.ts";
import { knownTeamSettings } from "../../features/team/model/team-settings.ts";
import { pick } from "../dialogs/pick.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type TeamCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
}>;

type TeamCommands = Readonly<Record<"teamInvite" | "teamInvitations" | "teamRemove" | "teamSet", Handler>>;

const roles = ["member", "admin", "owner"] as const;

/** Commands that manage the team's members, invitations and settings on its server. */
export function teamCommands({ store, surroundingsOf }: TeamCommandOptions): TeamCommands {
  const { t } = vscode.l10n;

  const request = <Name extends OperationName>(operation: Name, input: OperationInput<Name>): Promise<OperationView<Name>> =>
    withProgress(t("Asking the server"), (signal) => store.call(operation, input, { signal, surroundings: surroundingsOf() }));
  const notify = (message: string): void => void vscode.window.showInformationMessage(message);
  const askConfirmation = async (message: string, detail: string, button: string): Promise<boolean> =>
    (await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) === button;

  const remove = async (email: string): Promise<void> => {
    const detail = t("What they have shared stays with the team. They can be invited again.");
    if (!(await askConfirmation(t("Remove {0} from the team?", email), detail, t("Remove")))) return;
    await request("team remove", { email });
    notify(t("{0} is no longer in the team.", email));
  };

  return {
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
      const added = await request("team add", { email: email.trim(), role });
      notify(
        added.invited
          ? t("{0} is invited and joins by accepting the invitation.", added.email)
          : t("{0} has the role {1}.", added.email, labels[role]),
      );
    },
    teamInvitations: async () => {
      const { received, sent } = await request("team invitations", {});
      if (received.length + sent.length === 0) return notify(t("There are no open invitations."));
      const action = await pick<() => Promise<void>>(t("Invitations"), [
        ...received.flatMap(({ team }) => [
          {
            label: t("Join {0}", team),
            iconPath: new vscode.ThemeIcon("check"),
            value: async () => {
              await request("team accept", { slug: team });
              notify(t("You are a member of {0}.", team));
            },
          },
          {
            label: t("Decline {0}", team),
            iconPath: new vscode.ThemeIcon("close"),
            value: async () => void (await request("team decline", { slug: team })),
          },
        ]),
        ...sent.map(({ email }) => ({
          label: t("Withdraw the invitation of {0}", email),
          iconPath: new vscode.ThemeIcon("trash"),
          value: async () => void (await request("team remove", { email })),
        })),
      ]);
      await action?.();
    },
    teamRemove: async () => {
      const email = await pick(
        t("Remove whom from the team?"),
        request("team members", {}).then((all) =>
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
      await request("team set", { key: setting.key, value: value.trim() === "" ? [] : [value.trim()] });
      notify(t("The team's setting {0} is saved.", setting.key));
    },
  };
}
