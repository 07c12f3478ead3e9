import * as vscode from "vscode";
import { connectDocument, hostStateText } from "../../features/connect/documents/connect.ts";
import type { ConnectView, HostState, HostView } from "../../features/connect/model/views.ts";
import type { OperationInput } from "../../features/operations.ts";
import { type Choice, pick } from "../dialogs/pick.ts";
import { isTrusted } from "../dialogs/trust.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { SampleMode } from "../sample/mode.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { diskFolders } from "../workspace/folders.ts";
import type { Handler } from "./register.ts";

export type ConnectCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  documents: ReportDocuments;
  sample: Pick<SampleMode, "home">;
}>;

type Action = Readonly<{ input: OperationInput<"connect">; project?: true }>;

const icons: Readonly<Record<HostState, string>> = {
  not_found: "circle-slash",
  not_connected: "circle-outline",
  connected: "pass",
  stale_path: "warning",
  broken: "error",
};

const isConnected = ({ state }: HostView): boolean => state !== "not_found" && state !== "not_connected";

/** The command that connects the coding agents on this machine, or takes their connections away. */
export function connectCommands(options: ConnectCommandOptions): Readonly<Record<"connectAgents", Handler>> {
  const { t } = vscode.l10n;
  const { store, surroundingsOf, documents, sample } = options;
  const title = t("Connect Agents");
  const ask = (input: OperationInput<"connect">): Promise<ConnectView> =>
    store.call("connect", input, { surroundings: surroundingsOf() });
  const show = (view: ConnectView): Promise<void> => documents.show(title, (words) => connectDocument(view, words));

  /** Shows what would be written, asks, and writes it. */
  const carryOut = async ({ input, project }: Action): Promise<void> => {
    if (project === true && !(await isTrusted(t("Files of a workspace are changed only when you trust it.")))) return;
    const plan = await ask({ ...input, dry_run: true });
    await show(plan);
    if (plan.changes.length === 0) return;
    const write = t("Write");
    const detail = plan.changes.map(({ path }) => path).join("\n");
    const message = input.remove === true ? t("Remove the entries from these files?") : t("Write the entries to these files?");
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, write)) !== write) return;
    await show(await ask({ ...input, yes: true }));
  };

  return {
    connectAgents: async () => {
      if (sample.home() !== undefined) {
        // Entries name the ledger that agents record to, and this one goes.
        void vscode.window.showWarningMessage(t("Leave the sample data first: agents record to your own ledger."));
        return;
      }
      const { hosts } = await ask({ check: true });
      const own = hosts.filter(({ scope }) => scope === "user");
      const host = await pick(
        t("Which agent?"),
        own.map((one) => hostChoice(one, hosts)),
      );
      if (host === undefined) return;
      const inProject = hosts.find((one) => one.host === host.host && one.scope === "project");
      const action = await pick(host.name, actionsFor(host, inProject));
      if (action === undefined) return;
      if (action.input.check === true) await show(await ask(action.input));
      else await carryOut(action);
    },
  };
}

function hostChoice(host: HostView, all: readonly HostView[]): Choice<HostView> {
  const { t } = vscode.l10n;
  const alsoInProject = all.some((one) => one.host === host.host && one.scope === "project");
  return {
    label: host.name,
    description: [hostStateText(host.state, t), ...(alsoInProject ? [t("this project")] : [])].join(" · "),
    ...(host.detail === null ? {} : { detail: host.detail }),
    iconPath: new vscode.ThemeIcon(icons[host.state]),
    value: host,
  };
}

/** What can be done about an agent, what is most wanted first. */
function actionsFor(host: HostView, inProject: HostView | undefined): readonly Choice<Action>[] {
  const { t } = vscode.l10n;
  const hosts = [host.host];
  const wrong = host.state === "stale_path" || host.state === "broken";
  const connect: Choice<Action> = {
    label: wrong ? t("Mend the Connection") : t("Connect"),
    description: t("in your configuration, for all projects"),
    value: { input: { hosts } },
  };
  const enforce: Choice<Action> = {
    label: t("Connect and Stop at Limits"),
    description: t("the agent stops when a limit of spending is reached"),
    value: { input: { hosts, enforce_budget: true } },
  };
  const project: Choice<Action> = {
    label: t("Connect in This Project"),
    description: t("in files of the project, which may be committed"),
    value: { input: { hosts, project: true }, project: true },
  };
  const check: Choice<Action> = { label: t("Check the Connection"), value: { input: { hosts, check: true } } };
  const remove: Choice<Action> = { label: t("Remove"), value: { input: { hosts, remove: true } } };
  const removeFromProject: Choice<Action> = {
    label: t("Remove from This Project"),
    value: { input: { hosts, project: true, remove: true }, project: true },
  };
  const hasFolder = diskFolders().length > 0;
  return [
    ...(host.state === "connected" ? [] : [connect]),
    ...(host.enforces_budget ? [] : [enforce]),
    ...(hasFolder && inProject === undefined ? [project] : []),
    check,
    ...(isConnected(host) ? [remove] : []),
    ...(inProject === undefined ? [] : [removeFromProject]),
  ];
}
