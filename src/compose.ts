import { existsSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { withSpool } from "./features/hooks/operations/with-spool.ts";
import type { IndexOptions } from "./features/index/fact-index.ts";
import { migrations, versionOf } from "./features/index/migrations.ts";
import { noTeam, type Team } from "./features/reviews/model/resets-in-force.ts";
import { homeIsFile } from "./kernel/errors.ts";
import { openLedger } from "./ledger/ledger.ts";
import { unopenedLog } from "./ledger/log/failed-log.ts";
import { openFactLog } from "./ledger/log/open.ts";
import { codeFolder, emptyIndexFile, findAssets, wasmFile } from "./platform/assets.ts";
import { userCalendar } from "./platform/calendar.ts";
import { systemClock } from "./platform/clock.ts";
import { databaseBytes } from "./platform/database-bytes.ts";
import { homeOf, userFolder } from "./platform/disk/home.ts";
import { surroundingsOf } from "./platform/environment.ts";
import { type EvalChoices, evalOutside } from "./platform/evals.ts";
import { fileReader } from "./platform/files.ts";
import { checkoutOf, folderName } from "./platform/git.ts";
import { systemIds } from "./platform/ids.ts";
import { examineMachine } from "./platform/machine.ts";
import { readMigrations } from "./platform/migrations.ts";
import type { ModelChoices, ModelHost } from "./platform/model-calls.ts";
import { areEventsWaiting, waitingEvents } from "./platform/spool-layout.ts";
import { keepEvent } from "./platform/spool-writer.ts";
import type { StopReviewOptions } from "./platform/stop-reviews.ts";
import { transcriptFiles } from "./platform/transcript-files.ts";
import type { IndexFactory } from "./ports/fact-index.ts";
import type { FactLog } from "./ports/fact-log.ts";
import type { ModelCalls } from "./ports/model-calls.ts";
import type { Clock, DatabaseReader, Ids, Logger, Ports } from "./ports/ports.ts";
import type { GivenChoices, SessionVault, Sync, SyncPerson } from "./ports/sync.ts";

export type ComposeOptions = Readonly<{
  logger: Logger;
  /** Environment variables. Default: none, so that a caller has to hand them over. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The ledger's home; default `REWARD_LEDGER_HOME`, else `~/.reward-ledger`. */
  home?: string | undefined;
  /** IANA name of the zone that days are in; default `REWARD_LEDGER_TZ`, else the machine's. */
  zone?: string | undefined;
  /** Folder of `sql-wasm.wasm`; default where the program itself lies. */
  assets?: string | undefined;
  /** Where relative paths start and whose git repository counts. Default: the working directory. */
  cwd?: string | undefined;
  /** Prices and models that go before those of the environment. */
  evals?: EvalChoices | undefined;
  /** The provider of models that goes before that of environment and home. */
  models?: ModelChoices | undefined;
  clock?: Clock | undefined;
  ids?: Ids | undefined;
  /** Ends reading of files that the user named. */
  signal?: AbortSignal | undefined;
  /** The process is this program's alone: V8 may be told how to compile for it. */
  ownsProcess?: boolean | undefined;
  /** After how long without an answer of a sync server a request has failed, ms. */
  requestTimeoutMs?: number | undefined;
}>;

/** From where sync is asked for, and with what choices. */
export type SyncFrom = Readonly<{
  /** Folder whose checkout names the team. */
  cwd: string;
  /** Choices that go before those of the home. */
  choices?: GivenChoices | undefined;
  /** Keeps sessions; default: `auth.json` of the home. */
  vault?: SessionVault | undefined;
  /** Whether the checkout's own files may say where to sync to. */
  trusted?: boolean | undefined;
}>;

/** The real parts. Closing writes what is worth keeping and ends everything. */
export type Composed = Ports &
  Readonly<{
    syncFrom(from: SyncFrom): Promise<Sync>;
    /** Calls of models that may go through the editor. */
    modelsWith(host: ModelHost): ModelCalls;
    close(): Promise<void>;
  }>;

const requestTimeoutMs = 30_000;

/** What was begun for somebody else's question is not ended with it: what it was to read would be left out. */
const uncancelled = { signal: new AbortController().signal, onProgress: () => undefined } as const;

/** The working directory; the user's folder where it was removed. */
function workingFolder(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return process.cwd();
  } catch {
    // What needs no working directory goes on without.
    return userFolder(env);
  }
}

