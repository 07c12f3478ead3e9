import type { JSX } from "preact";
import type { HealthState } from "../../features/evals/model/health.ts";
import type { EvalOverviewView } from "../../features/evals/operations/panel-views.ts";
import { useTexts } from "../shared/contexts.ts";
import { moveFocus } from "../shared/roving-focus.ts";
import { testHealths } from "../shared/state.ts";
import { HealthMark } from "./health-mark.tsx";

type Props = Readonly<{
  counts: EvalOverviewView["healths"];
  chosen: HealthState | null;
  onChoose(health: HealthState | null): void;
}>;

export const healthChoiceId = "health-choice";

/** Counts of tests by state of health, as a filter; it is also the legend of the marks. */
export function HealthChoice({ counts, chosen, onChoose }: Props): JSX.Element {
  const texts = useTexts();
  const all = testHealths.reduce((sum, health) => sum + counts[health], 0);
  return (
    <fieldset
      class="healths"
      id={healthChoiceId}
      tabIndex={-1}
      onKeyDown={(event) => moveFocus(event, event.currentTarget, "button")}
    >
      <legend class="hidden-text">{texts.t("evals.health")}</legend>
      <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        {texts.t("evals.health.all")} <span class="health-count">{texts.number(all)}</span>
      </button>
      {testHealths.map((health) => (
        <button
          key={health}
          type="button"
          aria-pressed={chosen === health}
          title={texts.t(`evals.about.${health}`)}
          onClick={() => onChoose(chosen === health ? null : health)}
        >
          <HealthMark health={health} />
          {texts.t(`evals.health.${health}`)} <span class="health-count">{texts.number(counts[health])}</span>
        </button>
      ))}
    </fieldset>
  );
}
