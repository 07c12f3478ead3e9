import { useEffect, useState } from "preact/hooks";

const least = 240;
const most = 480;
/** Height of the content above and below the chart in a window of usual width, CSS pixels. */
const around = 500;

const fitting = (): number => Math.min(most, Math.max(least, window.innerHeight - around));

/** Height of the chart in CSS pixels so that it, its strip and its key fit into the window, within readable limits. */
export function useChartHeight(): number {
  const [height, setHeight] = useState(fitting);
  useEffect(() => {
    const update = (): void => setHeight(fitting());
    window.addEventListener("resize", update);
    return () => window.removeEventListener("resize", update);
  }, []);
  return height;
}
