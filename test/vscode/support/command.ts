import { spawn } from "node:child_process";

export type CommandResult = Readonly<{ code: number | null; stdout: string; stderr: string }>;

/** Runs a command to its end. `input` is written to its stdin, which is closed otherwise. Never throws for an exit code. */
export function runCommandLine(
  command: string,
  args: readonly string[],
  options: Readonly<{ cwd?: string; env?: NodeJS.ProcessEnv; input?: string; timeoutMs?: number }> = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["pipe", "pipe", "pipe"],
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString("utf8"), stderr: Buffer.concat(stderr).toString("utf8") }),
    );
    // A command that ends before it has read its input breaks the pipe; only its exit code matters.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Runs a command and returns its stdout. @throws when it does not exit with 0, with everything it printed */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: Parameters<typeof runCommandLine>[2] = {},
): Promise<string> {
  const { code, stdout, stderr } = await runCommandLine(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}
