import { useEffect } from "preact/hooks";
import type { Host } from "./host.ts";
import type { TrendsLoad } from "./use-trends.ts";

/** Tells the host, once for each view, how long it took from its arrival to its paint. */
export function usePainted(host: Host, { view, receivedAt }: TrendsLoad): void {
  useEffect(() => {
    if (view === null) return;
    let frame = 0;
    let timer = 0;
    frame = requestAnimationFrame(() => {
      // A frame's callbacks run before its paint; a task queued by them runs after it.
      timer = window.setTimeout(() => {
        const points = view.lines.reduce((sum, line) => sum + line.points.length, 0);
        host.notify({ type: "painted", ms: performance.now() - receivedAt, points });
      }, 0);
    });
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, [host, view, receivedAt]);
}
