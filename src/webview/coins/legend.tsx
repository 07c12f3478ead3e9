import type { JSX } from "preact";
import type { CoinLine } from "../shared/chart/lines.ts";
import { lineStyle } from "../shared/chart/palette.ts";
import { useTexts } from "../shared/contexts.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";

type Props = Readonly<{ lines: readonly CoinLine[]; hidden: readonly string[]; onToggle(agent: string): void }>;

/** Names the agent of each line, and toggles lines. */
export function Legend({ lines, hidden, onToggle }: Props): JSX.Element {
  const texts = useTexts();
  return (
    <fieldset class="legend">
      <legend class="hidden-text">{texts.t("coins.legend")}</legend>
      {lines.map((line, index) => (
        <button
          key={line.agent}
          type="button"
          class="legend-item"
          aria-pressed={!hidden.includes(line.agent)}
          onClick={() => onToggle(line.agent)}
        >
          <LineSample line={index} marks={line.resolution === "run"} />
          <span>{line.agent}</span>
        </button>
      ))}
    </fieldset>
  );
}

/** A sample of the n-th line: its colour, dashes and mark. */
function LineSample({ line, marks }: Readonly<{ line: number; marks: boolean }>): JSX.Element {
  const { colorIndex, dash, hollow } = lineStyle(line);
  return (
    <svg class={`line-sample line-${colorIndex + 1}`} viewBox="0 0 36 12" width="36" height="12" aria-hidden="true">
      <path d="M0 6H36" stroke-dasharray={dash.join(" ")} />
      {marks && <circle class={hollow ? "hollow" : ""} cx="18" cy="6" r="3.5" />}
    </svg>
  );
}

/** Explains marks, ticks and rules. */
export function MarkKey({ resets }: Readonly<{ resets: boolean }>): JSX.Element {
  const texts = useTexts();
  return (
    <ul class="mark-key" aria-label={texts.t("coins.key")}>
      {(["PASS", "PASS_WITH_ADVISORY", "FAIL"] as const).map((verdict) => (
        <li key={verdict}>
          <VerdictMark verdict={verdict} />
          {texts.t(`verdict.${verdict}`)}
        </li>
      ))}
      <li>
        <svg class="tick-sample bonus" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path d="M6 1V7" />
          <circle cx="6" cy="10.5" r="1.5" />
        </svg>
        {texts.t("coins.key.bonus")}
      </li>
      <li>
        <svg class="tick-sample penalty" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path d="M6 5V11" />
          <circle cx="6" cy="1.5" r="1.5" />
        </svg>
        {texts.t("coins.key.penalty")}
      </li>
      {resets && (
        <li>
          <svg class="tick-sample" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
            <path d="M6 0V12" stroke-dasharray="3 2" />
          </svg>
          {texts.t("coins.key.reset")}
        </li>
      )}
    </ul>
  );
}
