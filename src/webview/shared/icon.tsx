import type { JSX } from "preact";

const paths = {
  close: "m8 7.1 4-4 .9.9-4 4 4 4-.9.9-4-4-4 4-.9-.9 4-4-4-4 .9-.9Z",
  up: "M8 3 13 9H9.5v4h-3V9H3Z",
  down: "M8 13 3 7h3.5V3h3v4H13Z",
  same: "M3 5.5h10v1.8H3Zm0 3.2h10v1.8H3Z",
  back: "M7 3.2 2.2 8 7 12.8l.9-.9-3.3-3.3H14V7.4H4.6l3.3-3.3Z",
  first: "M3 3h1.4v10H3Zm9.1 0 .9.9L8.9 8l4.1 4.1-.9.9L7 8Z",
  previous: "m10.1 3 .9.9L6.9 8l4.1 4.1-.9.9L5 8Z",
  next: "M5.9 3 11 8l-5.1 5-.9-.9L9.1 8 5 3.9Z",
  last: "M11.6 3H13v10h-1.4ZM3.9 3 9 8l-5.1 5-.9-.9L7.1 8 3 3.9Z",
} as const;

/** A small icon in the colour of the surrounding text; always beside text or inside a labelled button. */
export function Icon({ name }: Readonly<{ name: keyof typeof paths }>): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
