import type { ComponentChildren, JSX } from "preact";
import type { EvalPassRateView } from "../../features/evals/operations/panel-views.ts";
import { atLeast } from "../shared/at-least.ts";
import { useTexts } from "../shared/contexts.ts";
import type { Texts } from "../shared/texts.ts";
import type { EvalPoint, EvalUnit } from "./eval-lines.ts";
import { markWords } from "./run-marks.ts";

/** The time of a point, in words. */
function timeWords(texts: Texts, unit: EvalUnit, { run, sum }: EvalPoint): string {
  if (run !== null) return texts.dateTime(Date.parse(run.timestamp));
  if (sum === null) return "";
  return unit === "week" ? texts.t("tooltip.week", { date: texts.dayName(sum.day) }) : texts.dayName(sum.day);
}

/** The 95 % interval in words. */
export const intervalWords = (texts: Texts, { low, high }: Pick<EvalPassRateView, "low" | "high">): string =>
  texts.t("tile.passRate.interval", { level: texts.percent(0.95), low: texts.share(low), high: texts.share(high) });

/** Passed and total, in words. */
export const countWords = (texts: Texts, { passed, total }: Pick<EvalPassRateView, "passed" | "total">): string =>
  texts.t("tile.passRate.count", { passed: texts.number(passed), total: texts.number(total) });

/** A point in one sentence, for a screen reader. */
export function pointWords(texts: Texts, { unit }: Readonly<{ unit: EvalUnit }>, tier: string, point: EvalPoint): string {
  const { passRate, run, sum } = point;
  return [
    tier,
    timeWords(texts, unit, point),
    ...(sum === null ? [] : [texts.count("count.runs", sum.runs)]),
    texts.share(passRate.rate),
    countWords(texts, passRate),
    intervalWords(texts, passRate),
    ...(run === null ? [] : [run.git_branch, ...[markWords(texts, run)].filter((words) => words !== "")]),
  ].join(", ");
}

function Fact({ name, children }: Readonly<{ name: string; children: ComponentChildren }>): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What a point of the pass rates covers: a run, or the runs of a day or week. */
export function PointFacts({ unit, tier, point }: Readonly<{ unit: EvalUnit; tier: string; point: EvalPoint }>): JSX.Element {
  const texts = useTexts();
  const { run, sum, passRate } = point;
  const bill = run ?? sum;
  const marks = run === null ? "" : markWords(texts, run);
  return (
    <>
      <div class="tooltip-head">
        <strong>{texts.share(passRate.rate)}</strong>
        <span class="tooltip-agent">{tier}</span>
      </div>
      <div class="muted">{timeWords(texts, unit, point)}</div>
      <dl class="sums">
        {sum !== null && <Fact name={texts.t("evals.runs")}>{texts.number(sum.runs)}</Fact>}
        <Fact name={texts.t("evals.passed")}>{countWords(texts, passRate)}</Fact>
        <Fact name={texts.t("evals.interval")}>
          {texts.share(passRate.low)} – {texts.share(passRate.high)}
        </Fact>
        {run !== null && (
          <>
            <Fact name={texts.t("filter.branch")}>{run.git_branch}</Fact>
            <Fact name={texts.t("run.commit")}>{run.git_sha.slice(0, 10)}</Fact>
            {marks !== "" && <Fact name={texts.t("evals.mark")}>{marks}</Fact>}
            {run.label !== null && <Fact name={texts.t("evals.label")}>{run.label}</Fact>}
            <Fact name={texts.t("evals.duration")}>{texts.duration(run.duration_seconds * 1000)}</Fact>
          </>
        )}
        <Fact name={texts.t("evals.cost")}>{bill === null ? "" : atLeast(texts, bill.cost_usd, bill.complete)}</Fact>
      </dl>
      <div class="muted hint">
        {texts.t(run !== null ? "tooltip.open" : unit === "day" ? "tooltip.openDay" : "tooltip.openWeek")}
      </div>
    </>
  );
}
