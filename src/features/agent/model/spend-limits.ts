import { microsToUsd, usdText } from "../../evals/model/money.ts";
import type { AgentQueries } from "./queries.ts";

/*
 * Spending against its limits, in integers of millionths of a dollar. Part of the bundles that must answer immediately, so it
 * imports no schema.
 */

/** A quarter of an hour, in ms. Days begin on one in every current time zone. */
export const quarterMs = 15 * 60_000;
const dayMs = 86_400_000;

/** Apply until other limits are set. Source: the plan's budget.toml. */
export const defaultLimits = {
  daily_usd_micros: 25_000_000,
  weekly_usd_micros: 100_000_000,
  monthly_usd_micros: 300_000_000,
  allow_extension_request: 1,
  extension_max_per_day_usd_micros: 50_000_000,
} as const;

/** `warning` from 80 % of a limit, `exhausted` from 100 %. */
export type BudgetLevel = "ok" | "warning" | "exhausted";

const warnPercent = 80;

/** Returns the level of spending against a limit. A limit of 0 allows nothing. */
export function levelOf(spent: number, limit: number): BudgetLevel {
  if (spent >= limit) return "exhausted";
  return spent * 100 >= limit * warnPercent ? "warning" : "ok";
}

/** Recent spending and the limits: enough to sum the periods of any later instant in any time zone. */
export type RecentSpend = Readonly<{
  /** Null if no limits were set; the defaults apply then. */
  limits: Readonly<{
    daily_usd_micros: number;
    weekly_usd_micros: number;
    monthly_usd_micros: number;
    allow_extension_request: number;
  }> | null;
  extensions: readonly Readonly<{ granted_at: string; usd_micros: number }>[];
  /**
   * Quarters of an hour with spending, ascending: number of the quarter since the epoch, and amount in millionths of a dollar.
   */
  quarters: readonly (readonly [quarter: number, micros: number])[];
}>;

/** How far back recent spending reaches, in ms: a month, plus a day for time zones. */
const recentMs = 32 * dayMs;
/** Spending that is dated in the future is read too; it counts once its time comes. */
const endOfTime = 8.64e15;
/** Extensions are read this many ms around now: they apply to one day, and time zones differ by less than another day. */
const extensionMs = 2 * dayMs;

/** Reads recent spending from the ledger. */
export function readRecentSpend(agent: Pick<AgentQueries, "budget" | "extensions" | "spendByQuarter">, now: Date): RecentSpend {
  const [at, limits] = [now.getTime(), agent.budget()];
  return {
    limits:
      limits === undefined
        ? null
        : {
            daily_usd_micros: limits.daily_usd_micros,
            weekly_usd_micros: limits.weekly_usd_micros,
            monthly_usd_micros: limits.monthly_usd_micros,
            allow_extension_request: limits.allow_extension_request,
          },
    extensions: agent
      .extensions({ from: at - extensionMs, to: at + extensionMs })
      .map(({ granted_at, usd_micros }) => ({ granted_at, usd_micros })),
    quarters: agent
      .spendByQuarter({ from: at - recentMs, to: endOfTime })
      .map(({ start, usd_micros }) => [start / quarterMs, usd_micros] as const),
  };
}

/** Bounds of the day and of the month that contain an instant, in ms since the epoch; `from` included, `to` excluded. */
export type Bounds = Readonly<{ dayFrom: number; dayTo: number; monthFrom: number; monthTo: number }>;

/** Computes the bounds in the machine's time zone. */
export function localBounds(now: Date): Bounds {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  return {
    dayFrom: new Date(year, month, day).getTime(),
    dayTo: new Date(year, month, day + 1).getTime(),
    monthFrom: new Date(year, month, 1).getTime(),
    monthTo: new Date(year, month + 1, 1).getTime(),
  };
}

type PeriodSpend = Readonly<{ spent: number; limit: number; level: BudgetLevel }>;
export type SpendStatus = Readonly<{ today: PeriodSpend; week: PeriodSpend; month: PeriodSpend; canExtend: boolean }>;

/** Computes spending of the day, of the last seven days and of the month against the limits, at an instant. */
export function spendStatus({ limits, extensions, quarters }: RecentSpend, now: Date, bounds: Bounds): SpendStatus {
  const at = now.getTime();
  const { daily_usd_micros, weekly_usd_micros, monthly_usd_micros, allow_extension_request } = limits ?? defaultLimits;
  const spent = (from: number, to: number): number => {
    const [first, end] = [Math.floor(from / quarterMs), Math.ceil(to / quarterMs)];
    return quarters.reduce((sum, [quarter, micros]) => (quarter >= first && quarter < end ? sum + micros : sum), 0);
  };
  const periodSpend = (sum: number, limit: number): PeriodSpend => ({ spent: sum, limit, level: levelOf(sum, limit) });
  const extended = extensions.reduce((sum, { granted_at, usd_micros }) => {
    const granted = Date.parse(granted_at);
    return granted >= bounds.dayFrom && granted < bounds.dayTo ? sum + usd_micros : sum;
  }, 0);
  return {
    today: periodSpend(spent(bounds.dayFrom, bounds.dayTo), daily_usd_micros + extended),
    week: periodSpend(spent(at - 7 * dayMs, at + 1), weekly_usd_micros),
    month: periodSpend(spent(bounds.monthFrom, bounds.monthTo), monthly_usd_micros),
    canExtend: allow_extension_request === 1,
  };
}

/** Returns why the agent is blocked and what to do about it; undefined if it is not blocked. */
export function blockReason({ today, week, month, canExtend }: SpendStatus): string | undefined {
  const message = (period: string, { spent, limit }: PeriodSpend, command: string): string =>
    `Reward Ledger: ${usdText(microsToUsd(spent))} of the limit of ${usdText(microsToUsd(limit))} ${period} is spent, so the agent is blocked. To go on, a person runs \`${command}\`.`;
  const raisedLimit = ({ limit, spent }: PeriodSpend): string => String(Math.ceil(Math.max(limit, spent) / 1_000_000) + 5);
  if (month.level === "exhausted")
    return message("for this month", month, `reward-ledger budget set --monthly ${raisedLimit(month)} --confirm`);
  if (week.level === "exhausted")
    return message("for seven days", week, `reward-ledger budget set --weekly ${raisedLimit(week)} --confirm`);
  if (today.level !== "exhausted") return undefined;
  const over = Math.ceil(Math.max(0, today.spent - today.limit) / 1_000_000);
  return message(
    "for today",
    today,
    canExtend ? `reward-ledger budget extend ${over + 5}` : `reward-ledger budget set --daily ${raisedLimit(today)} --confirm`,
  );
}
