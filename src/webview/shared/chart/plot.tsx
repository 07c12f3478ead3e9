import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { Span } from "../state.ts";

type Size = Readonly<{ width: number; height: number }>;

type Props = Readonly<{
  /** Creates the options for a size; a different function recreates the plot. */
  options(size: Size): uPlot.Options;
  data: uPlot.AlignedData;
  height: number;
  /** The current span of the time axis. */
  span: Span;
  /** Called with each created plot, and with null before it is destroyed. */
  onPlot(plot: uPlot | null): void;
}>;

/** A uPlot in the page: recreated when its options or data change, resized with its container, and zoomed without recreation. */
export function Plot({ options, data, height, span, onPlot }: Props): JSX.Element {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);

  useLayoutEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const made = new uPlot(options({ width: Math.max(1, element.clientWidth), height }), data, element);
    plot.current = made;
    onPlot(made);
    const observer = new ResizeObserver(() => {
      const width = Math.max(1, element.clientWidth);
      if (width !== made.width) made.setSize({ width, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      onPlot(null);
      plot.current = null;
      made.destroy();
    };
  }, [options, data, height, onPlot]);

  useLayoutEffect(() => {
    const { min, max } = plot.current?.scales["x"] ?? {};
    if (min !== span.min || max !== span.max) plot.current?.setScale("x", { min: span.min, max: span.max });
  }, [span]);

  return <div class="plot" ref={holder} />;
}
