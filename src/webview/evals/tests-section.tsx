import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { EvalOverviewTestView, EvalOverviewView } from "../../features/evals/operations/panel-views.ts";
import type { Palette } from "../shared/chart/palette.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import type { PanelState } from "../shared/state.ts";
import { VirtualTable } from "../shared/table/virtual-table.tsx";
import { HealthChoice } from "./health-choice.tsx";
import { HeatStrip } from "./heatmap.tsx";
import type { HeatPlace } from "./heatmap-plot.ts";
import { matchingTests, sortByHealth, testColumns, testId } from "./test-table.tsx";

type Props = Readonly<{
  view: EvalOverviewView;
  state: PanelState;
  palette: Palette;
  place: HeatPlace;
  column: number | null;
  onColumn(column: number | null): void;
  onOpenTest(test: EvalOverviewTestView): void;
  onOpenRun(run: string): void;
}>;

/** Each test over its runs: the strip of tests × runs, and the same tests as a table. */
export function TestsSection({ view, state, palette, place, column, onColumn, onOpenTest, onOpenRun }: Props): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const { testHealth, testQuery } = state;
  const ordered = useMemo(() => sortByHealth(view.tests), [view.tests]);
  const tests = useMemo(() => matchingTests(ordered, testHealth, testQuery), [ordered, testHealth, testQuery]);
  const columns = useMemo(() => testColumns(view, texts), [view, texts]);
  const opened = state.evalPlaces.at(-1);
  const current = opened?.type === "test" ? testId(opened.test) : null;
  const narrowed = testHealth !== null || testQuery !== "";
  const hidden = view.first_column;

  return (
    <section class="section" aria-label={texts.t("evals.tests")}>
      <div class="section-head">
        <h2>{texts.t("evals.tests")}</h2>
        <HealthChoice counts={view.healths} chosen={testHealth} onChoose={(health) => dispatch({ type: "testHealth", health })} />
        <label class="search">
          <span class="hidden-text">{texts.t("evals.find")}</span>
          <input
            type="search"
            placeholder={texts.t("evals.find")}
            value={testQuery}
            onInput={(event) => dispatch({ type: "testQuery", query: event.currentTarget.value })}
          />
        </label>
        <span class="muted" aria-live="polite">
          {narrowed
            ? texts.t("violations.shown", { shown: texts.number(tests.length), total: texts.number(view.tests.length) })
            : ""}
        </span>
      </div>
      {tests.length === 0 ? (
        <div class="nothing">
          <p>{texts.t(view.tests.length === 0 ? "evals.noTests" : "evals.noMatch")}</p>
          {narrowed && (
            <button
              type="button"
              class="secondary"
              onClick={() => {
                dispatch({ type: "testHealth", health: null });
                dispatch({ type: "testQuery", query: "" });
              }}
            >
              {texts.t("evals.showAll")}
            </button>
          )}
        </div>
      ) : (
        <>
          {place.width > 1 && (
            <HeatStrip
              runs={view.runs}
              tests={tests}
              place={place}
              palette={palette}
              column={column}
              onColumn={onColumn}
              onOpenTest={onOpenTest}
              onOpenRun={onOpenRun}
            />
          )}
          <div class="heat-foot">
            <CellKey />
            {hidden > 0 && <p class="muted">{texts.t("evals.heat.cut", { n: texts.number(view.runs.length - hidden) })}</p>}
          </div>
          <VirtualTable
            label={texts.t("evals.tests.table")}
            fileName="reward-ledger-eval-tests.csv"
            columns={columns}
            rows={tests}
            rowKey={testId}
            lead="name"
            firstSort={null}
            current={current}
            onOpen={onOpenTest}
          />
        </>
      )}
    </section>
  );
}

type CellSample = Readonly<{
  name: "passed" | "failed" | "mixed" | "absent";
  rects: readonly (readonly [kind: string, x: number, y: number, width: number, height: number])[];
}>;

const cellSamples: readonly CellSample[] = [
  { name: "passed", rects: [["pass", 0, 9, 8, 5]] },
  { name: "failed", rects: [["fail", 0, 0, 8, 14]] },
  {
    name: "mixed",
    rects: [
      ["pass", 0, 9, 4, 5],
      ["fail", 4, 0, 4, 14],
    ],
  },
  { name: "absent", rects: [["none", 0.5, 0.5, 7, 13]] },
];

/** Explains the cells of the strip. */
function CellKey(): JSX.Element {
  const texts = useTexts();
  return (
    <ul class="mark-key" aria-label={texts.t("coins.key")}>
      {cellSamples.map(({ name, rects }) => (
        <li key={name}>
          <svg class="cell-sample" viewBox="0 0 8 14" width="8" height="14" aria-hidden="true">
            {rects.map(([kind, x, y, width, height]) => (
              <rect key={kind} class={kind} x={x} y={y} width={width} height={height} />
            ))}
          </svg>
          {texts.t(`evals.cell.${name}`)}
        </li>
      ))}
    </ul>
  );
}
