import { useEffect } from "preact/hooks";
import type { Host } from "../host.ts";

type Painted = Readonly<{
  /** A different object counts as a new paint; null while there is no view. */
  view: object | null;
  points: number;
  receivedAt: number;
}>;

/** Reports to the host, once for each view, the time between its arrival and its paint. */
export function usePainted(host: Host, { view, points, receivedAt }: Painted): void {
  useEffect(() => {
    if (view === null) return;
    let timer = 0;
    const frame = requestAnimationFrame(() => {
      // A frame's callbacks run before its paint; a task queued by them runs after it.
      timer = window.setTimeout(() => host.notify({ type: "painted", ms: performance.now() - receivedAt, points }), 0);
    });
    return () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, [host, view, receivedAt]);
}