/** The logs of a home; those of one that cannot be opened fail with the reason. */
async function openHome(options: Parameters<typeof openFactLog>[0]): Promise<FactLog> {
  if (statSync(options.home, { throwIfNoEntry: false })?.isFile()) return unopenedLog(homeIsFile(options.home));
  return openFactLog(options).catch(unopenedLog);
}

/** Whether a path that somebody else named is a folder of this machine. */
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Indexes in sql.js, whose code is loaded with the first of them: many a short command is answered without. */
function lateIndexes(options: IndexOptions): IndexFactory {
  let loading: Promise<IndexFactory> | undefined;
  const load = (): Promise<IndexFactory> => {
    loading ??= import("./features/index/fact-index.ts").then(({ sqlIndexes }) => sqlIndexes(options));
    return loading;
  };
  return {
    version: versionOf(migrations),
    prepare: async () => (await load()).prepare(),
    create: async () => (await load()).create(),
    open: async (bytes) => (await load()).open(bytes),
  };
}

/** Files of other programs, the same way. */
const lateDatabases = (options: Readonly<{ wasm: string; cwd: string }>): DatabaseReader => ({
  async table(path, table) {
    const { databaseReader } = await import("./ledger/index/external-database.ts");
    return databaseReader({ ...options, bytesOf: databaseBytes }).table(path, table);
  },
});

