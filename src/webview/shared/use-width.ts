import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** The width of an element in CSS pixels; 0 until it is mounted. */
export function useWidth(): Readonly<{ ref: { current: HTMLDivElement | null }; width: number }> {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
