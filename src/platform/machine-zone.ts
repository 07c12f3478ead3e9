/** A zone's name that V8 takes from `TZ` as `Intl` would, or not at all, as for one that does not exist: it shows UTC then. */
const plainName = /^(?:UTC|[A-Za-z_]+(?:\/[A-Za-z_]+)+)$/;

/**
 * Whether the ledger's days are those of the machine's clock, whatever their zone is called. To find the name (`userCalendar`) costs a
 * short process more than its answer. False means only that the name has to be found.
 */
export const isMachineZone = (env: Readonly<Record<string, string | undefined>>): boolean =>
  (env["REWARD_LEDGER_TZ"] ?? "").trim() === "" && (env["TZ"] === undefined || plainName.test(env["TZ"]));
