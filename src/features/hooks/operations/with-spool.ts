import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Clock, Ledger, Logger } from "../../../ports/ports.ts";

/** Backoff after a failed ingestion, in ms. Without it, every query would wait for the same lock or disk. */
const pauseMs = 10_000;

type Parts = Readonly<{
  ledger: Ledger;
  clock: Clock;
  logger: Logger;
  /** Whether events wait. Costs one check. */
  isWaiting(): boolean;
  /** Number of waiting events. */
  count(): number;
  /** Ingests the events. Its modules are loaded only when events wait, which most processes never see. */
  ingest(): Promise<void>;
}>;

/** Returns a ledger whose answers include the spool's events. If ingestion fails, it logs a warning and answers without them. */
export function withSpool({ ledger, clock, logger, isWaiting, count, ingest }: Parts): Ledger {
  let running: Promise<void> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  const take = async (): Promise<void> => {
    try {
      await ingest();
    } catch (error) {
      failedAt = clock.now().getTime();
      logger.warn(`Events of agents wait in ${ledger.home}/spool: ${toErrorView(error).message}`);
    }
  };
  const ready = async (): Promise<void> => {
    const isPaused = Math.abs(clock.now().getTime() - failedAt) < pauseMs;
    if (running === undefined && (isPaused || !isWaiting())) return;
    running ??= take().finally(() => {
      running = undefined;
    });
    await running;
  };
  const own: Pick<Ledger, "ask" | "record" | "summary" | "heads" | "inspect"> = {
    async ask(question, whose) {
      await ready();
      return ledger.ask(question, whose);
    },
    async record(drafts, options) {
      await ready();
      return ledger.record(drafts, options);
    },
    summary: async () => (isWaiting() ? null : ledger.summary()),
    async heads() {
      await ready();
      return ledger.heads();
    },
    async inspect() {
      await ready();
      return { ...(await ledger.inspect()), waitingEvents: count() };
    },
  };
  return new Proxy(ledger, { get: (target, name) => Reflect.get(Object.hasOwn(own, name) ? own : target, name) });
}
