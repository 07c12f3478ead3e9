import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** If the focused element of a container is removed, such as a button that is needed only once, moves the focus to `fallback`. */
export function useFocusFallback(container: RefObject<HTMLElement | null>, fallback: RefObject<HTMLElement | null>): void {
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
    // Tracks the focus in the whole document, so that only the removal of the element that still had the focus counts.
    document.addEventListener("focusin", onFocusIn);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", onFocusIn);
    };
  }, [container, fallback]);
}
