/**
 * Moves the focus, in the next frame, to the first existing element with one of these ids, such as one that a press has opened.
 */
export function focusSoon(...ids: readonly string[]): void {
  requestAnimationFrame(() => {
    const target = ids.map((id) => document.getElementById(id)).find((element) => element !== null);
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest" });
  });
}
