import * as vscode from "vscode";
import { cancelled } from "../../kernel/errors.ts";
import type { SyncStatusView } from "../../ports/sync.ts";
import { pick } from "../dialogs/pick.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { SessionSecrets } from "./secrets.ts";

/** Id of the authentication provider in VS Code. */
export const providerId = "rewardLedger";

export type SignInOptions = Readonly<{
  store: Store;
  secrets: SessionSecrets;
  surroundingsOf: SurroundingsOf;
  extensionId: string;
  /** The known sync status, without a request to a server. */
  status(): Promise<SyncStatusView>;
}>;

/** Sign-in to a team: with GitHub in the browser, with e-mail and password, or by e-mailed link; also a VS Code account. */
export type SignIn = vscode.Disposable &
  Readonly<{
    /** @returns undefined when the user cancels */
    start(): Promise<vscode.AuthenticationSession | undefined>;
    end(): Promise<void>;
    /** Notifies VS Code that the sessions have changed. */
    changed(): void;
  }>;

/** Timeout in ms for the sign-in in the browser. */
const browserTimeoutMs = 5 * 60_000;

export function createSignIn({ store, secrets, surroundingsOf, extensionId, status }: SignInOptions): SignIn {
  const { t } = vscode.l10n;
  const sessionsEmitter = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  const redirectEmitter = new vscode.EventEmitter<vscode.Uri>();
  const changed = (): void => sessionsEmitter.fire({ added: [], removed: [], changed: [] });

  const sessions = async (): Promise<vscode.AuthenticationSession[]> => {
    const { url } = await status();
    const session = url === null ? null : await secrets.read(url);
    if (url === null || session === null) return [];
    return [{ id: url, accessToken: session.accessToken, account: { id: session.userId, label: session.email }, scopes: [] }];
  };

  const signInByPassword = async (): Promise<boolean> => {
    const email = await vscode.window.showInputBox({
      title: t("Sign In to the Team"),
      prompt: t("E-mail address"),
      ignoreFocusOut: true,
    });
    if (email === undefined || email.trim() === "") return false;
    const password = await vscode.window.showInputBox({
      title: t("Sign In to the Team"),
      prompt: t("Password"),
      password: true,
      ignoreFocusOut: true,
    });
    if (password === undefined || password === "") return false;
    await store.call("sync login", { email, password }, { surroundings: surroundingsOf() });
    return true;
  };

  /** The user pastes the e-mailed link and must not open it, because it works only once. */
  const signInByMail = async (): Promise<boolean> => {
    const title = t("Sign In to the Team");
    const email = await vscode.window.showInputBox({ title, prompt: t("E-mail address"), ignoreFocusOut: true });
    if (email === undefined || email.trim() === "") return false;
    const surroundings = surroundingsOf();
    await store.call("sync login", { email, magic_link: true }, { surroundings });
    const prompt = t("We emailed {0} a sign-in link. Paste the link (don't open it) or the code here.", email);
    const code = await vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true });
    if (code === undefined || code.trim() === "") return false;
    await store.call("sync login", { email, code }, { surroundings });
    return true;
  };

  /** The redirect URI contains a `state` unique to this sign-in; redirects with another state are ignored. */
  const signInByBrowser = async (): Promise<boolean> => {
    const state = crypto.randomUUID();
    const redirectUri = await vscode.env.asExternalUri(
      vscode.Uri.parse(`${vscode.env.uriScheme}://${extensionId}/signed-in?state=${state}`),
    );
    const surroundings = surroundingsOf();
    const { url, verifier } = await store.call("syncBrowser", { redirect_to: redirectUri.toString(true) }, { surroundings });
    const code = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: t("Waiting for the sign-in in the browser"), cancellable: true },
      async (_progress, token) => {
        const subscriptions: vscode.Disposable[] = [];
        try {
          return await new Promise<string>((resolve, reject) => {
            const timer = setTimeout(() => reject(cancelled("signing in took longer than five minutes")), browserTimeoutMs);
            subscriptions.push(
              { dispose: () => clearTimeout(timer) },
              token.onCancellationRequested(() => reject(cancelled("signing in"))),
              redirectEmitter.event((uri) => {
                const query = new URLSearchParams(uri.query);
                const receivedCode = query.get("code");
                if (query.get("state") === state && receivedCode !== null) resolve(receivedCode);
              }),
            );
            // Passed as a string: a Uri would lose the encoding of the redirect address as a single parameter.
            vscode.commands.executeCommand("vscode.open", url ?? "").then(undefined, reject);
          });
        } finally {
          for (const one of subscriptions) one.dispose();
        }
      },
    );
    await store.call("syncBrowser", { code, verifier: verifier ?? "" }, { surroundings });
    return true;
  };

  const start = async (): Promise<vscode.AuthenticationSession | undefined> => {
    const method = await pick<() => Promise<boolean>>(t("How do you want to sign in?"), [
      { label: t("GitHub"), description: t("in the browser"), iconPath: new vscode.ThemeIcon("github"), value: signInByBrowser },
      { label: t("E-mail and Password"), iconPath: new vscode.ThemeIcon("key"), value: signInByPassword },
      { label: t("Link by E-mail"), iconPath: new vscode.ThemeIcon("mail"), value: signInByMail },
    ]);
    if (method === undefined || !(await method())) return undefined;
    changed();
    return (await sessions())[0];
  };
  const signOut = async (): Promise<void> => {
    await store.call("sync logout", {}, { surroundings: surroundingsOf() });
    changed();
  };

  const provider = vscode.authentication.registerAuthenticationProvider(
    providerId,
    t("Reward Ledger Team"),
    {
      onDidChangeSessions: sessionsEmitter.event,
      getSessions: sessions,
      async createSession() {
        const session = await start();
        if (session === undefined) throw cancelled("signing in");
        return session;
      },
      removeSession: signOut,
    },
    { supportsMultipleAccounts: false },
  );
  const handler = vscode.window.registerUriHandler({ handleUri: (uri) => redirectEmitter.fire(uri) });
  return {
    start,
    end: signOut,
    changed,
    dispose: () => vscode.Disposable.from(provider, handler, redirectEmitter, sessionsEmitter).dispose(),
  };
}
