import { LedgerError, syncNotConfigured, syncOffline, syncRefused, syncSignedOut } from "../domain/errors.ts";
import type {
  SignInWay,
  Sync,
  SyncChoices,
  SyncDeviceView,
  SyncPreviewView,
  SyncRunView,
  SyncSession,
  SyncSignInView,
  SyncStatusView,
  SyncTarget,
  SyncTestView,
} from "../domain/sync.ts";
import { parseTarget, readConfig, type SyncConfig, writeTarget } from "./config.ts";
import { type Connection, connect, type EngineParts, syncTeam, unsentOf } from "./engine.ts";
import { problemOf } from "./failure.ts";
import { authorizeUrl, codeFromBrowser, openBrowser, proofKey } from "./loopback.ts";
import { peopleOf } from "./people.ts";
import { previewRows, startOf } from "./push.ts";
import { isRemoteFailure, type RemoteAuth, RemoteFailure, type Transport } from "./remote.ts";
import { redactionSecret, type SyncState, stateFile } from "./state.ts";

export type SyncOptions = Omit<EngineParts, "transport"> &
  Readonly<{
    env: Readonly<Record<string, string | undefined>>;
    gitRoot(): Promise<string | null>;
    project(): Promise<string>;
    choices: Partial<SyncChoices>;
    /** Loads the transport, when something is asked of a server. */
    transport(): Promise<Transport>;
  }>;

const statusTimeoutMs = 3_000;

const nothingRun: SyncRunView = { configured: false, pushed: 0, pulled: 0, unsent: 0, problems: [] };

type Configured = Readonly<{
  config: SyncConfig;
  target: SyncTarget;
  connection: Connection;
  auth: RemoteAuth;
  parts: EngineParts;
}>;

