import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process under test and the lines that it has printed. */
export type TestProcess = Readonly<{
  pid: number;
  lines: readonly string[];
  /** Resolves with the first line, past or future, that starts with this text; rejects when the process ends without one. */
  line(start: string): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit status when the process has ended and all its lines have been read. */
  ended: Promise<Readonly<{ code: number | null; signal: NodeJS.Signals | null; errors: string }>>;
}>;

/** Starts a script with the current Node and one JSON argument. */
export function startScript(script: string, argument: unknown): TestProcess {
  const child: ChildProcess = spawn(process.execPath, ["--no-warnings", script, JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const checks = new Set<() => void>();
  let errors = "";
  let hasEnded = false;
  const runChecks = (): void => {
    for (const check of checks) check();
  };
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("the process has no pipes");
  createInterface({ input: stdout }).on("line", (line) => {
    lines.push(line);
    runChecks();
  });
  stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  const ended = new Promise<Readonly<{ code: number | null; signal: NodeJS.Signals | null; errors: string }>>(
    (resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        hasEnded = true;
        runChecks();
        resolve({ code, signal, errors });
      });
    },
  );
  return {
    pid: child.pid ?? 0,
    lines,
    line: (start) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = lines.find((line) => line.startsWith(start));
          if (found !== undefined) resolve(found);
          else if (hasEnded) reject(new Error(`the process ended without "${start}": ${lines.join("; ")} ${errors}`));
          else return;
          checks.delete(check);
        };
        checks.add(check);
        check();
      }),
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
  };
}
