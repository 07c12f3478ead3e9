import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import type uPlot from "uplot";

type Props<Command> = Readonly<{
  id: string;
  label: string;
  /** What it is called in place of a slider. */
  role?: string;
  /** What the keys do, in words. */
  keys: string;
  /** How many points there are on the line that the keys walk, and which of them is meant. */
  count: number;
  index: number;
  /** The point that is meant, in one sentence. */
  sentence: string;
  /** Whether a click would open something. */
  pointing: boolean;
  /** What a key means; null when it is none of the chart's. */
  commandOf(key: string): Command | null;
  onCommand(command: Command): void;
  onOpen(): void;
  onLeave(): void;
  children: ComponentChildren;
}>;

/** A chart by pointer and by keys: a slider over its points. Screen readers pass its arrow keys on and read its value as it moves. */
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

/** A place in the chart's box, CSS pixels. */
export type Spot = Readonly<{ left: number; top: number }>;

/** Where a plot shows a value. */
export const spotOf = (plot: uPlot, x: number, y: number): Spot => ({
  left: plot.over.offsetLeft + plot.valToPos(x, "x"),
  top: plot.over.offsetTop + plot.valToPos(y, "y"),
});

/** Circles the point that is meant. */
export const Ring = ({ at: { left, top } }: Readonly<{ at: Spot }>): JSX.Element => (
  <div class="ring" style={{ transform: `translate(${left}px, ${top}px)` }} />
);

/** Moves the crosshairs to a value as the pointer would; where the pointer moved them, they are there. */
export function followKeys(plots: readonly (uPlot | null)[], x: number | undefined): void {
  const [first] = plots;
  if (first === undefined || first === null || x === undefined || first.cursor.event !== undefined) return;
  const left = first.valToPos(x, "x");
  for (const plot of plots) plot?.setCursor({ left, top: 0 }, false);
}
