import { cancelled, syncNotAllowed, syncNotConfigured, syncOffline, syncRefused, teamRefused } from "../kernel/errors.ts";
import type { HostChoices, Migration, SyncTarget } from "../ports/sync.ts";
import { readConfig, type SyncConfig } from "./config.ts";
import { type Connection, type EngineParts, openConnection } from "./connection.ts";
import { problemOf } from "./failure.ts";
import { isRemoteFailure, type Remote, type RemoteAuth, type Transport } from "./remote.ts";
import { type TeamVerb, teamRefusalOf } from "./team-refusal.ts";

export type SyncOptions = Omit<EngineParts, "transport"> &
  Readonly<{
    env: Readonly<Record<string, string | undefined>>;
    gitRoot(): Promise<string | null>;
    project(): Promise<string>;
    choices: HostChoices;
    /** Reads the migrations that ship with the program. @param into a folder to create for them */
    migrations(into?: string): Promise<readonly Migration[]>;
    /** Loads the transport; called when a server is needed. */
    transport(): Promise<Transport>;
  }>;

export type ConfiguredSync = Readonly<{
  config: SyncConfig;
  target: SyncTarget;
  connection: Connection;
  auth: RemoteAuth;
  parts: EngineParts;
}>;

/** Common base of all sync functions: the configuration, and requests to the server that it names. */
export type SyncContext = Readonly<{
  options: SyncOptions;
  configuration(): Promise<SyncConfig>;
  /** @param signal cancels requests to Auth @throws sync_not_configured, sync_not_allowed */
  configured(signal?: AbortSignal): Promise<ConfiguredSync>;
  /**
   * Runs requests to the server and converts failures to errors for the user.
   * @param verb what is done to a team, if anything
   * @throws sync_offline, sync_refused
   */
  asked<T>(what: string, work: (setup: ConfiguredSync) => Promise<T>, verb?: TeamVerb, signal?: AbortSignal): Promise<T>;
  /** Runs requests in the configured team, as the signed-in user. @throws sync_offline, sync_refused */
  inTeam<T>(what: string, work: (remote: Remote, team: string) => Promise<T>, verb?: TeamVerb): Promise<T>;
}>;

/** Throws if a configuration exists but is not used. @throws sync_not_allowed, sync_not_configured */
export function rejectUnusedConfig({ proposal, source, complaint }: SyncConfig): void {
  if (proposal !== null) throw syncNotAllowed(source ?? "", proposal);
  if (complaint !== null) throw syncNotConfigured(complaint);
}

/** Creates the base of all sync functions. Nothing is read or loaded before it is needed. */
export function createSyncContext(options: SyncOptions): SyncContext {
  const { home, env, clock } = options;

  const configuration = async (): Promise<SyncConfig> =>
    readConfig({ home, env, gitRoot: await options.gitRoot(), choices: options.choices });

  async function configured(signal?: AbortSignal): Promise<ConfiguredSync> {
    const config = await configuration();
    const { target } = config;
    if (target === null) {
      rejectUnusedConfig(config);
      throw syncNotConfigured("it is not set up here");
    }
    const transport = await options.transport();
    const parts: EngineParts = { ...options, transport };
    const auth = transport.openAuth({
      url: target.url,
      anonKey: target.anonKey,
      timeoutMs: options.timeoutMs,
      signal,
      now: () => clock.now(),
    });
    return { config, target, connection: openConnection(parts, config, target), auth, parts };
  }

  async function asked<T>(
    what: string,
    work: (setup: ConfiguredSync) => Promise<T>,
    verb?: TeamVerb,
    signal?: AbortSignal,
  ): Promise<T> {
    const setup = await configured(signal);
    try {
      return await work(setup);
    } catch (error) {
      if (signal?.aborted === true) throw cancelled(what);
      if (!isRemoteFailure(error)) throw error;
      // The new error states what failed, so the prefix is removed.
      const reason = error.message.replace(/^Failed to [^:]+: /, "");
      const refusal = verb === undefined ? null : teamRefusalOf(verb, error.code);
      if (refusal !== null) throw teamRefused(what, refusal, reason);
      const { kind, hint } = problemOf(error);
      if (kind === "offline") throw syncOffline(`reach ${setup.target.url}`, reason, hint);
      throw kind === "server" ? syncOffline(what, reason, hint) : syncRefused(what, reason, hint);
    }
  }

  const inTeam = <T>(what: string, work: (remote: Remote, team: string) => Promise<T>, verb?: TeamVerb): Promise<T> =>
    asked(what, ({ connection }) => connection.as(async (remote) => work(remote, await connection.teamId(remote))), verb);

  return { options, configuration, configured, asked, inTeam };
}
