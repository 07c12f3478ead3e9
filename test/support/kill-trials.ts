import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startScript, type TestProcess } from "./processes.ts";
import { type Random, randomOf, spreadOf } from "./random.ts";

/** What is known of a home from outside while its writers are killed. */
export interface HomeCheck {
  /** Those of these acknowledged things that the home does not have. */
  missing(acknowledged: readonly string[]): Promise<readonly string[]>;
  /** What is wrong with the home after the last kill; it may be written to for that. */
  finish(): Promise<readonly string[]>;
}

export type KillTrials = Readonly<{
  /**
   * A script that takes one JSON argument with `home` and perhaps `killAtStep` (at which it kills itself), writes to the home
   * without end, and prints lines: `ready` before its first access, `ack <what>` for everything it was told is durable, and
   * `error <why>` when it fails.
   */
  script: string;
  /** How many processes to kill. */
  trials: number;
  /** Where the homes are made. */
  directory: string;
  seed: number;
  /** Further members of the script's argument. */
  task: (random: Random) => Readonly<Record<string, unknown>>;
  /** Half of the processes kill themselves at a step from 1 to this; the steps are spread evenly, however few processes there are. */
  lastStep: number;
  check: (home: string) => Promise<HomeCheck>;
  onProgress?: (kills: number) => void;
}>;

export type KillResult = Readonly<{
  kills: number;
  homes: number;
  acknowledged: number;
  lost: readonly string[];
  problems: readonly string[];
}>;

/** Processes at once on one home: each takes over from the other when that is killed. */
const LANES = 2;
/** Kills of each of them before the next home, so that the making of a home is hit as well. */
const KILLS_A_LANE = 8;
/** The others are killed from outside within this time (ms) after they are ready, at moments that are spread in the same way. */
const LONGEST_LIFE_MS = 40;
/** A process that has not reached its step by then is killed from outside. */
const PATIENCE_MS = 5000;

/** Kills writers of a home at every step and at any moment, and looks after each kill whether what was acknowledged is there. */
export async function runKillTrials(options: KillTrials): Promise<KillResult> {
  const random = randomOf(options.seed);
  const [nextStep, nextMoment] = [spreadOf(random), spreadOf(random)];
  const lost: string[] = [];
  const problems: string[] = [];
  let kills = 0;
  let homes = 0;
  let acknowledged = 0;

  async function trial(home: string, check: HomeCheck): Promise<void> {
    const killAtStep = random() < 0.5 ? 1 + Math.floor(nextStep() * options.lastStep) : null;
    const argument = { ...options.task(random), home, ...(killAtStep === null ? {} : { killAtStep }) };
    const writer = startScript(options.script, argument);
    await endOf(writer, killAtStep === null ? nextMoment() * LONGEST_LIFE_MS : null);
    const { signal, code, errors } = await writer.ended;
    kills += 1;
    const what = `${home} ${JSON.stringify(argument)}`;
    if (signal !== "SIGKILL") problems.push(`${what}: ended by itself with ${code}: ${writer.lines.join("; ")} ${errors}`);
    problems.push(...writer.lines.filter((line) => line.startsWith("error ")).map((line) => `${what}: ${line}`));
    const acks = writer.lines.flatMap((line) => (line.startsWith("ack ") ? [line.slice("ack ".length)] : []));
    acknowledged += acks.length;
    lost.push(...(await check.missing(acks)).map((one) => `${what}: ${one}`));
    options.onProgress?.(kills);
  }

  while (kills < options.trials) {
    homes += 1;
    const home = join(options.directory, `home ${homes}`);
    const check = await options.check(home);
    const wanted = Math.min(LANES * KILLS_A_LANE, options.trials - kills);
    let started = 0;
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        while (started < wanted) {
          started += 1;
          await trial(home, check);
        }
      }),
    );
    problems.push(...(await check.finish()).map((problem) => `${home}: ${problem}`));
  }
  return { kills, homes, acknowledged, lost, problems };
}

/** Kills a process `life` ms after it is ready; null: waits for it to kill itself. */
async function endOf(writer: TestProcess, life: number | null): Promise<void> {
  if (life === null) {
    const patience = setTimeout(() => writer.kill("SIGKILL"), PATIENCE_MS);
    await writer.ended;
    clearTimeout(patience);
    return;
  }
  // One that ends before it is ready is told by how it ended.
  await writer.line("ready").catch(() => undefined);
  await sleep(life);
  writer.kill("SIGKILL");
}

/** The outcome in one line, for people. */
export function describeKills({ kills, acknowledged, lost, homes }: KillResult): string {
  return `kill trials: ${kills}, acknowledged facts lost: ${lost.length} (of ${acknowledged}, in ${homes} homes)`;
}
