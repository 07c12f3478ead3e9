import { parentPort, workerData } from "node:worker_threads";
import { compose } from "../compose.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { Logger } from "../ports/ports.ts";
import { type WorkerReply, workerStart } from "../protocol/store-worker.ts";
import { createServer } from "./serve.ts";

/*
 * The thread that holds the store for the extension: the host's thread, which all extensions share, never loads the index.
 */

/** Removes secrets from the parts of a reply that people see in a log or a message. */
function scrubbedReply(reply: WorkerReply, scrub: (text: string) => string): WorkerReply {
  if (reply.type === "log") return { ...reply, message: scrub(reply.message) };
  if (reply.type !== "error") return reply;
  const { error } = reply;
  return { ...reply, error: { ...error, message: scrub(error.message), hint: scrub(error.hint) } };
}

function main(): void {
  const port = parentPort;
  if (port === null) throw new Error("the store worker runs as a worker thread only");
  const { home, zone, assets, evals, models, texts } = workerStart.parse(workerData);
  const scrub = scrubber(secretsIn(process.env));
  const send = (reply: WorkerReply): void => port.postMessage(scrubbedReply(reply, scrub));
  const log = (level: keyof Logger) => (message: string) => send({ type: "log", level, message });
  const logger: Logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
  const server = createServer({
    open: () => compose({ home, zone: zone ?? undefined, assets, evals, models, env: process.env, logger }),
    send,
    scrub,
    texts,
    // Without its port, nothing keeps the thread alive.
    closed: () => port.close(),
  });
  // A message that does not parse rejects, which ends the thread: its sender is of the same build, so this is a
  // defect that must be visible.
  port.on("message", (message: unknown) => void server.receive(message));
}

main();
