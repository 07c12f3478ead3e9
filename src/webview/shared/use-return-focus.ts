import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** When a drawer closes, returns the focus to the element that had it before, or to the selected tab if that was removed. */
export function useReturnFocus(open: boolean, page: RefObject<HTMLElement | null>): void {
  const opener = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (!open) return;
    opener.current = document.activeElement;
    return () => {
      const target = opener.current;
      opener.current = null;
      if (target instanceof HTMLElement && target.isConnected && target !== document.body) target.focus({ preventScroll: true });
      else page.current?.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus({ preventScroll: true });
    };
  }, [open, page]);
}
