import type { JSX } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { EvalOverviewTestView, EvalOverviewView } from "../../features/evals/operations/panel-views.ts";
import { margin } from "../shared/chart/axis.ts";
import type { Place } from "../shared/chart/lines.ts";
import { usePalette } from "../shared/chart/use-palette.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { type FirstSteps, walkthrough } from "../shared/first-steps.tsx";
import { focusSoon } from "../shared/focus.ts";
import { addDays } from "../shared/periods.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import type { EvalPlace, Span } from "../shared/state.ts";
import { defineTab, type TabProps } from "../shared/tab.tsx";
import { tabPanelId } from "../shared/tab-list.tsx";
import { DataTable } from "../shared/table/data-table.tsx";
import { useWidth } from "../shared/use-width.ts";
import { EvalDrawer } from "./eval-drawer.tsx";
import { evalLines, readableUnit } from "./eval-lines.ts";
import { type EvalScene, evalGutter } from "./eval-plot.ts";
import { evalRunColumns } from "./eval-run-table.tsx";
import { EvalTiles } from "./eval-tiles.tsx";
import { healthChoiceId } from "./health-choice.tsx";
import type { HeatPlace } from "./heatmap-plot.ts";
import { PassRateChart } from "./pass-rate-chart.tsx";
import { TestsSection } from "./tests-section.tsx";
import { TierKey } from "./tier-key.tsx";

const firstSteps: FirstSteps = {
  title: "evals.empty.title",
  text: "evals.empty.text",
  steps: [
    { text: "evals.empty.step1", code: "reward-ledger eval import junit.xml" },
    { text: "evals.empty.step2", code: "reward-ledger/collector" },
    { text: "evals.empty.step3" },
  ],
  buttons: [
    { text: "evals.empty.push", command: "evalPush" },
    { text: "evals.empty.import", command: "evalImport" },
    { text: "empty.sample", command: "trySample" },
    walkthrough,
  ],
};

export const evals = defineTab({
  id: "evals",
  label: "tab.evals",
  filters: ["tier", "suite", "branch"],
  method: "evals",
  params: ({ filter, evals: narrowed }) => ({ filter, evals: narrowed }),
  size: ({ runs }) => ({ runs: runs.length, points: runs.length }),
  empty: ({ recorded, runs }) => (recorded ? (runs.length === 0 ? "filter" : null) : firstSteps),
  emptyFilter: "evals.emptyFilter",
  tiles: Tiles,
  view: Evals,
  drawer: ({ state }) => <EvalDrawer state={state} />,
});

const runsId = "eval-runs";

function Tiles({ view, state }: TabProps<EvalOverviewView>): JSX.Element {
  const { dispatch } = usePanel();
  return (
    <EvalTiles
      view={view}
      partly={state.evals.suite !== null || state.evals.tier !== null}
      onRun={(run) => dispatch({ type: "openEval", place: { type: "run", run }, from: [] })}
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
  );
}

/** The pass rates and the tests, on one axis of runs. */
function Evals({ view, state }: TabProps<EvalOverviewView>): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const onOpen = useCallback((place: EvalPlace) => dispatch({ type: "openEval", place, from: [] }), [dispatch]);
  const { evals: as = "chart" } = state.presentation;
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
        const until = unit === "week" ? addDays(day, 6) : day;
        dispatch({ type: "filter", filter: { period: "custom", since: day, until } });
      }
    },
    [lines, unit, openRun, dispatch],
  );
  const select = useCallback(
    ({ min, max }: Span): void => {
      const [first, last] = [view.runs[Math.max(0, Math.floor(min))], view.runs[Math.min(view.runs.length - 1, Math.floor(max))]];
      if (first === undefined || last === undefined) return;
      const since = texts.day(Date.parse(first.timestamp));
      const until = texts.day(Date.parse(last.timestamp));
      dispatch({ type: "filter", filter: { period: "custom", since, until } });
    },
    [view.runs, dispatch, texts],
  );
  const openTest = useCallback(
    ({ tier, suite, name }: EvalOverviewTestView) => onOpen({ type: "test", test: { tier, suite, name } }),
    [onOpen],
  );
  const columns = useMemo(() => evalRunColumns(texts, openRun), [texts, openRun]);
  const plotted = lines.some(({ points }) => points.length > 0);

  return (
    <div ref={ref}>
      <section class="section" aria-label={texts.t("evals.rates")} id={runsId} tabIndex={-1}>
        <div class="section-head">
          <h2>{texts.t("evals.rates")}</h2>
          <PresentationSwitch as={as} onChange={(chosen) => dispatch({ type: "present", tab: "evals", as: chosen })} />
        </div>
        {as === "chart" ? (
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
        view={view}
        state={state}
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
