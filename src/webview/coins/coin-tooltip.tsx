import type { ComponentChildren, JSX } from "preact";
import type { CoinPointView } from "../../features/reviews/operations/views.ts";
import { baselineOf, type CoinLine, isOneRun } from "../shared/chart/lines.ts";
import { useTexts } from "../shared/contexts.ts";
import { mondayOf } from "../shared/periods.ts";
import type { Texts } from "../shared/texts.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { VerdictMark } from "../shared/verdict-mark.tsx";

type Props = Readonly<{
  line: CoinLine;
  point: CoinPointView;
  /** Whether several agents are shown, so that a point has to name its agent. */
  named: boolean;
  /** Where the point is, CSS pixels in the chart's box. */
  at: Readonly<{ left: number; top: number }>;
}>;

/** When the point happened, in words. */
export function pointTime(texts: Texts, line: CoinLine, point: CoinPointView): string {
  const time = Date.parse(point.at);
  if (isOneRun(point)) return texts.dateTime(time);
  const day = texts.day(time);
  return line.resolution === "week" ? texts.t("tooltip.week", { date: texts.dayName(mondayOf(day)) }) : texts.dayName(day);
}

/** How many runs of a point passed and failed, in words; verdicts without runs are left out. */
export function pointCounts(texts: Texts, point: CoinPointView): string {
  const parts = [
    ...(point.passes > 0 ? [texts.count("count.passes", point.passes)] : []),
    ...(point.advisories > 0 ? [texts.count("count.advisories", point.advisories)] : []),
    ...(point.fails > 0 ? [texts.count("count.fails", point.fails)] : []),
  ];
  return texts.list(parts);
}

/** The streak after a point, in words. */
export function pointStreak(texts: Texts, point: CoinPointView): string {
  return point.streak_block > 0 ? texts.count("streak.block", point.streak_block) : texts.count("streak.pass", point.streak_pass);
}

/** A point in one sentence, for a screen reader. */
export function pointSentence(texts: Texts, line: CoinLine, point: CoinPointView, named: boolean): string {
  const verdict = point.verdict === null ? pointCounts(texts, point) : texts.t(`verdict.${point.verdict}`);
  const bonus = point.bonuses + point.penalties;
  return [
    ...(named ? [line.agent] : []),
    pointTime(texts, line, point),
    verdict,
    `${texts.t("tooltip.earned")} ${texts.signedCoins(point.delta)}`,
    ...(bonus === 0 ? [] : [`${texts.t(bonus > 0 ? "formula.bonus" : "formula.penalty")} ${texts.signedCoins(bonus)}`]),
    `${texts.t("tooltip.coins")} ${texts.coins(point.coins)}`,
    pointStreak(texts, point),
  ].join(", ");
}

/** The coins that a run earned and how they came about; for a day or week, the total of its runs. */
export function ChartTooltip({ line, point, named, at }: Props): JSX.Element {
  const texts = useTexts();
  return (
    <Tooltip at={at}>
      <div class="tooltip-head">
        {point.verdict !== null && <VerdictMark verdict={point.verdict} />}
        <strong>{point.verdict === null ? texts.count("count.runs", point.runs) : texts.t(`verdict.${point.verdict}`)}</strong>
        {named && <span class="tooltip-agent">{line.agent}</span>}
      </div>
      <div class="muted">{pointTime(texts, line, point)}</div>
      {point.verdict === null && <div class="muted">{pointCounts(texts, point)}</div>}
      <dl class="sums">{isOneRun(point) ? <RunSums point={point} /> : <BucketSums point={point} />}</dl>
      <div class="muted hint">
        {texts.t(isOneRun(point) ? "tooltip.open" : line.resolution === "day" ? "tooltip.openDay" : "tooltip.openWeek")}
      </div>
    </Tooltip>
  );
}

function Sum({
  name,
  total = false,
  children,
}: Readonly<{ name: string; total?: boolean; children: ComponentChildren }>): JSX.Element {
  return (
    <div class={total ? "total" : ""}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function RunSums({ point }: Readonly<{ point: CoinPointView }>): JSX.Element {
  const texts = useTexts();
  const bonus = point.bonuses + point.penalties;
  return (
    <>
      <Sum name={texts.t("formula.score", { score: texts.number(point.score), baseline: texts.number(baselineOf(point)) })}>
        {texts.signedCoins(point.delta - bonus)}
      </Sum>
      {bonus !== 0 && (
        <Sum name={`${texts.t(bonus > 0 ? "formula.bonus" : "formula.penalty")} · ${pointStreak(texts, point)}`}>
          {texts.signedCoins(bonus)}
        </Sum>
      )}
      <Sum name={texts.t("formula.total")} total>
        {texts.signedCoins(point.delta)}
      </Sum>
      <Sum name={texts.t("tooltip.coins")}>{texts.coins(point.coins)}</Sum>
    </>
  );
}

function BucketSums({ point }: Readonly<{ point: CoinPointView }>): JSX.Element {
  const texts = useTexts();
  return (
    <>
      <Sum name={texts.t("tooltip.meanScore")}>{texts.number(point.score)}</Sum>
      {point.bonuses !== 0 && <Sum name={texts.t("tooltip.bonuses")}>{texts.signedCoins(point.bonuses)}</Sum>}
      {point.penalties !== 0 && <Sum name={texts.t("tooltip.penalties")}>{texts.signedCoins(point.penalties)}</Sum>}
      <Sum name={texts.t("tooltip.earned")} total>
        {texts.signedCoins(point.delta)}
      </Sum>
      <Sum name={texts.t("tooltip.coins")}>{texts.coins(point.coins)}</Sum>
    </>
  );
}
