import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import type uPlot from "uplot";

type Props<Command> = Readonly<{
  id: string;
  label: string;
  /** Role description that replaces "slider". */
  role?: string;
  /** Description of the keys. */
  keys: string;
  /** Number of points on the line that the keys move along, and index of the current one. */
  count: number;
  index: number;
  /** Description of the current point, one sentence. */
  sentence: string;
  /** Whether a click would open something. */
  pointing: boolean;
  /** The command of a key; null if the chart does not use the key. */
  commandOf(key: string): Command | null;
  onCommand(command: Command): void;
  onOpen(): void;
  onLeave(): void;
  children: ComponentChildren;
}>;

/**
 * A chart that is usable by pointer and keys: a slider over its points. Screen readers pass on its arrow keys and read its value.
 */
export function ChartSlider<Command>(props: Props<Command>): JSX.Element {
  const { id, label, role, keys, count, index, sentence, pointing, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const keysId = useId();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const command = props.commandOf(event.key);
    if (command === null) return;
    event.preventDefault();
    event.stopPropagation();
    props.onCommand(command);
  };
  return (
    <div class="chart-box">
      <div
        id={id}
        ref={box}
        class={`chart${pointing ? " over-point" : ""}`}
        role="slider"
        aria-orientation="horizontal"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, count)}
        aria-valuenow={index + 1}
        aria-valuetext={sentence}
        {...(role === undefined ? {} : { "aria-roledescription": role })}
        aria-label={label}
        aria-describedby={keysId}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={() => {
          box.current?.focus({ preventScroll: true });
          props.onOpen();
        }}
        onBlur={props.onLeave}
      >
        {children}
      </div>
      <p id={keysId} class="hidden-text">
        {keys}
      </p>
    </div>
  );
}

/** A position in the chart's box, CSS pixels. */
export type Spot = Readonly<{ left: number; top: number }>;

/** The position at which a plot shows a value. */
export const spotOf = (plot: uPlot, x: number, y: number): Spot => ({
  left: plot.over.offsetLeft + plot.valToPos(x, "x"),
  top: plot.over.offsetTop + plot.valToPos(y, "y"),
});

/** A ring around the current point. */
export const Ring = ({ at: { left, top } }: Readonly<{ at: Spot }>): JSX.Element => (
  <div class="ring" style={{ transform: `translate(${left}px, ${top}px)` }} />
);

/** Moves the crosshairs to a value, unless the pointer has placed them already. */
export function syncCrosshairs(plots: readonly (uPlot | null)[], x: number | undefined): void {
  const [first] = plots;
  if (first === undefined || first === null || x === undefined || first.cursor.event !== undefined) return;
  const left = first.valToPos(x, "x");
  for (const plot of plots) plot?.setCursor({ left, top: 0 }, false);
}
