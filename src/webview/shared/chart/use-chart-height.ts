import { useEffect, useState } from "preact/hooks";

const least = 240;
const most = 480;
/** What stands above and below the chart in a window of usual width, CSS pixels. */
const around = 500;

const fitting = (): number => Math.min(most, Math.max(least, window.innerHeight - around));

/** A height for the chart with which it, its strip and its key fit into the window, where that leaves it readable. CSS pixels. */
export function useChartHeight(): number {
  const [height, setHeight] = useState(fitting);
  useEffect(() => {
    const update = (): void => setHeight(fitting());
    window.addEventListener("resize", update);
    return () => window.removeEventListener("resize", update);
  }, []);
  return height;
}
