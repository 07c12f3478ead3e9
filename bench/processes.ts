import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const mostOutput = 1024 ** 3;

/**
 * Prints the peak of resident memory, KiB, as the last line of stderr when the process ends. On Linux it is asked of the system,
 * because the usage that a process is told of itself begins with the size of the process that started it.
 */
const tellPeak = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from "node:fs";
  const peak = () =>
    process.platform === "linux"
      ? /VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]
      : process.resourceUsage().maxRSS;
  process.on("exit", () => process._rawDebug(String(peak())));
`)}`;

export type Ended = Readonly<{ ms: number; stdout: string }>;

/** Runs a program to its end. */
export async function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const start = performance.now();
  const { stdout } = await run(file, [...args], { env: { ...process.env, ...env }, maxBuffer: mostOutput });
  return { ms: performance.now() - start, stdout };
}

/** Runs a program of Node to its end. @param args the script and what it is given */
export const runNode = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  runProgram(process.execPath, args, env);

/** Peak memory of a program of Node, MiB. */
export async function peakOf(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const { stderr } = await run(process.execPath, ["--import", tellPeak, ...args], {
    env: { ...process.env, ...env },
    maxBuffer: mostOutput,
  });
  return Number(stderr.trim().split("\n").at(-1)) / 1024;
}

/**
 * User and system time of a program and its children, ms, as bash tells it. Node tells of no other process than its own, and what
 * would tell it inside of the program would be part of what is measured. @param input the file that stands for standard input
 */
export async function cpuOf(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "/dev/null",
): Promise<number> {
  const script = 'input=$1; shift; "$@" < "$input" > /dev/null && times';
  const { stdout } = await runProgram("bash", ["-c", script, "bash", input, file, ...args], env);
  const ofChildren = stdout.trim().split("\n").at(-1) ?? "";
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
  if (seconds.length !== 2) throw new Error(`bash told no times: ${stdout}`);
  return seconds.reduce((sum, one) => sum + one, 0) * 1000;
}
