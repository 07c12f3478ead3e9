import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePanel, useTexts } from "./contexts.ts";
import { Icon } from "./icon.tsx";
import { useFocusFallback } from "./use-kept-focus.ts";

type Props = Readonly<{
  /** Identifies the content; a change moves the focus to the new title. */
  name: string;
  title: ComponentChildren;
  /** The "back" button; null: there is nothing to go back to. */
  back: Readonly<{ text: string; onBack(): void }> | null;
  children: ComponentChildren;
}>;

const titleId = "drawer-title";

/** The side panel that shows what was opened. It takes and keeps the focus; Escape closes it. */
export function Drawer({ name, title, back, children }: Props): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const onClose = (): void => dispatch({ type: "closeDrawer" });
  const heading = useRef<HTMLHeadingElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const drawer = useRef<HTMLElement>(null);
  const close = texts.t("run.close");

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    body.current?.scrollTo(0, 0);
  }, [name]);
  useFocusFallback(drawer, heading);

  return (
    <aside
      class="drawer"
      ref={drawer}
      aria-labelledby={titleId}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
    >
      <header class="drawer-head">
        {back !== null && (
          <button type="button" class="icon-button" aria-label={back.text} title={back.text} onClick={back.onBack}>
            <Icon name="back" />
          </button>
        )}
        <h2 id={titleId} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" class="icon-button" aria-label={close} title={close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="drawer-body" ref={body}>
        {children}
      </div>
    </aside>
  );
}
