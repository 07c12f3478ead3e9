import type { JSX } from "preact";
import type { HealthState } from "../../features/evals/model/health.ts";
import type { EvalOverviewRunView, EvalOverviewView } from "../../features/evals/operations/panel-views.ts";
import { atLeast } from "../shared/at-least.ts";
import { Change } from "../shared/change.tsx";
import { useTexts } from "../shared/contexts.ts";
import { Interval } from "../shared/interval.tsx";
import { Tile } from "../shared/tile.tsx";
import { countWords, intervalWords } from "./point-facts.tsx";

type Props = Readonly<{
  view: EvalOverviewView;
  /** Whether a filter selects only some tests of the runs. */
  partly: boolean;
  onRun(run: string): void;
  onHealth(health: HealthState | null): void;
  onRuns(): void;
  onCosts(): void;
}>;

/** States of health that need attention. */
const badHealths = ["broken", "degrading", "flaky"] as const satisfies readonly HealthState[];

/** The latest run with a result, and the previous one of its tier (and of its branch, where it has one). */
function newestRuns(
  runs: readonly EvalOverviewRunView[],
): Readonly<{ last: EvalOverviewRunView; before: EvalOverviewRunView | undefined }> | null {
  const last = runs.findLast(({ pass_rate: rate }) => rate !== null);
  if (last === undefined) return null;
  const earlier = runs.filter((run) => run !== last && run.pass_rate !== null && run.tier === last.tier);
  return { last, before: earlier.findLast((run) => run.git_branch === last.git_branch) ?? earlier.at(-1) };
}

/** The four numbers of the Evals tab. */
export function EvalTiles({ view, partly, onRun, onHealth, onRuns, onCosts }: Props): JSX.Element {
  const texts = useTexts();
  const { healths, runs } = view;
  const newest = newestRuns(runs);
  const badCount = badHealths.reduce((sum, health) => sum + healths[health], 0);
  const [first, last] = [runs[0], runs.at(-1)];
  return (
    <div class="tiles">
      <LastRunTile newest={newest} onRun={onRun} />
      <Tile
        name="eval-health"
        title={texts.t("evals.tile.health")}
        action={texts.t("evals.tile.health.open")}
        value={texts.number(badCount)}
        onOpen={() => onHealth(badHealths.find((health) => healths[health] > 0) ?? null)}
      >
        {badCount === 0
          ? texts.t("evals.tile.health.none", { tests: texts.count("count.tests", view.tests.length) })
          : texts.t("evals.tile.health.split", {
              broken: texts.number(healths.broken),
              degrading: texts.number(healths.degrading),
              flaky: texts.number(healths.flaky),
              tests: texts.count("count.tests", view.tests.length),
            })}
      </Tile>
      <Tile
        name="eval-runs"
        title={texts.t("evals.tile.runs")}
        action={texts.t("evals.tile.runs.open")}
        value={texts.number(runs.length)}
        onOpen={onRuns}
      >
        {first !== undefined && last !== undefined && first !== last
          ? `${texts.date(Date.parse(first.timestamp))} – ${texts.date(Date.parse(last.timestamp))}`
          : first !== undefined && texts.dateTime(Date.parse(first.timestamp))}
      </Tile>
      <Tile
        name="eval-cost"
        title={texts.t(partly ? "evals.tile.cost.whole" : "evals.tile.cost")}
        action={texts.t("evals.tile.cost.open")}
        value={atLeast(texts, view.cost_usd, view.complete)}
        onOpen={onCosts}
      >
        {view.per_run_usd !== null &&
          texts.t("evals.tile.cost.each", { cost: atLeast(texts, view.per_run_usd, view.each_complete) })}
      </Tile>
    </div>
  );
}

function LastRunTile({
  newest,
  onRun,
}: Readonly<{ newest: ReturnType<typeof newestRuns>; onRun(run: string): void }>): JSX.Element {
  const texts = useTexts();
  const rate = newest?.last.pass_rate ?? null;
  const before = newest?.before?.pass_rate ?? null;
  const change = rate === null || before === null ? null : rate.rate - before.rate;
  return (
    <Tile
      name="eval-rate"
      title={texts.t("evals.tile.rate")}
      action={texts.t("evals.tile.rate.open")}
      value={rate === null ? texts.t("tile.passRate.none") : texts.share(rate.rate)}
      onOpen={() => newest !== null && onRun(newest.last.id)}
    >
      {rate !== null && (
        <>
          <Interval rate={rate.rate} low={rate.low} high={rate.high} />
          <span>{countWords(texts, rate)}</span>
          <span>{intervalWords(texts, rate)}</span>
          {change !== null && (
            <Change amount={change} text={texts.t("evals.tile.rate.change", { points: texts.points(change) })} moreIsBetter />
          )}
        </>
      )}
    </Tile>
  );
}
