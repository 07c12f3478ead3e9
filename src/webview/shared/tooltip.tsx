import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

type Props = Readonly<{
  /** Position of the described point, CSS pixels in the chart's box. */
  at: Readonly<{ left: number; top: number }>;
  children: ComponentChildren;
}>;

const distance = 14;

/** A box beside a point of a chart, kept inside the chart. Hidden from screen readers, which get the same text from the chart. */
export function Tooltip({ at, children }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = box.current;
    const container = element?.offsetParent;
    if (!(element instanceof HTMLElement) || !(container instanceof HTMLElement)) return;
    const right = at.left + distance;
    const left = right + element.offsetWidth <= container.clientWidth ? right : at.left - distance - element.offsetWidth;
    const top = Math.min(at.top - element.offsetHeight / 2, container.clientHeight - element.offsetHeight);
    const clamped = Math.min(Math.max(0, left), Math.max(0, container.clientWidth - element.offsetWidth));
    element.style.transform = `translate(${Math.round(clamped)}px, ${Math.round(Math.max(0, top))}px)`;
  });

  return (
    <div class="tooltip" ref={box} aria-hidden="true">
      {children}
    </div>
  );
}
