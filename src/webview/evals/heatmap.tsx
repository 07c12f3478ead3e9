import type { JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { EvalOverviewRunView, EvalOverviewTestView } from "../../features/evals/operations/panel-views.ts";
import type { Palette } from "../shared/chart/palette.ts";
import { useTexts } from "../shared/contexts.ts";
import type { Texts } from "../shared/texts.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { HealthMark } from "./health-mark.tsx";
import { reasonWords, sinceWords } from "./health-words.ts";
import { heatMove } from "./heatmap-keyboard.ts";
import { cellAt, cellState, columnBox, drawHeat, type HeatCell, type HeatPlace, heatRowHeight } from "./heatmap-plot.ts";

type Props = Readonly<{
  runs: readonly EvalOverviewRunView[];
  /** Rows from top to bottom. */
  tests: readonly EvalOverviewTestView[];
  place: HeatPlace;
  palette: Palette;
  /** The column selected elsewhere, highlighted here too. */
  column: number | null;
  onColumn(column: number | null): void;
  onOpenTest(test: EvalOverviewTestView): void;
  onOpenRun(run: string): void;
}>;

/** Maximum number of visible rows. */
const maxRows = 18;

/** A cell in one sentence, for a screen reader. */
function cellWords(texts: Texts, test: EvalOverviewTestView, run: EvalOverviewRunView, place: HeatPlace, column: number): string {
  return [
    test.suite === "" ? test.name : `${test.suite}: ${test.name}`,
    `${texts.t(`evals.health.${test.health}`)}: ${reasonWords(texts, test.health_why)}`,
    texts.dateTime(Date.parse(run.timestamp)),
    texts.t(`evals.cell.${cellState(test, column, place.first)}`),
  ].join(", ");
}

/** The strip of tests × runs. Only the visible rows are drawn. */
export function HeatStrip({ runs, tests, place, palette, column, onColumn, onOpenTest, onOpenRun }: Props): JSX.Element {
  const texts = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [top, setTop] = useState(0);
  const [cell, setCell] = useState<HeatCell | null>(null);
  const height = Math.min(tests.length, maxRows) * heatRowHeight;
  const width = place.left + place.width;

  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d") ?? null;
    if (canvas.current === null || context === null) return;
    const ratio = window.devicePixelRatio;
    canvas.current.width = Math.round(width * ratio);
    canvas.current.height = Math.round(height * ratio);
    drawHeat(context, palette, tests, place, { top, height, width, ratio });
  }, [palette, tests, place, top, height, width]);

  // Cells are valid for one list of tests only.
  useEffect(() => setCell(null), [tests, runs]);
  useEffect(() => onColumn(cell?.column ?? null), [cell, onColumn]);
  useEffect(() => () => onColumn(null), [onColumn]);

  const moveTo = useCallback((next: HeatCell): void => {
    setCell(next);
    const box = scroller.current;
    if (box === null) return;
    const rowTop = next.row * heatRowHeight;
    if (rowTop < box.scrollTop) box.scrollTop = rowTop;
    else if (rowTop + heatRowHeight > box.scrollTop + box.clientHeight) box.scrollTop = rowTop + heatRowHeight - box.clientHeight;
  }, []);
  const onPointer = (event: PointerEvent): void => {
    const box = scroller.current?.getBoundingClientRect();
    if (box === undefined) return;
    const next = cellAt(place, tests.length, event.clientX - box.left, event.clientY - box.top + top);
    setCell((before) => (before?.row === next?.row && before?.column === next?.column ? before : next));
  };
  const test = cell === null ? undefined : tests[cell.row];
  const run = cell === null ? undefined : runs[cell.column];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey) return;
    if (event.key === "Enter" && test !== undefined) onOpenTest(test);
    else if (event.key === " " && run !== undefined) onOpenRun(run.id);
    else {
      const next = heatMove(event, cell, { rows: tests.length, columns: place.columns, page: maxRows - 1 });
      if (next === null) return;
      moveTo(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const at = useMemo(() => {
    if (cell === null) return null;
    const box = columnBox(place, cell.column);
    return { left: box.left, width: box.width, top: cell.row * heatRowHeight - top };
  }, [cell, place, top]);
  const shownColumn = cell?.column ?? column;
  const line = shownColumn === null ? null : columnBox(place, shownColumn);

  return (
    <div class="heat-box">
      <div
        id="heat-strip"
        ref={scroller}
        class={`heat${cell === null ? "" : " over-point"}`}
        // A slider over the cells: screen readers pass its arrow keys on and read its value as it moves.
        role="slider"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, tests.length * place.columns)}
        aria-valuenow={cell === null ? 1 : cell.row * place.columns + cell.column + 1}
        aria-valuetext={
          test !== undefined && run !== undefined && cell !== null ? cellWords(texts, test, run, place, cell.column) : ""
        }
        aria-roledescription={texts.t("evals.heat.role")}
        aria-label={texts.t("evals.heat", {
          tests: texts.count("count.tests", tests.length),
          runs: texts.count("count.runs", runs.length),
        })}
        aria-describedby="heat-keys"
        tabIndex={0}
        style={{ height: `${height}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        onPointerMove={onPointer}
        onPointerLeave={() => setCell(null)}
        onBlur={() => setCell(null)}
        onKeyDown={onKeyDown}
        onClick={() => {
          scroller.current?.focus({ preventScroll: true });
          if (test !== undefined) onOpenTest(test);
        }}
      >
        <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />
        <div class="heat-room" style={{ height: `${tests.length * heatRowHeight}px` }} />
      </div>
      {line !== null && (
        <div
          class="heat-column"
          style={{ transform: `translateX(${line.left}px)`, width: `${line.width}px`, height: `${height}px` }}
        />
      )}
      {at !== null && test !== undefined && run !== undefined && cell !== null && (
        <>
          <div
            class="heat-cell"
            style={{ transform: `translate(${at.left}px, ${at.top}px)`, width: `${at.width}px`, height: `${heatRowHeight}px` }}
          />
          <Tooltip at={{ left: at.left + at.width / 2, top: at.top + heatRowHeight / 2 }}>
            <CellFacts
              test={test}
              run={run}
              since={runs[test.health_since ?? -1]}
              state={cellState(test, cell.column, place.first)}
            />
          </Tooltip>
        </>
      )}
      <p id="heat-keys" class="hidden-text">
        {texts.t("evals.heat.keys")}
      </p>
    </div>
  );
}

type FactsProps = Readonly<{
  test: EvalOverviewTestView;
  run: EvalOverviewRunView;
  /** The run since which the test has been in this state. */
  since: EvalOverviewRunView | undefined;
  state: ReturnType<typeof cellState>;
}>;

function CellFacts({ test, run, since, state }: FactsProps): JSX.Element {
  const texts = useTexts();
  return (
    <>
      <div class="tooltip-head">
        <strong>{texts.t(`evals.cell.${state}`)}</strong>
        <span class="tooltip-agent">{test.tier}</span>
      </div>
      <div class="tooltip-name">{test.suite === "" ? test.name : `${test.suite} › ${test.name}`}</div>
      <div class="muted">
        {texts.dateTime(Date.parse(run.timestamp))} · {run.git_branch} · {run.git_sha.slice(0, 7)}
      </div>
      <div class="with-mark">
        <HealthMark health={test.health} />
        {texts.t(`evals.health.${test.health}`)}: {reasonWords(texts, test.health_why)}
      </div>
      {since !== undefined && <div class="muted">{sinceWords(texts, since)}</div>}
      <div class="muted hint">{texts.t("evals.cell.open")}</div>
    </>
  );
}
