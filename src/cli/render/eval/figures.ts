import { usdText } from "../../../features/evals/model/money.ts";
import type { EvalRunView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";

export const usd = usdText;

/** An amount, with `≥` where it may be more. */
export const usdKnown = (value: number, complete: boolean): string => `${complete ? "" : "≥ "}${usd(value)}`;

/** `-` where nothing is known. */
export const usdOrDash = (value: number | null): string => (value === null ? "-" : usd(value));

/** `42s`, from a minute on `3m 5s`. */
export function seconds(value: number): string {
  const whole = Math.round(value);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m ${whole % 60}s`;
}

/** A share of one in percent; it says 0% and 100% only of none and all. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return `${share > 0 && share < 1 ? Math.min(99, Math.max(1, rounded)) : rounded}%`;
}

/** Where a team is asked about and none is known. */
export const noTeam =
  "No team is set up here, or it was never synced.\nSet one up with `reward-ledger sync setup`, then run `reward-ledger sync now`.";

/** What is to be known of a run before its figures are compared with others'; null for most. */
export function runMark({ partial, timestamp_given, stated_at }: EvalRunView): string | null {
  const marks = [
    partial ? "incomplete" : null,
    timestamp_given ? null : "time unknown",
    stated_at === null ? null : "dated ahead",
  ].filter((mark) => mark !== null);
  return marks.length === 0 ? null : marks.join(", ");
}

/** PASS or FAIL, coloured. */
export const passText = (passed: boolean, { colors }: Style): string => (passed ? colors.green("PASS") : colors.red("FAIL"));

const fewestDigits = 8;

/** Makes ids as short as still tells them apart. Ids of one moment begin alike, because they begin with their time. */
export function shortIds(ids: readonly string[]): (id: string) => string {
  const distinct = [...new Set(ids)];
  let length = fewestDigits;
  while (length < 36 && new Set(distinct.map((id) => id.slice(0, length))).size < distinct.length) length += 1;
  return (id) => id.slice(0, length);
}
