import { existsSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { withSpool } from "./features/hooks/operations/with-spool.ts";
import type { IndexOptions } from "./features/index/fact-index.ts";
import { latestVersion, migrations } from "./features/index/migrations.ts";
import { noTeam, type Team } from "./features/reviews/model/resets-in-force.ts";
import { homeIsFile } from "./kernel/errors.ts";
import { openLedger } from "./ledger/ledger.ts";
import { failedLog } from "./ledger/log/failed-log.ts";
import { openFactLog } from "./ledger/log/open.ts";
import { codeFolder, emptyIndexFile, findAssets, wasmFile } from "./platform/assets.ts";
import { userCalendar } from "./platform/calendar.ts";
import { systemClock } from "./platform/clock.ts";
import { readDatabaseBytes } from "./platform/database-bytes.ts";
import { ignoreCodes, withReadFailure } from "./platform/disk/failure.ts";
import { resolveHome, userFolder } from "./platform/disk/home.ts";
import { surroundingsOf } from "./platform/environment.ts";
import { createEvals, type EvalChoices } from "./platform/evals.ts";
import { fileReader } from "./platform/files.ts";
import { checkoutOf, folderName } from "./platform/git.ts";
import { systemIds } from "./platform/ids.ts";
import { examineMachine } from "./platform/machine.ts";
import { readMigrations } from "./platform/migrations.ts";
import type { ModelChoices, ModelHost } from "./platform/model-calls.ts";
import { countWaitingEvents, hasWaitingEvents } from "./platform/spool-layout.ts";
import { spoolEvent } from "./platform/spool-writer.ts";
import type { StopReviewOptions } from "./platform/stop-reviews.ts";
import { transcriptFiles } from "./platform/transcript-files.ts";
import type { IndexFactory } from "./ports/fact-index.ts";
import type { FactLog } from "./ports/fact-log.ts";
import type { ModelCalls } from "./ports/model-calls.ts";
import type { Clock, DatabaseReader, Ids, Logger, Ports } from "./ports/ports.ts";
import type { HostChoices, SessionVault, Sync, SyncPerson } from "./ports/sync.ts";

export type ComposeOptions = Readonly<{
  logger: Logger;
  /** Environment variables. Default: none, so that callers have to pass them explicitly. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The ledger's home. Default: `REWARD_LEDGER_HOME`, else `~/.reward-ledger`. */
  home?: string | undefined;
  /** IANA name of the time zone for days. Default: `REWARD_LEDGER_TZ`, else the machine's. */
  zone?: string | undefined;
  /** Folder of `sql-wasm.wasm`. Default: the program's own folder. */
  assets?: string | undefined;
  /** Folder that relative paths are resolved against and whose git repository is used. Default: the working directory. */
  cwd?: string | undefined;
  /** Prices and models that override those of the environment. */
  evals?: EvalChoices | undefined;
  /** Model provider that overrides the one of environment and home. */
  models?: ModelChoices | undefined;
  clock?: Clock | undefined;
  ids?: Ids | undefined;
  /** Aborts reading of files that the user named. */
  signal?: AbortSignal | undefined;
  /** Whether the process belongs to this program alone, so that V8 flags may be set. */
  ownsProcess?: boolean | undefined;
  /** Timeout in ms after which a request to a sync server fails if no data arrive. */
  requestTimeoutMs?: number | undefined;
}>;

/** Options for opening sync for a folder. */
export type SyncFromOptions = Readonly<{
  /** Folder whose checkout names the team. */
  cwd: string;
  /** Choices of the host program, combined with those of the home. */
  choices?: HostChoices | undefined;
  /** Stores sessions. Default: `auth.json` in the home. */
  vault?: SessionVault | undefined;
  /** Whether the checkout's own files may set the sync target. */
  trusted?: boolean | undefined;
}>;

/** The production implementations. `close` writes what is worth keeping and releases all resources. */
export type ComposedPorts = Ports &
  Readonly<{
    syncFrom(from: SyncFromOptions): Promise<Sync>;
    /** Model calls that may go through the editor. */
    modelsWith(host: ModelHost): ModelCalls;
    close(): Promise<void>;
  }>;

const requestTimeoutMs = 30_000;

/** Work started on behalf of another query is not cancelled with it; otherwise transcripts would be skipped. */
const backgroundContext = { signal: new AbortController().signal, onProgress: () => undefined } as const;

/** Returns the working directory, or the user's folder if the directory was removed. */
function workingFolder(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return process.cwd();
  } catch {
    // Commands that need no working directory work without it.
    return userFolder(env);
  }
}

/** @throws store_unreadable if something other than a folder stands at the path, or the system cannot look there */
function requireFolder(home: string): void {
  const found = withReadFailure(home, () => statSync(home, { throwIfNoEntry: false }));
  if (found?.isDirectory() === false) throw homeIsFile(home);
}

/** Opens the logs of a home. If that fails, returns logs that fail with the reason on every call. */
async function openHomeLog(options: Parameters<typeof openFactLog>[0]): Promise<FactLog> {
  try {
    requireFolder(options.home);
    return await openFactLog(options);
  } catch (error) {
    return failedLog(error);
  }
}