/** Sync over one home, for the checkout that the working directory is in. Nothing is read or loaded before it is asked for. */
export function openSync(options: SyncOptions): Sync {
  const { home, env, ledger, clock, logger, vault } = options;

  const configuration = async (): Promise<SyncConfig> =>
    readConfig({ home, env, gitRoot: await options.gitRoot(), choices: options.choices });

  async function configured(): Promise<Configured> {
    const config = await configuration();
    const { target } = config;
    if (target === null) throw syncNotConfigured(config.complaint ?? "it is not set up here");
    const transport = await options.transport();
    const parts: EngineParts = { ...options, transport };
    const auth = transport.openAuth({
      url: target.url,
      anonKey: target.anonKey,
      timeoutMs: options.timeoutMs,
      now: () => clock.now(),
    });
    return { config, target, connection: connect(parts, config, target), auth, parts };
  }

  /** Runs something at the server; what fails there is an error of the user's. */
  async function asked<T>(what: string, work: (given: Configured) => Promise<T>): Promise<T> {
    const given = await configured();
    try {
      return await work(given);
    } catch (error) {
      if (!isRemoteFailure(error)) throw error;
      // What failed is told by the error made of it.
      const reason = error.message.replace(/^Failed to [^:]+: /, "");
      if (error.kind === "offline" || error.kind === "server") throw syncOffline(given.target.url, reason);
      throw syncRefused(what, reason, problemOf(error).hint);
    }
  }

  /** Runs something in the configured team, as the user who is signed in. */
  const inTeam = <T>(
    what: string,
    work: (remote: Parameters<Parameters<Connection["as"]>[0]>[0], team: string) => Promise<T>,
  ): Promise<T> =>
    asked(what, ({ connection }) => connection.as(async (remote) => work(remote, await connection.teamId(remote))));

  async function sessionOf(given: Configured, way: SignInWay): Promise<SyncSession> {
    const { auth, target } = given;
    switch (way.way) {
      case "password":
        return auth.password(way.email, way.password);
      case "code":
        return auth.redeem(way.code, way.verifier);
      case "browser": {
        const { verifier, challenge } = proofKey();
        const code = await codeFromBrowser((redirectTo) => {
          const page = authorizeUrl(target.url, redirectTo, challenge);
          way.tell(page);
          if (env["REWARD_LEDGER_BROWSER"] !== "none") openBrowser(page);
        });
        return auth.redeem(code, verifier);
      }
      default:
        return way satisfies never;
    }
  }

  async function devicesOf(state: SyncState): Promise<readonly SyncDeviceView[]> {
    const heads = new Map((await ledger.heads()).map(({ device, seq }) => [device, seq]));
    return state.devices.map(({ device, name, email, head }) => ({
      device,
      name,
      user: email,
      have: heads.get(device) ?? 0,
      head,
    }));
  }

  async function status(ask: boolean): Promise<SyncStatusView> {
    const config = await configuration();
    const { target, choices } = config;
    const device = ledger.device.id;
    if (target === null) return unconfigured(device, config);
    const session = config.given === null ? await vault.read(target.url) : null;
    const signedIn = session !== null || config.given !== null;
    let state = await stateFile(home, target, logger).load();
    let online: boolean | null = null;
    let found = state.problems;
    if (ask && signedIn && choices.enabled) {
      const answer = await look(state);
      online = answer.online;
      if (answer.state !== null) state = answer.state;
      if (answer.problem !== null && !found.some(({ kind }) => kind === answer.problem?.kind)) found = [...found, answer.problem];
    }
    if (!signedIn) found = [problemOf(syncSignedOut("nobody is signed in"))];
    return {
      configured: true,
      signed_in: signedIn,
      enabled: choices.enabled,
      online,
      url: target.url,
      team: target.team,
      user: session?.email ?? (config.given === null ? null : "the environment's token"),
      device,
      unsent: await unsentOf(ledger, state),
      devices: await devicesOf(state),
      last_push: state.last_push,
      last_pull: state.last_pull,
      retry_at: state.retry_at,
      problems: [...found, ...state.refused],
    };
  }

  /** Asks the server for the team's heads, for as long as somebody who looks at a status may wait. */
  async function look(state: SyncState) {
    try {
      const { connection } = await configured();
      const heads = await connection.as(async (remote) => remote.heads(await connection.teamId(remote)), statusTimeoutMs);
      const known = new Map(state.devices.map((one) => [one.device, one]));
      const devices = heads.map(({ device, name, userId, seq }) => ({
        device,
        name,
        user_id: userId,
        email: known.get(device)?.email ?? null,
        head: seq,
      }));
      return { online: true, state: { ...state, devices }, problem: null };
    } catch (error) {
      const offline = isRemoteFailure(error) && error.kind === "offline";
      return { online: !offline, state: null, problem: problemOf(error) };
    }
  }

  async function test(): Promise<SyncTestView> {
    const steps: { name: string; ok: boolean; ms: number; detail: string }[] = [];
    const step = async <T>(name: string, work: () => Promise<Readonly<{ detail: string; value: T }>>): Promise<T | null> => {
      const start = performance.now();
      const done = (ok: boolean, detail: string): void => {
        steps.push({ name, ok, ms: Math.round(performance.now() - start), detail });
      };
      try {
        const { detail, value } = await work();
        done(true, detail);
        return value;
      } catch (error) {
        const { message, hint } = problemOf(error);
        done(false, `${message}. ${hint}`);
        return null;
      }
    };
    const given = await step("configuration", async () => {
      const value = await configured();
      return { detail: `${value.target.url}, team ${value.target.team} (${value.config.source ?? "settings"})`, value };
    });
    if (given === null) return { ok: false, steps };
    const { connection, auth, config } = given;
    const user = await step("sign-in", async () => {
      if (config.given?.service === true) return { detail: "the service key", value: "service" };
      const who = await connection.as((_remote, session) => auth.user(session.accessToken));
      return { detail: who.email, value: who.email };
    });
    if (user === null) return { ok: false, steps };
    const team = await step("team", async () => {
      const value = await connection.as((remote) => connection.teamId(remote));
      return { detail: `${given.target.team} (${value})`, value };
    });
    if (team === null) return { ok: false, steps };
    const { id, name } = ledger.device;
    const project = await options.project();
    await step("heartbeat", async () => {
      const value = await connection.as(async (remote) => {
        await remote.beat(team, id, name, project);
        return remote.lastBeat(team, id);
      });
      if (value === null) throw new RemoteFailure("data", "Failed to read the heartbeat back: it is not there");
      return { detail: `sent and read back, ${value}`, value };
    });
    return { ok: steps.every(({ ok }) => ok), steps };
  }

  return {
    isConfigured: async () => (await configuration()).target !== null,
    status: ({ ask }) => status(ask),
    async run(direction, { background = false, onProgress, signal } = {}) {
      const config = await configuration();
      if (config.target === null) return nothingRun;
      if (!config.choices.enabled) {
        if (background) return { ...nothingRun, configured: true };
        throw syncRefused("sync", "it is switched off", 'Set "sync.enabled" to true in the settings of Reward Ledger.');
      }
      if (config.given === null && (await vault.read(config.target.url)) === null) {
        return {
          ...nothingRun,
          configured: true,
          unsent: await unsentOf(ledger, await stateFile(home, config.target, logger).load()),
          problems: [problemOf(syncSignedOut("nobody is signed in"))],
        };
      }
      const { parts, connection } = await configured();
      return syncTeam(parts, config, connection, { direction, onProgress, signal }, background);
    },
    test,
    async preview({ limit }): Promise<SyncPreviewView> {
      const config = await configuration();
      if (config.target === null) return { configured: false, team: null, unsent: 0, withheld: 0, facts: [] };
      const { sent } = await stateFile(home, config.target, logger).load();
      const { id } = ledger.device;
      const from = sent?.cursor.device === id ? sent : { cursor: startOf(id), hash: null };
      const secret = await redactionSecret(home);
      const parts = { ledger, choices: config.choices, secret, hashOf: options.hashOf, signal: undefined };
      const { rows, unsent, withheld } = await previewRows(parts, from, limit);
      return { configured: true, team: config.target.team, unsent, withheld, facts: rows };
    },
    async setUp(target, where) {
      const gitRoot = await options.gitRoot();
      if (where === "project" && gitRoot === null) {
        throw syncRefused(
          "set up sync for this project",
          "this folder is in no git repository",
          "Change into the project, or repeat with --where user.",
        );
      }
      const checked = parseTarget(target);
      const place = where === "project" && gitRoot !== null ? { gitRoot } : { home };
      return { file: await writeTarget(checked, place), target: checked };
    },
    signIn: (way) =>
      asked("sign in", async (given): Promise<SyncSignInView> => {
        const { target, connection } = given;
        const session = await sessionOf(given, way);
        await vault.write(target.url, session);
        const role = await connection
          .as(
            async (remote) =>
              (await remote.members(await connection.teamId(remote))).find(({ user }) => user === session.userId)?.role ?? null,
          )
          .catch((error: unknown) => {
            // Signing in has succeeded; that the team is not there yet shows in the role.
            if (isRemoteFailure(error)) return null;
            throw error;
          });
        return { signed_in: true, user: session.email, url: target.url, team: target.team, role };
      }),
    async signOut() {
      const { target, auth } = await configured();
      const session = await vault.read(target.url).catch((error: unknown) => {
        if (error instanceof LedgerError) return null;
        throw error;
      });
      if (session === null) return false;
      await auth.signOut(session.accessToken).catch((error: unknown) => {
        logger.warn(`The server was not told of the sign-out: ${problemOf(error).message}`);
      });
      await vault.write(target.url, null);
      return true;
    },
    async authorization(redirectTo) {
      const { target } = await configured();
      const { verifier, challenge } = proofKey();
      return { url: authorizeUrl(target.url, redirectTo, challenge), verifier };
    },
    people: () => peopleOf(home, ledger.device.id),
    createTeam: (slug, name) =>
      asked(`create the team ${slug}`, ({ connection }) => connection.as((remote) => remote.createTeam(slug, name))),
    members: () => inTeam("list the members", (remote, team) => remote.members(team)),
    addMember: (email, role) => inTeam(`add ${email}`, (remote, team) => remote.addMember(team, email, role)),
    removeMember: (email) => inTeam(`remove ${email}`, (remote, team) => remote.removeMember(team, email)),
    setSetting: (key, value) => inTeam(`set ${key}`, (remote, team) => remote.setSetting(team, key, value)),
    show: (view) =>
      inTeam("show the team", async (remote, team) => {
        const { target } = await configured();
        const members = await remote.members(team);
        const names = new Map(members.map(({ user, email, name }) => [user, name ?? email ?? user]));
        const named = (rows: readonly Readonly<Record<string, unknown>>[]) =>
          rows.map(({ user_id, ...row }) => ({
            user: typeof user_id === "string" ? (names.get(user_id) ?? user_id) : null,
            ...row,
          }));
        switch (view) {
          case "summary":
            return {
              team: target.team,
              view,
              rows: (await remote.standings(team)).map(({ agent, coinTenths, streakPass, streakBlock, lastVerdict }) => ({
                agent,
                coins: coinTenths / 10,
                streak_pass: streakPass,
                streak_block: streakBlock,
                last_verdict: lastVerdict,
              })),
            };
          case "runs":
            return { team: target.team, view, rows: named(await remote.newest("review_runs", team, 20)) };
          case "evals":
            return { team: target.team, view, rows: named(await remote.newest("eval_runs", team, 20)) };
          case "members":
            return { team: target.team, view, rows: members.map((member) => ({ ...member })) };
          default:
            return view satisfies never;
        }
      }),
    remoteStandings: () =>
      inTeam("read the server's totals", async (remote, team) => ({
        heads: new Map((await remote.heads(team)).map(({ device, seq }) => [device, seq])),
        standings: await remote.standings(team),
      })),
    async renewDevice() {
      return (await ledger.renewDevice()).id;
    },
  };
}

function unconfigured(device: string, { choices, complaint }: SyncConfig): SyncStatusView {
  return {
    configured: false,
    signed_in: false,
    enabled: choices.enabled,
    online: null,
    url: null,
    team: null,
    user: null,
    device,
    unsent: 0,
    devices: [],
    last_push: null,
    last_pull: null,
    retry_at: null,
    problems: complaint === null ? [] : [problemOf(syncNotConfigured(complaint))],
  };
}
