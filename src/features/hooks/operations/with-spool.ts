import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Clock, Ledger, Logger } from "../../../ports/ports.ts";

/** Backoff after a failed ingestion, in ms. Without it, every query would wait for the same lock or disk. */
const retryDelayMs = 10_000;

type SpoolParts = Readonly<{
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
export function withSpool({ ledger, clock, logger, isWaiting, count, ingest }: SpoolParts): Ledger {
  let running: Promise<void> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  const tryIngest = async (): Promise<void> => {
    try {
      await ingest();
    } catch (error) {
      failedAt = clock.now().getTime();
      logger.warn(`Events of agents wait in ${ledger.home}/spool: ${toErrorView(error).message}`);
    }
  };
  const ensureIngested = async (): Promise<void> => {
    const isPaused = Math.abs(clock.now().getTime() - failedAt) < retryDelayMs;
    if (running === undefined && (isPaused || !isWaiting())) return;
    running ??= tryIngest().finally(() => {
      running = undefined;
    });
    await running;
  };
  const overrides: Pick<Ledger, "ask" | "record" | "summary" | "heads" | "inspect"> = {
    async ask(query, whose) {
      await ensureIngested();
      return ledger.ask(query, whose);
    },
    async record(drafts, options) {
      await ensureIngested();
      return ledger.record(drafts, options);
    },
    summary: async () => (isWaiting() ? null : ledger.summary()),
    async heads() {
      await ensureIngested();
      return ledger.heads();
    },
    async inspect() {
      await ensureIngested();
      return { ...(await ledger.inspect()), waitingEvents: count() };
    },
  };
  return new Proxy(ledger, { get: (target, name) => Reflect.get(Object.hasOwn(overrides, name) ? overrides : target, name) });
}