/** Whether a path from an untrusted source is a folder on this machine. */
const isFolder = (path: string): boolean =>
  ignoreCodes(["ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"], () =>
    statSync(path).isDirectory(),
  ) === true;

/** Creates sql.js indexes. Loads the code with the first index, as many short commands need none. */
function lazyIndexes(options: IndexOptions): IndexFactory {
  let loading: Promise<IndexFactory> | undefined;
  const load = (): Promise<IndexFactory> => {
    loading ??= import("./features/index/fact-index.ts").then(({ createIndexFactory }) => createIndexFactory(options));
    return loading;
  };
  return {
    version: latestVersion(migrations),
    prepare: async () => (await load()).prepare(),
    create: async () => (await load()).create(),
    open: async (bytes) => (await load()).open(bytes),
  };
}

/** Reads databases of other programs; loads the code on first use. */
const lazyDatabases = (options: Readonly<{ wasm: string; cwd: string }>): DatabaseReader => ({
  async table(path, table) {
    const { databaseReader } = await import("./ledger/index/external-database.ts");
    return databaseReader({ ...options, bytesOf: readDatabaseBytes }).table(path, table);
  },
});

/**
 * Builds the production implementations for one home. Nothing is created, and neither journal nor index is read, before an
 * operation needs it. If the home cannot be opened, queries to its ledger fail, but not this function: `doctor` has to run.
 * @throws not_found (assets)
 */
