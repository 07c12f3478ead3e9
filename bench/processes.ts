import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const maxOutputBytes = 1024 ** 3;

/**
 * Prints the peak resident memory in KiB as the last line of stderr when the process ends. On Linux it is read from `/proc`,
 * because the value in the process's resource usage starts at the size of its parent.
 */
const peakReporter = `data:text/javascript,${encodeURIComponent(`
  import { readFileSync } from "node:fs";
  const peak = () =>
    process.platform === "linux"
      ? /VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]
      : process.resourceUsage().maxRSS;
  process.on("exit", () => process._rawDebug(String(peak())));
`)}`;

export type ProcessResult = Readonly<{ ms: number; stdout: string }>;

/** Runs a program to its end. */
export async function runProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  const start = performance.now();
  const { stdout } = await run(file, [...args], { env: { ...process.env, ...env }, maxBuffer: maxOutputBytes });
  return { ms: performance.now() - start, stdout };
}

/** Runs a Node program to its end. @param args the script and its arguments */
export const runNode = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ProcessResult> =>
  runProgram(process.execPath, args, env);

/** Peak memory of a Node program, in MiB. */
export async function measurePeakMemory(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  const { stderr } = await run(process.execPath, ["--import", peakReporter, ...args], {
    env: { ...process.env, ...env },
    maxBuffer: maxOutputBytes,
  });
  return Number(stderr.trim().split("\n").at(-1)) / 1024;
}

/**
 * User and system time of a program and its children in ms, as reported by bash. Node reports only its own process, and measuring
 * inside the program would be part of the measurement. @param input the file that is used as standard input
 */
export async function measureCpuTime(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "/dev/null",
): Promise<number> {
  const script = 'input=$1; shift; "$@" < "$input" > /dev/null && times';
  const { stdout } = await runProgram("bash", ["-c", script, "bash", input, file, ...args], env);
  const childTimes = stdout.trim().split("\n").at(-1) ?? "";
  const seconds = [...childTimes.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest));
  if (seconds.length !== 2) throw new Error(`bash told no times: ${stdout}`);
  return seconds.reduce((sum, one) => sum + one, 0) * 1000;
}
