/** Moves the focus, after the next paint, to the first element of these ids that is there: to what a press has opened. */
export function focusSoon(...ids: readonly string[]): void {
  requestAnimationFrame(() => {
    const target = ids.map((id) => document.getElementById(id)).find((element) => element !== null);
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest" });
  });
}
