const steps: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(count - 1, index + 1),
  ArrowRight: (index, count) => Math.min(count - 1, index + 1),
  ArrowUp: (index) => Math.max(0, index - 1),
  ArrowLeft: (index) => Math.max(0, index - 1),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Moves the focus between the buttons of a list with the arrow keys, Home and End.
 * @returns whether the key was one of them
 */
export function moveFocus(event: KeyboardEvent, list: Element, selector: string): boolean {
  const step = steps[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return false;
  const items = [...list.querySelectorAll<HTMLElement>(selector)];
  const index = items.findIndex((item) => item.matches(":focus"));
  if (index < 0) return false;
  event.preventDefault();
  items[step(index, items.length)]?.focus();
  return true;
}
