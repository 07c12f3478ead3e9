import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** When the element of a container that has the focus goes away, as a button that is needed only once does, the focus goes to another. */
export function useKeptFocus(container: RefObject<HTMLElement | null>, fallback: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current: element } = container;
    if (element === null) return;
    let focused = document.activeElement;
    const onFocusIn = (): void => {
      focused = document.activeElement;
    };
    const observer = new MutationObserver(() => {
      if (focused?.isConnected === false && document.activeElement === document.body) {
        fallback.current?.focus({ preventScroll: true });
      }
    });
    observer.observe(element, { childList: true, subtree: true });
    // Wherever it goes, so that only an element that still had it counts.
    document.addEventListener("focusin", onFocusIn);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", onFocusIn);
    };
  }, [container, fallback]);
}
