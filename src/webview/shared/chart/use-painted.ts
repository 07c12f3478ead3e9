import { useEffect } from "preact/hooks";
import type { Host } from "../host.ts";
import type { PanelViews } from "../use-views.ts";

/** How many points a view draws. */
function pointsOf(view: NonNullable<PanelViews["current"]["view"]>): number {
  if ("lines" in view) return view.lines.reduce((sum, line) => sum + line.points.length, 0);
  return "what_if" in view ? view.slices.length + view.points.length : view.runs.length;
}

/** Tells the host, once for each view, how long it took from its arrival to its paint. */
export function usePainted(host: Host, { view, receivedAt }: PanelViews["current"]): void {
  useEffect(() => {
    if (view === null) return;
    let frame = 0;
    let timer = 0;
    frame = requestAnimationFrame(() => {
      // A frame's callbacks run before its paint; a task queued by them runs after it.
      timer = window.setTimeout(() => {
        host.notify({ type: "painted", ms: performance.now() - receivedAt, points: pointsOf(view) });
      }, 0);
    });
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, [host, view, receivedAt]);
}
