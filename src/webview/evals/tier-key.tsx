import type { JSX } from "preact";
import { lineStyle } from "../shared/chart/palette.ts";
import { type TierShape, tierShape } from "../shared/chart/tier-marks.ts";
import { useTexts } from "../shared/contexts.ts";
import type { EvalLine } from "./eval-lines.ts";

const shapes: Readonly<Record<TierShape, string>> = {
  circle: "M18 2A4 4 0 1 1 17.99 2Z",
  square: "M14.4 2.4H21.6V9.6H14.4Z",
  triangle: "M18 .8 23 10H13Z",
  diamond: "M18 .6 23.4 6 18 11.4 12.6 6Z",
};

/** Explains the line and mark of each tier, and the band. */
export function TierKey({ lines }: Readonly<{ lines: readonly EvalLine[] }>): JSX.Element {
  const texts = useTexts();
  return (
    <ul class="mark-key" aria-label={texts.t("coins.key")}>
      {lines.map(({ tier }, line) => {
        const { colorIndex, dash } = lineStyle(line);
        return (
          <li key={tier}>
            <svg class={`line-sample line-${colorIndex + 1}`} viewBox="0 0 36 12" width="36" height="12" aria-hidden="true">
              <path d="M0 6H36" stroke-dasharray={dash.join(" ")} />
              <path class={`tier-mark fill-${colorIndex + 1}`} d={shapes[tierShape(line)]} />
            </svg>
            {tier}
          </li>
        );
      })}
      <li>
        <svg class="band-sample" viewBox="0 0 24 12" width="24" height="12" aria-hidden="true">
          <rect x="0" y="1" width="24" height="10" />
          <path d="M0 6H24" />
        </svg>
        {texts.t("evals.key.band", { level: texts.percent(0.95) })}
      </li>
    </ul>
  );
}
