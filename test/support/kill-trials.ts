import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startScript, type TestProcess } from "./processes.ts";
import { evenSpread, type Random, seededRandom } from "./random.ts";

/** Checks a home from outside while its writers are killed. */
export interface HomeCheck {
  /** The acknowledged things that are missing in the home. */
  missing(acknowledged: readonly string[]): Promise<readonly string[]>;
  /** The problems of the home after the last kill. May write to the home to find them. */
  finish(): Promise<readonly string[]>;
}

export type KillTrialOptions = Readonly<{
  /**
   * A script that takes one JSON argument with `home` and optionally `killAtStep` (the step at which it kills itself), writes to
   * the home until it is killed, and prints lines: `ready` before its first access, `ack <what>` for everything that is
   * acknowledged as durable, and `error <why>` when it fails.
   */
  script: string;
  /** Number of processes to kill. */
  trials: number;
  /** The folder in which the homes are created. */
  directory: string;
  seed: number;
  /** Additional members of the script's argument. */
  task: (random: Random) => Readonly<Record<string, unknown>>;
  /** Half of the processes kill themselves at a step from 1 to this one; the steps are spread evenly, even for few processes. */
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

/** Number of concurrent processes per home; each takes over when the other is killed. */
const LANES = 2;
/** Number of kills per lane before the next home, so that the creation of a home is hit as well. */
const KILLS_PER_LANE = 8;
/** The other half is killed from outside within this time (ms) after `ready`, at moments that are spread in the same way. */
const MAX_LIFETIME_MS = 40;
/** A process that has not reached its step within this time (ms) is killed from outside. */
const STEP_TIMEOUT_MS = 5000;

/** Kills writers of a home at every step and at any moment, and checks after each kill that nothing acknowledged is missing. */
export async function runKillTrials(options: KillTrialOptions): Promise<KillResult> {
  const random = seededRandom(options.seed);
  const [nextStep, nextMoment] = [evenSpread(random), evenSpread(random)];
  const lost: string[] = [];
  const problems: string[] = [];
  let kills = 0;
  let homes = 0;
  let acknowledged = 0;

  async function runTrial(home: string, check: HomeCheck): Promise<void> {
    const killAtStep = random() < 0.5 ? 1 + Math.floor(nextStep() * options.lastStep) : null;
    const argument = { ...options.task(random), home, ...(killAtStep === null ? {} : { killAtStep }) };
    const writer = startScript(options.script, argument);
    await killAfter(writer, killAtStep === null ? nextMoment() * MAX_LIFETIME_MS : null);
    const { signal, code, errors } = await writer.ended;
    kills += 1;
    const label = `${home} ${JSON.stringify(argument)}`;
    if (signal !== "SIGKILL") problems.push(`${label}: ended by itself with ${code}: ${writer.lines.join("; ")} ${errors}`);
    problems.push(...writer.lines.filter((line) => line.startsWith("error ")).map((line) => `${label}: ${line}`));
    const acks = writer.lines.flatMap((line) => (line.startsWith("ack ") ? [line.slice("ack ".length)] : []));
    acknowledged += acks.length;
    lost.push(...(await check.missing(acks)).map((one) => `${label}: ${one}`));
    options.onProgress?.(kills);
  }

  while (kills < options.trials) {
    homes += 1;
    const home = join(options.directory, `home ${homes}`);
    const check = await options.check(home);
    const quota = Math.min(LANES * KILLS_PER_LANE, options.trials - kills);
    let started = 0;
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        while (started < quota) {
          started += 1;
          await runTrial(home, check);
        }
      }),
    );
    problems.push(...(await check.finish()).map((problem) => `${home}: ${problem}`));
  }
  return { kills, homes, acknowledged, lost, problems };
}

/** Kills a process `lifetimeMs` ms after it is ready; null: waits until it kills itself. */
async function killAfter(writer: TestProcess, lifetimeMs: number | null): Promise<void> {
  if (lifetimeMs === null) {
    const timeout = setTimeout(() => writer.kill("SIGKILL"), STEP_TIMEOUT_MS);
    await writer.ended;
    clearTimeout(timeout);
    return;
  }
  // A process that ends before it is ready is reported with its exit.
  await writer.line("ready").catch(() => undefined);
  await sleep(lifetimeMs);
  writer.kill("SIGKILL");
}

/** The outcome in one human-readable line. */
export function describeKills({ kills, acknowledged, lost, homes }: KillResult): string {
  return `kill trials: ${kills}, acknowledged facts lost: ${lost.length} (of ${acknowledged}, in ${homes} homes)`;
}
