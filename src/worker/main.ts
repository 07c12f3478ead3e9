import { parentPort, workerData } from "node:worker_threads";
import { compose } from "../compose.ts";
import type { Logger } from "../domain/ports.ts";
import { type WorkerReply, workerStart } from "../protocol/store-worker.ts";
import { createServer } from "./serve.ts";

/*
 * The thread that holds the store for the extension: its host's thread, which all extensions share, never loads the index.
 */

function main(): void {
  const port = parentPort;
  if (port === null) throw new Error("the store worker runs as a worker thread only");
  const { home, zone, assets, evals } = workerStart.parse(workerData);
  const send = (reply: WorkerReply): void => port.postMessage(reply);
  const log = (level: keyof Logger) => (message: string) => send({ type: "log", level, message });
  const logger: Logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  const server = createServer({
    open: () => compose({ home, zone: zone ?? undefined, assets, evals, env: process.env, logger }),
    send,
    // Without its port nothing keeps the thread alive.
    closed: () => port.close(),
  });
  // A message that does not parse rejects, which ends the thread: its sender is of the same build, so this is a defect to be seen.
  port.on("message", (message: unknown) => void server.receive(message));
}

main();
