import * as vscode from "vscode";
import { syncStatusDocument } from "../../features/team/documents/sync.ts";
import type { SyncProblem, SyncStatusView } from "../../ports/sync.ts";
import { pick } from "../dialogs/pick.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { BackgroundSync } from "../sync/background.ts";
import type { Consent } from "../sync/consent.ts";
import type { SignIn } from "../sync/sign-in.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type SyncCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  signIn: SignIn;
  background: BackgroundSync;
  consent: Consent;
}>;

type SyncCommands = Readonly<Record<"syncSetup" | "syncSignIn" | "syncSignOut" | "syncNow" | "syncStatus", Handler>>;

/** Commands for sync. Set-up asks step by step and skips steps that are already done. */
export function syncCommands(options: SyncCommandOptions): SyncCommands {
  const { store, documents, surroundingsOf, signIn, background, consent } = options;
  const { t } = vscode.l10n;

  /** The sync status after the user has decided on the checkout's proposal, if there is one. */
  const resolveStatus = async (): Promise<SyncStatusView> => {
    const status = await background.status();
    if (status.proposal === null || !(await consent.ask(status.proposal))) return status;
    await background.look();
    return background.status();
  };

  const setUp = async (): Promise<boolean> => {
    const title = t("Set Up Sync");
    const ask = (prompt: string, placeHolder: string): Thenable<string | undefined> =>
      vscode.window.showInputBox({ title, prompt, placeHolder, ignoreFocusOut: true });
    const url = await ask(t("Address of the Supabase project"), "https://abc.supabase.co");
    if (!url) return false;
    const anonKey = await ask(t("Its public (anon) key"), "sb_publishable_…");
    if (!anonKey) return false;
    const team = await ask(t("The team's short name: 2 to 50 of a-z, 0-9 and -"), "acme");
    if (!team) return false;
    const where = await pick<"project" | "user">(t("Who is it for?"), [
      { label: t("This Project"), description: t("a file to commit, for everybody who works on it"), value: "project" },
      { label: t("Me"), description: t("all projects on this machine"), value: "user" },
    ]);
    if (where === undefined) return false;
    const projects = await pick<readonly string[] | "kept">(t("Which projects may the team see?"), [
      { label: t("This Project Only"), description: t("other projects send only times and empty placeholders"), value: ["."] },
      { label: t("All Projects"), description: t("everything that is recorded on this machine"), value: ["*"] },
      {
        label: t("Keep the Current Choice"),
        description: t("“sync.projects” in settings.json of the ledger's home"),
        value: "kept",
      },
    ]);
    if (projects === undefined) return false;
    const choice = projects === "kept" ? {} : { projects: [...projects] };
    const surroundings = surroundingsOf();
    await store.call("sync setup", { url, anon_key: anonKey, team, where, ...choice }, { surroundings });
    return true;
  };
  const syncNow = async (options: Readonly<{ newDevice?: boolean }> = {}): Promise<void> => {
    const result = await withProgress(t("Syncing"), (signal, onProgress) =>
      store.call("sync now", { new_device: options.newDevice === true }, { signal, onProgress, surroundings: surroundingsOf() }),
    );
    await background.look();
    const [problem] = result.problems;
    if (problem === undefined)
      void vscode.window.setStatusBarMessage(t("{0} sent, {1} fetched", result.pushed, result.pulled), 5_000);
    else await notifyProblem(problem);
  };
  /** Shows the problem; if this home's own log cannot continue under its device id, offers to continue under a new one. */
  const notifyProblem = async (problem: SyncProblem): Promise<void> => {
    const message = `${problem.message}. ${problem.hint}`;
    const { device } = await background.status();
    const isOwnLog = (problem.kind === "fork" || problem.kind === "chain") && problem.device === device;
    if (!isOwnLog) return void vscode.window.showWarningMessage(message);
    const renew = t("Continue Under a New Device Id");
    if ((await vscode.window.showWarningMessage(message, renew)) === renew) await syncNow({ newDevice: true });
  };
  const isInvited = async (slug: string): Promise<boolean> => {
    const { received } = await store.call("team invitations", {}, { surroundings: surroundingsOf() });
    return received.some(({ team }) => team === slug);
  };
  /** Offers to join the team if the user is invited to it, else to create it. */
  const enterTeam = async (slug: string): Promise<void> => {
    const invited = await isInvited(slug);
    const enter = invited ? t("Accept Invitation") : t("Create the Team");
    const message = invited ? t("You are invited to the team {0}.", slug) : t("You are in no team {0} yet.", slug);
    if ((await vscode.window.showInformationMessage(message, enter)) !== enter) return;
    const surroundings = surroundingsOf();
    if (invited) await store.call("team accept", { slug }, { surroundings });
    else await store.call("team create", { slug, name: [slug] }, { surroundings });
  };
  const fetchStatus = (): Promise<SyncStatusView> =>
    withProgress(t("Asking the server"), (signal) => store.call("sync status", {}, { signal, surroundings: surroundingsOf() }));
  const joinAndSync = async (): Promise<void> => {
    const status = await fetchStatus();
    if (status.team !== null && status.problems.some(({ kind }) => kind === "denied")) await enterTeam(status.team);
    await syncNow();
  };

  return {
    syncSetup: async () => {
      const status = await resolveStatus();
      if (!status.configured && (status.proposal !== null || !(await setUp()))) return;
      const signedIn = (await background.status()).signed_in || (await signIn.start()) !== undefined;
      await background.look();
      if (signedIn) await joinAndSync();
    },
    syncSignIn: async () => {
      const { configured, proposal } = await resolveStatus();
      if (!configured && proposal !== null) return;
      if ((await signIn.start()) !== undefined) await joinAndSync();
    },
    syncSignOut: async () => {
      await signIn.end();
      await background.look();
    },
    syncNow: async () => {
      const { configured, proposal } = await resolveStatus();
      if (configured || proposal === null) await syncNow();
    },
    syncStatus: async () => {
      const status = await fetchStatus();
      await documents.show(t("Sync"), (words) => syncStatusDocument(status, words));
      await background.look();
    },
  };
}
