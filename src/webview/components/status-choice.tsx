import type { JSX } from "preact";
import type { TrendStatus } from "../../domain/eval/trend.ts";
import type { EvalOverviewView } from "../../operations/eval-panel-views.ts";
import { useTexts } from "../panel/contexts.ts";
import { moveFocus } from "../panel/roving.ts";
import { testStatuses } from "../panel/state.ts";
import { StatusMark } from "./status-mark.tsx";

type Props = Readonly<{
  counts: EvalOverviewView["statuses"];
  chosen: TrendStatus | null;
  onChoose(status: TrendStatus | null): void;
}>;

export const statusChoiceId = "status-choice";

/** How many tests there are of each status, and a choice of one; it is the key of the statuses' marks as well. */
export function StatusChoice({ counts, chosen, onChoose }: Props): JSX.Element {
  const texts = useTexts();
  const all = testStatuses.reduce((sum, status) => sum + counts[status], 0);
  return (
    <fieldset
      class="statuses"
      id={statusChoiceId}
      tabIndex={-1}
      onKeyDown={(event) => moveFocus(event, event.currentTarget, "button")}
    >
      <legend class="hidden-text">{texts.t("evals.status")}</legend>
      <button type="button" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        {texts.t("evals.status.all")} <span class="status-count">{texts.number(all)}</span>
      </button>
      {testStatuses.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={chosen === status}
          title={texts.t(`evals.why.${status}`)}
          onClick={() => onChoose(chosen === status ? null : status)}
        >
          <StatusMark status={status} />
          {texts.t(`evals.status.${status}`)} <span class="status-count">{texts.number(counts[status])}</span>
        </button>
      ))}
    </fieldset>
  );
}
