import { useEffect, useState } from "preact/hooks";

const minHeight = 240;
const maxHeight = 480;
/** Height of the content above and below the chart in a window of usual width, CSS pixels. */
const otherHeight = 500;

const fittingHeight = (): number => Math.min(maxHeight, Math.max(minHeight, window.innerHeight - otherHeight));

/** Height of the chart in CSS pixels so that it, its strip and its key fit into the window, within readable limits. */
export function useChartHeight(): number {
  const [height, setHeight] = useState(fittingHeight);
  useEffect(() => {
    const update = (): void => setHeight(fittingHeight());
    window.addEventListener("resize", update);
    return () => window.removeEventListener("resize", update);
  }, []);
  return height;
}
