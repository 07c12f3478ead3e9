import type { EvalTrendView } from "../../features/evals/operations/views.ts";
import { fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** An amount in the way of the display language; below a cent with four decimals, so that a small bill is not zero. */
export const usd = (amount: number, { locale }: TimeStyle): string =>
  new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    ...(amount !== 0 && Math.abs(amount) < 0.01 ? { minimumFractionDigits: 4, maximumFractionDigits: 4 } : {}),
  }).format(amount);

/** An amount, with `≥` where it may be more. */
export const usdKnown = (amount: number, complete: boolean, style: TimeStyle): string =>
  `${complete ? "" : "≥ "}${usd(amount, style)}`;

/** A change of an amount, always with its sign. */
export const usdChange = (amount: number, style: TimeStyle): string => `${amount < 0 ? "−" : "+"}${usd(Math.abs(amount), style)}`;

/** A whole number in the way of the display language. */
export const whole = (value: number, { locale }: TimeStyle): string => new Intl.NumberFormat(locale).format(value);

/** A share of one in percent; it says 0 % and 100 % only of none and all. */
export function percent(share: number, { locale }: TimeStyle): string {
  const told = share > 0 && share < 1 ? Math.min(0.99, Math.max(0.01, share)) : share;
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(told);
}

/** `42 s`, from a minute on `3 m 5 s`. */
export function duration(seconds: number): string {
  const rounded = Math.round(seconds);
  return rounded < 60 ? `${rounded} s` : `${Math.floor(rounded / 60)} m ${rounded % 60} s`;
}

/** A test's name with the suite before it. */
export const testName = ({ suite, name }: Readonly<{ suite: string; name: string }>): string =>
  suite === "" ? name : `${suite} / ${name}`;

const mark = (passed: boolean): string => (passed ? "✓" : "✗");

/** The newest results of a test, oldest first, a mark each. */
export const marks = ({ results }: Pick<EvalTrendView, "results">, most: number): string =>
  results
    .slice(-most)
    .map(({ passed }) => mark(passed))
    .join("");

/** `3 passes in a row`. */
export function streak({ type, count }: EvalTrendView["streak"], t: Translate): string {
  if (type === "pass") return count === 1 ? t("1 pass") : t("{0} passes in a row", count);
  return count === 1 ? t("1 fail") : t("{0} fails in a row", count);
}

/** A status in words. */
export function statusText(status: EvalTrendView["status"], t: Translate): string {
  const texts: Readonly<Record<EvalTrendView["status"], string>> = {
    flaky: t("Flaky"),
    degrading: t("Degrading"),
    improving: t("Improving"),
    "stable-fail": t("Always failing"),
    "stable-pass": t("Passing"),
  };
  return texts[status];
}

/** A state of health in words. */
export function healthName(health: EvalTrendView["health"], t: Translate): string {
  const texts: Readonly<Record<EvalTrendView["health"], string>> = {
    broken: t("Broken"),
    degrading: t("Degrading"),
    flaky: t("Flaky"),
    recovering: t("Recovering"),
    "too-few": t("Too few results"),
    healthy: t("Healthy"),
  };
  return texts[health];
}

const healthSigns: Readonly<Record<EvalTrendView["health"], string>> = {
  broken: "✗",
  degrading: "↓",
  flaky: "~",
  recovering: "↑",
  "too-few": "?",
  healthy: "✓",
};

/** A state of health in words, with a sign of its own so that nothing depends on colours. */
export const healthText = (health: EvalTrendView["health"], t: Translate): string =>
  `${healthSigns[health]} ${healthName(health, t)}`;

const passCount = (count: number, t: Translate): string => (count === 1 ? t("1 pass") : t("{0} passes", count));
const failCount = (count: number, t: Translate): string => (count === 1 ? t("1 fail") : t("{0} fails", count));

/** Why a test is in its state of health, in words. */
export function reasonText(reason: EvalTrendView["health_why"], t: Translate): string {
  switch (reason.kind) {
    case "few":
      return reason.results === 1 ? t("Only 1 result") : t("Only {0} results", reason.results);
    case "all-passed":
      return t("Passed in all {0} results", reason.results);
    case "all-failed":
      return t("Failed in all {0} results", reason.results);
    case "turned-red":
      return t("{0} after {1}", streak({ type: "fail", count: reason.count }, t), passCount(reason.before, t));
    case "turned-green":
      return t("{0} after {1}", streak({ type: "pass", count: reason.count }, t), failCount(reason.before, t));
    case "one-fail":
      return reason.count === 1 ? t("One fail, 1 pass since") : t("One fail, {0} passes since", reason.count);
    case "one-pass":
      return reason.count === 1 ? t("One pass, 1 fail since") : t("One pass, {0} fails since", reason.count);
    case "changes":
      return t("Changed {0} times in {1} results", reason.changes, reason.results);
    case "disagrees":
      return reason.times === 1
        ? t("Passed and failed on the same code 1 time")
        : t("Passed and failed on the same code {0} times", reason.times);
    default:
      return reason satisfies never;
  }
}

/** The run from which on a test has been so, in words; null where no single change made it. */
export function sinceText(
  { health_since: since }: Pick<EvalTrendView, "health_since">,
  style: TimeStyle,
  t: Translate,
): string | null {
  if (since === null) return null;
  const time = fullTime(since.timestamp, style);
  return since.git_sha === "" ? t("the run of {0}", time) : t("the run of {0}, commit {1}", time, since.git_sha.slice(0, 10));
}

/** The pass rate with its 95 % interval: `67 % (35 % – 88 %)`. */
export const rateText = ({ pass_rate, interval: [low, high] }: EvalTrendView, style: TimeStyle): string =>
  `${percent(pass_rate, style)} (${percent(low, style)} – ${percent(high, style)})`;
