import type { JSX } from "preact";
import type { Severity } from "../../features/reviews/model/finding.ts";

function shape(severity: Severity): JSX.Element {
  return {
    error: (
      <path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5.4 4.7 8 7.3l2.6-2.6.7.7L8.7 8l2.6 2.6-.7.7L8 8.7l-2.6 2.6-.7-.7L7.3 8 4.7 5.4Z" />
    ),
    warning: <path d="M8 1.5 15 14H1ZM7.4 6l.2 4h.8l.2-4Zm.6 5a.8.8 0 1 0 0 1.6.8.8 0 0 0 0-1.6Z" />,
    info: <path d="M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm0 2.7a.9.9 0 1 1 0 1.8.9.9 0 0 1 0-1.8ZM7.4 7h1.2v5H7.4Z" />,
  }[severity];
}

/** A severity's mark in the shapes VS Code uses. Its words stand beside it or in the title of its row. */
export function SeverityMark({ severity }: Readonly<{ severity: Severity }>): JSX.Element {
  return (
    <svg class={`severity severity-${severity}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <g fill-rule="evenodd">{shape(severity)}</g>
    </svg>
  );
}
