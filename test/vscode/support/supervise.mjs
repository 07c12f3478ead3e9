/*
 * Runs the command given as arguments and ends its whole process group as soon as this process's stdin closes, which happens
 * also when the process that started it was killed. To be started detached, so that it leads a group of its own.
 */
import { spawn } from "node:child_process";

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"] });
child.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
process.stdin.on("close", () => process.kill(-process.pid, "SIGKILL"));
process.stdin.resume();
