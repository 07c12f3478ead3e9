import { useEffect, useRef } from "preact/hooks";

/** Time in ms without scrolling after which the position is stored. */
const idleMs = 150;

/**
 * Restores the scroll position once there is content, and stores it as the user scrolls.
 * @param remembered CSS pixels from the top
 */
export function useScroll(remembered: number, hasContent: boolean, remember: (top: number) => void): void {
  const latest = useRef({ remembered, remember });
  latest.current = { remembered, remember };

  useEffect(() => {
    if (!hasContent) return;
    window.scrollTo(0, latest.current.remembered);
    let timer = 0;
    const onScroll = (): void => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => latest.current.remember(Math.round(window.scrollY)), idleMs);
    };
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("scroll", onScroll);
    };
  }, [hasContent]);
}
