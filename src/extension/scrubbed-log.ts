import type { Logger } from "../ports/ports.ts";

/** A log that removes secrets from every message. */
export const scrubbedLog = (log: Logger, scrub: (text: string) => string): Logger => ({
  debug: (message) => log.debug(scrub(message)),
  info: (message) => log.info(scrub(message)),
  warn: (message) => log.warn(scrub(message)),
  error: (message) => log.error(scrub(message)),
});
