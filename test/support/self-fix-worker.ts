import { compose } from "../../src/compose.ts";
import { selfFixProcess } from "../../src/features/self-fix/operations/process.ts";
import type { Ledger } from "../../src/ports/ports.ts";

/*
 * One call of `self-fix process` in a separate process, which kills itself right before or right after the nth call of `record`.
 * It prints the outcome if it completes.
 */

const { home, cwd, env, killAt, isBefore } = JSON.parse(process.argv[2] ?? "{}");

const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ports = await compose({ home, cwd, env, logger: silentLogger });
let recorded = 0;
const killSelf = (): Promise<never> => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
};
const record: Ledger["record"] = async (...args) => {
  recorded += 1;
  if (recorded === killAt && isBefore) await killSelf();
  const outcomes = await ports.ledger.record(...args);
  if (recorded === killAt) await killSelf();
  return outcomes;
};
// The ledger's methods are bound to it, so they also work through this proxy.
const ledger = new Proxy(ports.ledger, {
  get: (target, name) => (name === "record" ? record : Reflect.get(target, name, target)),
});
const call = { onProgress: () => undefined, signal: new AbortController().signal };
const { outcome } = await selfFixProcess.call({ ...ports, ledger }, {}, call);
await ports.close();
process.stdout.write(`${outcome}\n`);
