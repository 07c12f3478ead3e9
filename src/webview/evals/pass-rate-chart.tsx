import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { ChartSlider, Ring, spotOf } from "../shared/chart/chart-slider.tsx";
import { walkCommand } from "../shared/chart/keyboard.ts";
import type { Place } from "../shared/chart/lines.ts";
import { Plot } from "../shared/chart/plot.tsx";
import { useTexts } from "../shared/contexts.ts";
import type { Span } from "../shared/state.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { nearestPoint } from "./eval-lines.ts";
import { type EvalPlotEvents, type EvalScene, evalPlotOptions, evalTable } from "./eval-plot.ts";
import { PointFacts, pointWords } from "./point-facts.tsx";

type Props = Readonly<{
  scene: EvalScene;
  /** The run selected elsewhere, whose column is highlighted here too. */
  column: number | null;
  onColumn(column: number | null): void;
  onOpen(place: Place): void;
  onSelect(span: Span): void;
}>;

export const passRateChartId = "pass-rate-chart";

const height = 240;

/** Pass rates run by run, a line per tier with the 95 % interval as a band; pointer and keyboard share the cursor. */
export function PassRateChart({ scene, column, onColumn, onOpen, onSelect }: Props): JSX.Element {
  const texts = useTexts();
  const plot = useRef<uPlot | null>(null);
  const [place, setPlace] = useState<Place | null>(null);
  const { lines, runs } = scene;
  const span = useMemo<Span>(() => ({ min: 0, max: Math.max(1, runs.length) }), [runs.length]);

  // Point positions are valid for one scene only.
  useEffect(() => setPlace(null), [scene]);

  const events = useMemo<EvalPlotEvents>(
    () => ({
      onHover: (chart) => {
        // Without an event, the keyboard or the strip moved the cursor.
        if (chart.cursor.event === undefined) return;
        const { left = -1, top = -1 } = chart.cursor;
        const next =
          left < 0
            ? null
            : nearestPoint(
                lines,
                { left, top },
                {
                  left: (x) => chart.valToPos(x, "x"),
                  top: (rate) => chart.valToPos(rate, "y"),
                  x: (at) => chart.posToVal(at, "x"),
                },
              );
        setPlace((before) => (before?.line === next?.line && before?.point === next?.point ? before : next));
      },
      onSelect,
    }),
    [lines, onSelect],
  );
  const data = useMemo(() => evalTable(lines, runs.length), [lines, runs.length]);
  const options = useCallback(
    (size: Readonly<{ width: number; height: number }>) => evalPlotOptions(scene, size, events),
    [scene, events],
  );
  const setPlot = useCallback((made: uPlot | null) => {
    plot.current = made;
  }, []);

  const point = place === null ? undefined : lines[place.line]?.points[place.point];
  const x = place === null ? undefined : lines[place.line]?.xs[place.point];
  useEffect(() => onColumn(x === undefined ? null : Math.floor(x)), [x, onColumn]);
  useEffect(() => () => onColumn(null), [onColumn]);

  // The crosshair follows the keyboard and the strip as it follows the pointer.
  useEffect(() => {
    const chart = plot.current;
    if (chart === null || (place !== null && chart.cursor.event !== undefined)) return;
    const at = x ?? (column === null ? undefined : column + 0.5);
    chart.setCursor(at === undefined ? { left: -10, top: -10 } : { left: chart.valToPos(at, "x"), top: 0 }, false);
  });

  const open = (): void => {
    if (place !== null) onOpen(place);
  };
  const spot =
    plot.current === null || point === undefined || x === undefined ? null : spotOf(plot.current, x, point.passRate.rate);
  const line = lines[place?.line ?? 0];
  const index = place?.point ?? Math.max(0, (line?.points.length ?? 0) - 1);
  const current = line?.points[index];
  const [first, last] = [runs[0], runs.at(-1)];

  return (
    <ChartSlider
      id={passRateChartId}
      label={texts.t("evals.chart", {
        runs: texts.count("count.runs", runs.length),
        from: texts.date(Date.parse(first?.timestamp ?? "") || 0),
        to: texts.date(Date.parse(last?.timestamp ?? "") || 0),
      })}
      role={texts.t("coins.chart.role")}
      keys={texts.t("evals.chart.keys")}
      count={line?.points.length ?? 1}
      index={index}
      sentence={line === undefined || current === undefined ? "" : pointWords(texts, scene, line.tier, current)}
      pointing={place !== null}
      commandOf={(key) => walkCommand(key, lines, place)}
      onCommand={(command) => (command.type === "move" ? setPlace(command.place) : open())}
      onOpen={open}
      onLeave={() => setPlace(null)}
    >
      <Plot options={options} data={data} height={height} span={span} onPlot={setPlot} />
      {spot !== null && line !== undefined && point !== undefined && (
        <>
          <Ring at={spot} />
          <Tooltip at={spot}>
            <PointFacts unit={scene.unit} tier={line.tier} point={point} />
          </Tooltip>
        </>
      )}
    </ChartSlider>
  );
}