/**
 * Builds the real parts over one home. Nothing is created, and neither journal nor index is read, before an operation needs it.
 * A home that cannot be opened makes the questions to its ledger fail, not this: `doctor` has to tell what is wrong with it.
 * @throws not_found (assets)
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { logger, env = {}, clock = systemClock, ids = systemIds() } = options;
  const cwd = options.cwd ?? workingFolder(env);
  const home = homeOf(options.home, env, userFolder(env), cwd);
  const calendar = userCalendar(options.zone, env);
  const assets = options.assets ?? findAssets(codeFolder());
  const wasm = join(assets, wasmFile);
  const hasSynced = (): boolean => existsSync(join(home, "sync"));
  const log = await openHome({ home, clock, ids, logger, isShared: hasSynced });
  /** A home that has never synced has no such folder, and costs one look. */
  const people = async (): Promise<readonly SyncPerson[]> => {
    if (!hasSynced()) return [];
    const { peopleOf } = await import("./sync/members.ts");
    return peopleOf(home, log.device.id);
  };
  const team = async (): Promise<Team> => {
    if (!existsSync(join(home, "sync"))) return noTeam;
    const { teamOf } = await import("./sync/members.ts");
    return teamOf(home, log.device.id);
  };
  const journaled = openLedger({
    home,
    log,
    team,
    indexes: lateIndexes({ wasm, ownsProcess: options.ownsProcess, empty: join(assets, emptyIndexFile), calendar }),
    clock,
    logger,
  });
  const recorded = (): Promise<readonly string[]> => journaled.ask(({ review }) => review.projects());
  const evals = evalOutside(home, env, options.evals, logger.warn);
  const transcripts = transcriptFiles({
    version: manifest.version,
    home,
    cwd,
    env,
    userHome: env["HOME"] || userFolder(env),
    ownsProcess: options.ownsProcess === true,
    gate: async () => (await import("./ledger/log/named-mutex.ts")).homeMutex(home, "sessions"),
    projectOf: async (folder) => (existsSync(folder) ? surroundingsOf(folder, env, recorded).project() : folderName(folder)),
    keepsText: async () =>
      (await import("./sync/user-settings.ts")).readSettings(home).then(({ settings }) => settings["sessions.keepText"] ?? false),
  });
  /** Reads transcripts that hooks named, unless another import runs. It may ask the wrapped ledger, so this waits for none. */
  const readTranscripts = async (files: readonly string[]): Promise<void> => {
    const { importTranscripts } = await import("./features/sessions/operations/import-transcripts.ts");
    const ports = { ledger: journaled, transcripts, evals, clock };
    const { problems } = await importTranscripts(ports, { files, waits: false }, uncancelled);
    for (const { file, line, why } of problems) logger.info(line === null ? `${file}: ${why}` : `${file}:${line}: ${why}`);
  };
  /** Takes in what hooks have left. Works on the ledger without the spool: this waits for nothing but itself. */
  const ingest = async (): Promise<void> => {
    const [{ ingestSpool }, { homeSpool }, { homeMutex }] = await Promise.all([
      import("./features/hooks/operations/ingest.ts"),
      import("./platform/spool.ts"),
      import("./ledger/log/named-mutex.ts"),
    ]);
    await ingestSpool({
      ledger: journaled,
      spool: homeSpool({ home, mutex: homeMutex(home, "spool"), setAside: log.setAside }),
      clock,
      ids,
      logger,
      projectOf: async (folder) => {
        if (!isAbsolute(folder)) return null;
        return isFolder(folder) ? surroundingsOf(folder, env, recorded).project() : folderName(folder);
      },
      transcripts: { accepted: transcripts.accepted, take: readTranscripts },
      stopped: async (folder, host) => {
        if (isAbsolute(folder)) await (await import("./platform/stop-reviews.ts")).noteDue(stopReviewOptions(folder), host);
      },
    });
  };
  const stopReviewOptions = (folder: string): StopReviewOptions => ({
    home,
    env,
    folder,
    settings: async () => (await (await import("./sync/user-settings.ts")).wholeSettings(home))["review.onStop"] ?? [],
    mutex: async () => (await import("./ledger/log/named-mutex.ts")).homeMutex(home, "stop-reviews"),
  });
  const ledger = withSpool({
    ledger: journaled,
    clock,
    logger,
    isWaiting: () => areEventsWaiting(home),
    count: () => waitingEvents(home),
    ingest,
  });
  /** Loads what sync consists of: nothing of it is read while nobody asks. */
  const syncFrom = async ({ cwd: folder, choices = {}, vault, trusted = true }: SyncFrom): Promise<Sync> => {
    const [{ openSync }, { fileVault }, { homeMutex }, { hashOfFact }] = await Promise.all([
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
      hashOf: hashOfFact,
      gitRoot: async () => (trusted ? ((await checkoutOf(folder))?.top ?? null) : null),
      project: () => surroundingsOf(folder, env, recorded).project(),
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
    databases: lateDatabases({ wasm, cwd }),
    transcripts,
    surroundings: surroundingsOf(cwd, env, recorded),
    surroundingsOf: (folder) => surroundingsOf(folder, env, recorded),
    agentEvents: { keep: (event) => keepEvent({ ...event, home, cwd, env, now: clock.now() }).answer },
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
    stopReviews: async (folder) => (await import("./platform/stop-reviews.ts")).stopReviews(stopReviewOptions(folder)),
    codeHost: async () => (await import("./platform/github.ts")).gitHub(env, clock),
    gate: async (folder, approvedIn) => {
      const [{ gateOutside }, { wholeSettings }] = await Promise.all([
        import("./platform/gate.ts"),
        import("./sync/user-settings.ts"),
      ]);
      return gateOutside({
        home,
        env,
        folder,
        approvedIn,
        settings: async () => (await wholeSettings(home))["gate.commands"] ?? {},
      });
    },
    worktrees: async (folder) => {
      const [{ worktrees }, { homeMutex }, { wholeSettings }] = await Promise.all([
        import("./platform/worktrees.ts"),
        import("./ledger/log/named-mutex.ts"),
        import("./sync/user-settings.ts"),
      ]);
      const prepare = async () => (await wholeSettings(home))["gate.prepare"] ?? [];
      return worktrees({ home, env, folder, mutex: homeMutex(home, "self-fix"), prepare });
    },
    machine: (folder) => examineMachine(manifest.version, folder),
    close: () => ledger.close(),
  };
}
