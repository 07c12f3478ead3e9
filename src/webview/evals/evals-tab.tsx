import type { JSX } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { EvalOverviewTestView, EvalOverviewView } from "../../features/evals/operations/panel-views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { margin } from "../coins/coin-plot.ts";
import { addDays } from "../coins/periods.ts";
import type { Place } from "../shared/chart/lines.ts";
import { usePalette } from "../shared/chart/use-palette.ts";
import { useTexts } from "../shared/contexts.ts";
import { EmptyFilter } from "../shared/empty-filter.tsx";
import { focusSoon } from "../shared/focus.ts";
import type { Host } from "../shared/host.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import type { EvalPlace, PanelAction, PanelState, Span } from "../shared/state.ts";
import { tabPanelId } from "../shared/tab-list.tsx";
import { DataTable } from "../shared/table/data-table.tsx";
import { useWidth } from "../shared/use-width.ts";
import { EmptyEvals } from "./empty-evals.tsx";
import { evalLines, readableUnit } from "./eval-lines.ts";
import { type EvalScene, evalGutter } from "./eval-plot.ts";
import { evalRunColumns } from "./eval-run-table.tsx";
import { EvalTiles } from "./eval-tiles.tsx";
import { healthChoiceId } from "./health-choice.tsx";
import type { HeatPlace } from "./heat.ts";
import { PassRateChart } from "./pass-rate-chart.tsx";
import { TestsSection } from "./tests-section.tsx";
import { TierKey } from "./tier-key.tsx";

type Props = Readonly<{
  host: Host;
  view: EvalOverviewView;
  state: PanelState;
  dispatch(action: PanelAction): void;
  onFilter(filter: Partial<TrendsFilter>): void;
}>;

const runsId = "eval-runs";

/** Evals over time: nothing yet, nothing in this filter, or pass rates run by run and how each test has fared. */
export function EvalsTab({ host, view, state, dispatch, onFilter }: Props): JSX.Element {
  const texts = useTexts();
  const open = useCallback((place: EvalPlace) => dispatch({ type: "openEval", place, from: [] }), [dispatch]);
  if (!view.recorded) return <EmptyEvals host={host} />;
  if (view.runs.length === 0) {
    return (
      <EmptyFilter
        text={texts.t("evals.emptyFilter")}
        onAll={state.filter.period === "all" ? null : () => onFilter({ period: "all" })}
        onReset={() => dispatch({ type: "resetFilter" })}
      />
    );
  }
  return (
    <>
      <EvalTiles
        view={view}
        partly={state.evals.suite !== null || state.evals.tier !== null}
        onRun={(run) => open({ type: "run", run })}
        onHealth={(health) => {
          dispatch({ type: "testHealth", health });
          focusSoon(healthChoiceId);
        }}
        onRuns={() => {
          dispatch({ type: "present", tab: "evals", as: "table" });
          focusSoon(runsId);
        }}
        onCosts={() => {
          dispatch({ type: "tab", tab: "costs" });
          focusSoon(tabPanelId);
        }}
      />
      <Charts host={host} view={view} state={state} dispatch={dispatch} onFilter={onFilter} onOpen={open} />
    </>
  );
}

type ChartsProps = Props & Readonly<{ onOpen(place: EvalPlace): void }>;

/** The pass rates and the tests, on one axis of runs. */
function Charts({ host, view, state, dispatch, onFilter, onOpen }: ChartsProps): JSX.Element {
  const texts = useTexts();
  const palette = usePalette();
  const { ref, width } = useWidth();
  const [column, setColumn] = useState<number | null>(null);
  const gutter = evalGutter(width);
  const plotWidth = Math.max(1, width - gutter - margin);
  const unit = readableUnit(view, plotWidth);
  const lines = useMemo(() => evalLines(view, unit), [view, unit]);
  const scene = useMemo<EvalScene>(
    () => ({ runs: view.runs, lines, unit, palette, texts, gutter }),
    [view.runs, lines, unit, palette, texts, gutter],
  );
  const place = useMemo<HeatPlace>(
    () => ({ left: gutter, width: plotWidth, columns: view.runs.length, first: view.first_column }),
    [gutter, plotWidth, view.runs.length, view.first_column],
  );
  const openRun = useCallback((run: string) => onOpen({ type: "run", run }), [onOpen]);
  const openPlace = useCallback(
    ({ line, point: index }: Place): void => {
      const point = lines[line]?.points[index];
      if (point === undefined) return;
      if (point.run !== null) openRun(point.run.id);
      else if (point.sum !== null) {
        const { day } = point.sum;
        onFilter({ period: "custom", since: day, until: unit === "week" ? addDays(day, 6) : day });
      }
    },
    [lines, unit, openRun, onFilter],
  );
  const select = useCallback(
    ({ min, max }: Span): void => {
      const [first, last] = [view.runs[Math.max(0, Math.floor(min))], view.runs[Math.min(view.runs.length - 1, Math.floor(max))]];
      if (first === undefined || last === undefined) return;
      onFilter({
        period: "custom",
        since: texts.day(Date.parse(first.timestamp)),
        until: texts.day(Date.parse(last.timestamp)),
      });
    },
    [view.runs, onFilter, texts],
  );
  const openTest = useCallback(
    ({ tier, suite, name }: EvalOverviewTestView) => onOpen({ type: "test", test: { tier, suite, name } }),
    [onOpen],
  );
  const columns = useMemo(() => evalRunColumns(texts, openRun), [texts, openRun]);
  const chart = state.presentation.evals === "chart";
  const plotted = lines.some(({ points }) => points.length > 0);

  return (
    <div ref={ref}>
      <section class="section" aria-label={texts.t("evals.rates")} id={runsId} tabIndex={-1}>
        <div class="section-head">
          <h2>{texts.t("evals.rates")}</h2>
          <PresentationSwitch as={state.presentation.evals} onChange={(as) => dispatch({ type: "present", tab: "evals", as })} />
        </div>
        {chart ? (
          <>
            {!plotted && <p class="nothing">{texts.t("evals.noResults")}</p>}
            {plotted && width > 0 && (
              <PassRateChart scene={scene} column={column} onColumn={setColumn} onOpen={openPlace} onSelect={select} />
            )}
            <div class="chart-foot" style={{ marginLeft: `${gutter}px` }}>
              <TierKey lines={lines} />
              <p class="muted">
                {texts.t(`coins.resolution.${unit}`)} {texts.t(unit === "run" ? "evals.select" : "evals.select.finer")}
              </p>
            </div>
          </>
        ) : (
          <DataTable
            host={host}
            label={texts.t("evals.runs.table")}
            fileName="reward-ledger-eval-runs.csv"
            columns={columns}
            rows={view.runs}
            rowKey={({ id }) => id}
            firstSort={{ key: "at", descending: true }}
          />
        )}
      </section>
      <TestsSection
        host={host}
        view={view}
        state={state}
        dispatch={dispatch}
        palette={palette}
        place={place}
        column={column}
        onColumn={setColumn}
        onOpenTest={openTest}
        onOpenRun={openRun}
      />
    </div>
  );
}
