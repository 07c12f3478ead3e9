import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { chartCommand } from "../shared/chart/keyboard.ts";
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
  /** A value a slice, drawn below the bars. */
  line: Readonly<{ title: string; scene: LineScene }> | null;
  /** A slice in one sentence, for a screen reader. */
  sentence(slice: number): string;
  /** What the tooltip says of a slice. */
  tooltip(slice: number): ComponentChildren;
  /** Opens a slice; null where there is nothing finer to see. */
  onOpen: ((slice: number) => void) | null;
}>;

type Size = Readonly<{ width: number; height: number }>;

const lineHeight = 96;

/** Bars over time and, below them, a line over the same slices. One cursor for both, by pointer and by keys. */
export function StackChart({ id, label, keys, scene, line, sentence, tooltip, onOpen }: Props): JSX.Element {
  const syncKey = useId();
  const keysId = useId();
  const box = useRef<HTMLDivElement>(null);
  const bars = useRef<uPlot | null>(null);
  const below = useRef<uPlot | null>(null);
  const [slice, setSlice] = useState<number | null>(null);
  const height = useChartHeight();
  const count = scene.bars.length;

  // A slice is that of one scene; another scene has others.
  useEffect(() => setSlice(null), [scene]);

  const events = useMemo<SliceEvents>(
    () => ({
      onHover: ({ cursor }) => {
        // Without an event it is the keyboard that moved the cursor, or the other plot that follows this one.
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
  const keepBars = useCallback((plot: uPlot | null) => {
    bars.current = plot;
  }, []);
  const keepBelow = useCallback((plot: uPlot | null) => {
    below.current = plot;
  }, []);

  const open = (): void => {
    if (slice !== null) onOpen?.(slice);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = slice === null ? null : { line: 0, point: slice };
    const command = chartCommand(event.key, [{ xs: scene.bars.map((_, index) => index) }], () => true, place);
    if (command === null || command.type === "zoom" || command.type === "resetZoom") return;
    event.preventDefault();
    event.stopPropagation();
    if (command.type === "move") setSlice(command.place.point);
    else open();
  };

  const plot = bars.current;
  const bar = slice === null ? undefined : scene.bars[slice];
  const at =
    plot === null || slice === null || bar === undefined
      ? null
      : {
          left: plot.over.offsetLeft + plot.valToPos(slice, "x"),
          top: plot.over.offsetTop + plot.valToPos(bar.total, "y"),
        };

  // The crosshair of both plots follows the keyboard as it follows the pointer.
  useEffect(() => {
    if (bars.current === null || slice === null || bars.current.cursor.event !== undefined) return;
    const left = bars.current.valToPos(slice, "x");
    bars.current.setCursor({ left, top: 0 }, false);
    below.current?.setCursor({ left, top: 0 }, false);
  });

  const meant = slice ?? count - 1;
  return (
    <div class="chart-box">
      <div
        id={id}
        ref={box}
        class={`chart${slice === null || onOpen === null ? "" : " over-point"}`}
        // A slider over the slices: screen readers pass its arrow keys on and read its value as it moves.
        role="slider"
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, count)}
        aria-valuenow={meant + 1}
        aria-valuetext={sentence(meant)}
        aria-label={label}
        aria-describedby={keysId}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={() => {
          box.current?.focus({ preventScroll: true });
          open();
        }}
        onBlur={() => setSlice(null)}
      >
        <Plot options={options} data={data} height={height} span={span} onPlot={keepBars} />
        {line !== null && lineOptions !== null && (
          <>
            <div class="strip-title muted">{line.title}</div>
            <Plot options={lineOptions} data={lineData} height={lineHeight} span={span} onPlot={keepBelow} />
          </>
        )}
        {at !== null && slice !== null && <Tooltip at={at}>{tooltip(slice)}</Tooltip>}
      </div>
      <p id={keysId} class="hidden-text">
        {keys}
      </p>
    </div>
  );
}
