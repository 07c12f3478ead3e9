import type { ComponentChildren, JSX } from "preact";

type Props = Readonly<{
  name: string;
  title: string;
  /** Tooltip that describes what pressing the tile does. */
  action: string;
  value: ComponentChildren;
  children: ComponentChildren;
  onOpen(): void;
}>;

/** A number with an explanation; pressing the tile opens what it counts. */
export function Tile({ name, title, action, value, children, onOpen }: Props): JSX.Element {
  return (
    <button type="button" class="tile" data-tile={name} title={action} onClick={onOpen}>
      <span class="tile-title">{title}</span>
      <span class="tile-value">{value}</span>
      <span class="tile-note">{children}</span>
    </button>
  );
}
