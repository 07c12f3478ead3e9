/** A zone name that V8 reads from `TZ` in the same way as `Intl`, or rejects (a zone that does not exist): it then shows UTC. */
const plainName = /^(?:UTC|[A-Za-z_]+(?:\/[A-Za-z_]+)+)$/;

/**
 * Whether the ledger's days are those of the machine's clock, whatever the name of their zone is. Finding the name
 * (`userCalendar`) takes longer than the rest of a short process. False means only that the name has to be found.
 */
export const isMachineZone = (env: Readonly<Record<string, string | undefined>>): boolean =>
  (env["REWARD_LEDGER_TZ"] ?? "").trim() === "" && (env["TZ"] === undefined || plainName.test(env["TZ"]));