export async function compose(options: ComposeOptions): Promise<ComposedPorts> {
  const { logger, env = {}, clock = systemClock, ids = systemIds() } = options;
  const cwd = options.cwd ?? workingFolder(env);
  const home = resolveHome(options.home, env, userFolder(env), cwd);
  const calendar = userCalendar(options.zone, env);
  const assets = options.assets ?? findAssets(codeFolder());
  const wasm = join(assets, wasmFile);
  const hasSynced = (): boolean => existsSync(join(home, "sync"));
  const log = await openHomeLog({ home, clock, ids, logger, isShared: hasSynced });
  /** A home that has never synced has no `sync` folder and costs one `stat` call. */
  const people = async (): Promise<readonly SyncPerson[]> => {
    if (!hasSynced()) return [];
    const { readPeople } = await import("./sync/members.ts");
    return readPeople(home, log.device.id);
  };
  const team = async (): Promise<Team> => {
    if (!existsSync(join(home, "sync"))) return noTeam;
    const { readTeam } = await import("./sync/members.ts");
    return readTeam(home, log.device.id);
  };
  const journalLedger = openLedger({
    home,
    log,
    team,
    indexes: lazyIndexes({ wasm, ownsProcess: options.ownsProcess, empty: join(assets, emptyIndexFile), calendar }),
    clock,
    logger,
  });
  const recordedProjects = (): Promise<readonly string[]> => journalLedger.ask(({ review }) => review.projects());
  const evals = createEvals(home, env, options.evals, logger.warn);
  const transcripts = transcriptFiles({
    version: manifest.version,
    home,
    cwd,
    env,
    userHome: env["HOME"] || userFolder(env),
    ownsProcess: options.ownsProcess === true,
    gate: async () => (await import("./ledger/log/named-mutex.ts")).homeMutex(home, "sessions"),
    projectOf: async (folder) =>
      existsSync(folder) ? surroundingsOf(folder, env, recordedProjects).project() : folderName(folder),
    keepsText: async () =>
      (await import("./sync/user-settings.ts")).readSettings(home).then(({ settings }) => settings["sessions.keepText"] ?? false),
  });
  /** Imports transcripts that hooks named. Does not wait for another import, as that may be waiting for the wrapped ledger. */
  const readTranscripts = async (files: readonly string[]): Promise<void> => {
    const { importTranscripts } = await import("./features/sessions/operations/import-transcripts.ts");
    const ports = { ledger: journalLedger, transcripts, evals, clock };
    const { problems } = await importTranscripts(ports, { files, waits: false }, backgroundContext);
    for (const { file, line, why } of problems) logger.info(line === null ? `${file}: ${why}` : `${file}:${line}: ${why}`);
  };
  /** Ingests the events that hooks have stored. Uses the ledger without the spool, so that it cannot wait for itself. */
  const ingest = async (): Promise<void> => {
    const [{ ingestSpool }, { createSpool }, { homeMutex }] = await Promise.all([
      import("./features/hooks/operations/ingest.ts"),
      import("./platform/spool.ts"),
      import("./ledger/log/named-mutex.ts"),
    ]);
    await ingestSpool({
      ledger: journalLedger,
      spool: createSpool({ home, mutex: homeMutex(home, "spool"), setAside: log.setAside }),
      clock,
      ids,
      logger,
      projectOf: async (folder) => {
        if (!isAbsolute(folder)) return null;
        return isFolder(folder) ? surroundingsOf(folder, env, recordedProjects).project() : folderName(folder);
      },
      transcripts: { accepted: transcripts.accepted, take: readTranscripts },
      stopped: async (folder, host) => {
        if (isAbsolute(folder)) await (await import("./platform/stop-reviews.ts")).writeDueNote(stopReviewOptions(folder), host);
      },
    });
  };
  const stopReviewOptions = (folder: string): StopReviewOptions => ({
    home,
    env,
    folder,
    settings: async () => (await (await import("./sync/user-settings.ts")).requireSettings(home))["review.onStop"] ?? [],
    mutex: async () => (await import("./ledger/log/named-mutex.ts")).homeMutex(home, "stop-reviews"),
  });
  const ledger = withSpool({
    ledger: journalLedger,
    clock,
    logger,
    isWaiting: () => hasWaitingEvents(home),
    count: () => countWaitingEvents(home),
    ingest,
  });
  /** Opens sync; its code is loaded on first use. */
  const syncFrom = async ({ cwd: folder, choices = {}, vault, trusted = true }: SyncFromOptions): Promise<Sync> => {
    const [{ openSync }, { fileVault }, { homeMutex }, { hashFact }] = await Promise.all([
      import("./sync/open.ts"),
      import("./sync/session-store.ts"),
      import("./ledger/log/named-mutex.ts"),
      import("./ledger/log/hash-fact.ts"),
    ]);
    const gate = homeMutex(home);
    return openSync({
      home,
      env,
      ledger,
      clock,
      logger,
      gate,
      vault: vault ?? fileVault(home, gate),
      hashOf: hashFact,
      gitRoot: async () => (trusted ? ((await checkoutOf(folder))?.top ?? null) : null),
      project: () => surroundingsOf(folder, env, recordedProjects).project(),
      choices,
      migrations: async (into) => {
        if (into !== undefined) await mkdir(resolve(folder, into), { recursive: true });
        return readMigrations(codeFolder());
      },
      transport: () => import("./sync/transport.ts"),
      random: Math.random,
      timeoutMs: options.requestTimeoutMs ?? requestTimeoutMs,
    });
  };
  const modelsWith = (host?: ModelHost): ModelCalls => {
    const calls = async (): Promise<Omit<ModelCalls, "prompt">> =>
      (await import("./platform/model-calls.ts")).modelCalls({
        env,
        now: () => clock.now(),
        choices: options.models,
        settings: async () => {
          const { settings, complaint } = await (await import("./sync/user-settings.ts")).readSettings(home);
          const { "model.provider": provider, "model.name": model, "model.baseUrl": baseUrl } = settings;
          const { "prompt.documents": documents, "critique.enabled": critique } = settings;
          return { choices: { provider, model, baseUrl, documents, critique }, complaint };
        },
        host,
      });
    return {
      complete: async (call, signal) => (await calls()).complete(call, signal),
      setUp: async () => (await calls()).setUp(),
      settings: async () => (await calls()).settings(),
      prompt: async (name) => (await import("./platform/prompts.ts")).readPrompt(codeFolder(), name),
    };
  };
  return {
    ledger,
    sync: () => syncFrom({ cwd }),
    syncFrom,
    people,
    clock,
    ids,
    calendar,
    logger,
    files: fileReader({ cwd, home, signal: options.signal }),
    databases: lazyDatabases({ wasm, cwd }),
    transcripts,
    surroundings: surroundingsOf(cwd, env, recordedProjects),
    surroundingsOf: (folder) => surroundingsOf(folder, env, recordedProjects),
    agentEvents: { keep: (event) => spoolEvent({ ...event, home, cwd, env, now: clock.now() }).answer },
    evals,
    models: modelsWith(),
    modelsWith,
    agentFiles: async (folder) =>
      (await import("./platform/agent-files.ts")).agentFiles({
        env,
        userHome: userFolder(env),
        home,
        folder,
        ownsProcess: options.ownsProcess === true,
      }),
    stopReviews: async (folder) => (await import("./platform/stop-reviews.ts")).createStopReviews(stopReviewOptions(folder)),
    codeHost: async () => (await import("./platform/github.ts")).createGitHub(env, clock),
    gate: async (folder, approvedIn) => {
      const [{ createGate }, { requireSettings }] = await Promise.all([
        import("./platform/gate.ts"),
        import("./sync/user-settings.ts"),
      ]);
      return createGate({
        home,
        env,
        folder,
        approvedIn,
        settings: async () => (await requireSettings(home))["gate.commands"] ?? {},
      });
    },
    worktrees: async (folder) => {
      const [{ worktrees }, { homeMutex }, { requireSettings }] = await Promise.all([
        import("./platform/worktrees.ts"),
        import("./ledger/log/named-mutex.ts"),
        import("./sync/user-settings.ts"),
      ]);
      const prepare = async () => (await requireSettings(home))["gate.prepare"] ?? [];
      return worktrees({ home, env, folder, mutex: homeMutex(home, "self-fix"), prepare });
    },
    machine: (folder) => examineMachine(manifest.version, folder),
    close: () => ledger.close(),
  };
}
