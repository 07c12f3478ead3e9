import { bad, caution, good, muted, type Text, type Words } from "../../../kernel/document.ts";
import type { EvalRunView, EvalTrendView } from "../operations/views.ts";

/** Formats a duration in seconds: `42s`, or `3m 5s` from one minute on. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m ${whole % 60}s`;
}

/** Formats a share (0 to 1) in percent; 0% and 100% are shown only for exactly none and all. */
export function percent(share: number, { t, number }: Pick<Words, "t" | "number">): string {
  const rounded = Math.round(share * 100);
  return t("{0}%", number(share > 0 && share < 1 ? Math.min(99, Math.max(1, rounded)) : rounded));
}

/** Formats an amount, with `≥` when it may be higher. */
export const usdWithBound = (value: number, complete: boolean, { usd }: Pick<Words, "usd">): string =>
  `${complete ? "" : "≥ "}${usd(value)}`;

/** Formats the cost of a run; null when nothing is known of it, as for most tests that call no model. */
export const runCostText = (
  { cost_usd, cost_complete }: Pick<EvalRunView, "cost_usd" | "cost_complete">,
  words: Pick<Words, "usd">,
): string | null => (cost_usd === 0 && !cost_complete ? null : usdWithBound(cost_usd, cost_complete, words));

/** Formats a figure; `-` when it is not known. */
export const orDash = <Value>(value: Value | null | undefined, text: (known: Value) => string): string =>
  value === null || value === undefined ? "-" : text(value);

/** Formats a change of an amount or a duration, always with its sign. */
export const signed = (value: number, text: (size: number) => string): string =>
  `${value < 0 ? "-" : "+"}${text(Math.abs(value))}`;

/** A test's name with the suite before it. */
export const testName = ({ suite, name }: Readonly<{ suite: string; name: string }>): string =>
  suite === "" ? name : `${suite} / ${name}`;

export const passText = (passed: boolean, { t }: Pick<Words, "t">): Text => (passed ? good(t("PASS")) : bad(t("FAIL")));

/** `19/20`. */
export const passedText = ({ passed, total }: Pick<EvalRunView, "passed" | "total">, { number }: Pick<Words, "number">): string =>
  `${number(passed)}/${number(total)}`;

/** Formats the pass rate of a run: `19/20  95%`; if tests were repeated, also the share that passed every time: `pass^3 80%`. */
export function passRate(run: Pick<EvalRunView, "passed" | "total" | "pass_k">, words: Pick<Words, "t" | "number">): Text {
  const { passed, total, pass_k } = run;
  const tone = passed === total ? good : passed * 2 < total ? bad : caution;
  const rate = tone(`${passedText(run, words)}  ${total === 0 ? "-" : percent(passed / total, words)}`);
  if (pass_k === null || pass_k.rate === null) return rate;
  return [rate, muted(`  pass^${pass_k.k} ${percent(pass_k.rate, words)}`)];
}

/** Remarks on a run that matter when its figures are compared with others'; null for most runs. */
export function runRemarks(
  { partial, timestamp_given, stated_at }: Pick<EvalRunView, "partial" | "timestamp_given" | "stated_at">,
  { t }: Pick<Words, "t">,
): string | null {
  const marks = [
    ...(partial ? [t("incomplete")] : []),
    ...(timestamp_given ? [] : [t("time unknown")]),
    ...(stated_at === null ? [] : [t("dated ahead")]),
  ];
  return marks.length === 0 ? null : marks.join(", ");
}

type Translator = Pick<Words, "t">;

/** `3 passes in a row`. */
export function streakText({ type, count }: EvalTrendView["streak"], { t }: Translator): string {
  if (type === "pass") return count === 1 ? t("1 pass") : t("{0} passes in a row", count);
  return count === 1 ? t("1 fail") : t("{0} fails in a row", count);
}

/** A status in words. */
export function statusText(status: EvalTrendView["status"], { t }: Translator): string {
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
export function healthName(health: EvalTrendView["health"], { t }: Translator): string {
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
export const healthText = (health: EvalTrendView["health"], words: Translator): string =>
  `${healthSigns[health]} ${healthName(health, words)}`;

const passCount = (count: number, { t }: Translator): string => (count === 1 ? t("1 pass") : t("{0} passes", count));
const failCount = (count: number, { t }: Translator): string => (count === 1 ? t("1 fail") : t("{0} fails", count));

/** Why a test is in its state of health, in words. */
export function reasonText(reason: EvalTrendView["health_why"], words: Translator): string {
  const { t } = words;
  switch (reason.kind) {
    case "few":
      return reason.results === 1 ? t("Only 1 result") : t("Only {0} results", reason.results);
    case "all-passed":
      return t("Passed in all {0} results", reason.results);
    case "all-failed":
      return t("Failed in all {0} results", reason.results);
    case "turned-red":
      return t("{0} after {1}", streakText({ type: "fail", count: reason.count }, words), passCount(reason.before, words));
    case "turned-green":
      return t("{0} after {1}", streakText({ type: "pass", count: reason.count }, words), failCount(reason.before, words));
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

/** The run in which a test's state of health began, in words; null when no single change led to it. */
export function sinceText(
  { health_since: since }: Pick<EvalTrendView, "health_since">,
  { t, time }: Pick<Words, "t" | "time">,
): string | null {
  if (since === null) return null;
  const when = time(since.timestamp);
  return since.git_sha === "" ? t("the run of {0}", when) : t("the run of {0}, commit {1}", when, since.git_sha.slice(0, 10));
}

/** The pass rate with its 95 % interval: `67% (35% – 88%)`. */
export const rateText = ({ pass_rate, interval: [low, high] }: EvalTrendView, words: Pick<Words, "t" | "number">): string =>
  `${percent(pass_rate, words)} (${percent(low, words)} – ${percent(high, words)})`;

/** `↻` marks a test that passed only after a retry. */
export const markOf = ({ passed, retried }: Pick<EvalTrendView["results"][number], "passed" | "retried">): string =>
  passed ? (retried ? "↻" : "✓") : "✗";

/** The latest results of a test, oldest first, as one mark per result. */
export const marks = ({ results }: Pick<EvalTrendView, "results">, most: number): string =>
  results.slice(-most).map(markOf).join("");
