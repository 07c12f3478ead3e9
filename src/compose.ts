import { homedir } from "node:os";
import { join } from "node:path";
import manifest from "../package.json" with { type: "json" };
import type { Clock, Ids, Logger, Ports } from "./domain/ports.ts";
import { sqlIndexes } from "./index/fact-index.ts";
import { databaseReader } from "./index/foreign.ts";
import { openFactLog } from "./journal/open.ts";
import { openLedger } from "./store/ledger.ts";
import { codeFolder, findAssets, wasmFile } from "./system/assets.ts";
import { calendarOf, userZone } from "./system/calendar.ts";
import { systemClock } from "./system/clock.ts";
import { fileReader } from "./system/files.ts";
import { homeOf } from "./system/home.ts";
import { systemIds } from "./system/ids.ts";
import { examineMachine } from "./system/machine.ts";
import { surroundingsOf } from "./system/surroundings.ts";

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
  clock?: Clock | undefined;
  ids?: Ids | undefined;
}>;

/** The real parts. Closing writes what is worth keeping and ends everything. */
export type Composed = Ports & Readonly<{ close(): Promise<void> }>;

/**
 * Builds the real parts over one home. Nothing is created, and neither journal nor index is read, before an operation needs it.
 * @throws store_unreadable, store_newer, invalid_input (time zone), not_found (assets)
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { logger, env = {}, clock = systemClock, ids = systemIds() } = options;
  const cwd = options.cwd ?? process.cwd();
  const home = homeOf(options.home, env, homedir(), cwd);
  const calendar = calendarOf(options.zone ?? userZone(env));
  const wasm = join(options.assets ?? findAssets(codeFolder()), wasmFile);
  const log = await openFactLog({ home, clock, ids, logger });
  const ledger = openLedger({ home, log, indexes: sqlIndexes({ wasm, calendar }), clock, logger });
  return {
    ledger,
    clock,
    ids,
    calendar,
    logger,
    files: fileReader({ cwd }),
    databases: databaseReader({ wasm, cwd }),
    surroundings: surroundingsOf(cwd, env),
    machine: (folder) => examineMachine(manifest.version, folder),
    close: () => ledger.close(),
  };
}
