import { useEffect } from "preact/hooks";
import type { Host } from "../host.ts";

type Painted = Readonly<{
  /** Another one is another paint; null while there is none. */
  view: object | null;
  points: number;
  receivedAt: number;
}>;

/** Tells the host, once for each view, how long it took from its arrival to its paint. */
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
