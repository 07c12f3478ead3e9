import type { ComponentChildren, JSX } from "preact";

/** Names with their values, one per line; null values are left out. */
export function Facts({ facts }: Readonly<{ facts: readonly (readonly [string, ComponentChildren | null])[] }>): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
