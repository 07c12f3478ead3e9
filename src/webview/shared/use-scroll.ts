import { useEffect, useRef } from "preact/hooks";

/** Scrolling is remembered when it has rested for this long. */
const restMs = 150;

/**
 * Goes back to where the page was scrolled to, once there is content to scroll, and remembers where it is scrolled to.
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
      timer = window.setTimeout(() => latest.current.remember(Math.round(window.scrollY)), restMs);
    };
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("scroll", onScroll);
    };
  }, [hasContent]);
}
