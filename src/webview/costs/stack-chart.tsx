import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { ChartSlider, spotOf, syncCrosshairs } from "../shared/chart/chart-slider.tsx";
import { walkCommand } from "../shared/chart/keyboard.ts";
import { Plot } from "../shared/chart/plot.tsx";
import { useChartHeight } from "../shared/chart/use-chart-height.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { type LineScene, type SliceEvents, type StackScene, slicePlotOptions, stackPlotOptions } from "./stack-plot.ts";

type Props = Readonly<{
  id: string;
  label: string;
  /** What the arrow keys do. */
  keys: string;
  scene: StackScene;
  /** One value per slice, drawn below the bars. */
  line: Readonly<{ title: string; scene: LineScene }> | null;
  /** A slice in one sentence, for a screen reader. */
  sentence(slice: number): string;
  /** The tooltip's content for a slice. */
  tooltip(slice: number): ComponentChildren;
  /** Opens a slice; null if there is no finer unit. */
  onOpen: ((slice: number) => void) | null;
}>;

type Size = Readonly<{ width: number; height: number }>;

const lineHeight = 96;

/** Bars over time and, below them, a line over the same slices. Both share a cursor, which the pointer and the keys move. */
export function StackChart({ id, label, keys, scene, line, sentence, tooltip, onOpen }: Props): JSX.Element {
  const syncKey = useId();
  const barPlot = useRef<uPlot | null>(null);
  const linePlot = useRef<uPlot | null>(null);
  const [slice, setSlice] = useState<number | null>(null);
  const height = useChartHeight();
  const count = scene.bars.length;

  // The index of a slice is only valid in its scene.
  useEffect(() => setSlice(null), [scene]);

  const events = useMemo<SliceEvents>(
    () => ({
      onHover: ({ cursor }) => {
        // Without an event, the cursor was moved by the keyboard, or in sync with the other plot.
        if (cursor.event === undefined) return;
        setSlice((cursor.left ?? -1) < 0 ? null : (cursor.idx ?? null));
      },
    }),
    [],
  );
  const data = useMemo<uPlot.AlignedData>(
    () => [scene.bars.map((_, index) => index), scene.bars.map(({ total }) => total)],
    [scene],
  );
  const lineData = useMemo<uPlot.AlignedData>(
    () => [scene.bars.map((_, index) => index), [...(line?.scene.values ?? [])]],
    [scene, line?.scene],
  );
  const span = useMemo(() => ({ min: -0.5, max: count - 0.5 }), [count]);
  const options = useCallback((size: Size) => stackPlotOptions(scene, syncKey, size, events), [scene, syncKey, events]);
  const lineScene = line?.scene ?? null;
  const lineOptions = useMemo(
    () => (lineScene === null ? null : (size: Size) => slicePlotOptions(lineScene, syncKey, size, events)),
    [lineScene, syncKey, events],
  );
  const setBarPlot = useCallback((plot: uPlot | null) => {
    barPlot.current = plot;
  }, []);
  const setLinePlot = useCallback((plot: uPlot | null) => {
    linePlot.current = plot;
  }, []);

  const open = (): void => {
    if (slice !== null) onOpen?.(slice);
  };
  const plot = barPlot.current;
  const bar = slice === null ? undefined : scene.bars[slice];
  const spot = plot === null || slice === null || bar === undefined ? null : spotOf(plot, slice, bar.total);

  // The crosshair of both plots follows the keyboard as it follows the pointer.
  useEffect(() => syncCrosshairs([barPlot.current, linePlot.current], slice ?? undefined));

  const current = slice ?? count - 1;
  return (
    <ChartSlider
      id={id}
      label={label}
      keys={keys}
      count={count}
      index={current}
      sentence={sentence(current)}
      pointing={slice !== null && onOpen !== null}
      commandOf={(key) =>
        walkCommand(key, [{ xs: scene.bars.map((_, index) => index) }], slice === null ? null : { line: 0, point: slice })
      }
      onCommand={(command) => (command.type === "move" ? setSlice(command.place.point) : open())}
      onOpen={open}
      onLeave={() => setSlice(null)}
    >
      <Plot options={options} data={data} height={height} span={span} onPlot={setBarPlot} />
      {line !== null && lineOptions !== null && (
        <>
          <div class="strip-title muted">{line.title}</div>
          <Plot options={lineOptions} data={lineData} height={lineHeight} span={span} onPlot={setLinePlot} />
        </>
      )}
      {spot !== null && slice !== null && <Tooltip at={spot}>{tooltip(slice)}</Tooltip>}
    </ChartSlider>
  );
}
