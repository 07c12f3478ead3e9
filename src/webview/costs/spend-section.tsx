import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import type { SpendTrendsView } from "../../features/costs/operations/views.ts";
import { Loaded } from "../shared/async-content.tsx";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { StepList } from "../shared/first-steps.tsx";
import type { PanelState } from "../shared/state.ts";
import { isBackwards } from "../shared/tab.tsx";
import { useRequest } from "../shared/use-load.ts";
import type { CostsState } from "./costs-state.ts";
import { Limits } from "./limits.tsx";
import { SpendOverTime } from "./spend-over-time.tsx";
import { SpendSums } from "./spend-sums.tsx";

/** The agent's own spending, against its limits. */
export function SpendSection({ state: { filter, costs } }: Readonly<{ state: PanelState }>): JSX.Element {
  const texts = useTexts();
  const { host, dispatch } = usePanel();
  const onCosts = useCallback((change: Partial<CostsState>) => dispatch({ type: "costs", costs: change }), [dispatch]);
  const load = useRequest("spend", isBackwards(filter) ? null : filter);
  const setBudget = (): void => host.notify({ type: "command", command: "setBudget" });
  const extendBudget = (): void => host.notify({ type: "command", command: "extendBudget" });
  return (
    <section class="section spend" aria-labelledby="spend-title">
      <div class="section-head">
        <h2 id="spend-title">{texts.t("spend.title")}</h2>
        <span class="buttons">
          <button type="button" class="secondary" onClick={setBudget}>
            {texts.t("spend.setLimits")}
          </button>
          {load.view?.recorded && load.view.budget.extension_left_usd > 0 && (
            <button type="button" class="secondary" onClick={extendBudget}>
              {texts.t("spend.extend")}
            </button>
          )}
        </span>
      </div>
      <Loaded load={load}>
        {(view) =>
          view.recorded ? (
            <>
              <Limits budget={view.budget} />
              {!view.limits_set && <p class="muted foot">{texts.t("spend.defaults")}</p>}
              {filter.project !== null && <p class="muted foot">{texts.t("spend.allProjects")}</p>}
              {view.slices.length === 0 ? (
                <p class="nothing">{texts.t("spend.noMatch")}</p>
              ) : (
                <>
                  <SpendOverTime view={view} costs={costs} onCosts={onCosts} />
                  <SpendSums view={view} />
                </>
              )}
            </>
          ) : (
            <EmptySpend view={view} />
          )
        }
      </Loaded>
    </section>
  );
}

const steps = [
  { text: "spend.empty.step1", code: "reward-ledger spend add --model claude-sonnet-4-6 --call-site plan --usd 0.12" },
  { text: "spend.empty.step2", code: "reward-ledger budget set --daily 25 --weekly 100" },
  { text: "spend.empty.step3" },
] as const;

/** Explains how spending is recorded, and what limits do. */
function EmptySpend({ view }: Readonly<{ view: SpendTrendsView }>): JSX.Element {
  const texts = useTexts();
  const { budget } = view;
  return (
    <div class="empty-part">
      <p>{texts.t("spend.empty.text")}</p>
      <StepList steps={steps} values={{ warn: texts.percent(0.8), stop: texts.percent(1) }} />
      <p class="muted">
        {texts.t(view.limits_set ? "spend.empty.limits" : "spend.empty.defaults", {
          daily: texts.money(budget.daily_usd_limit),
          weekly: texts.money(budget.weekly_usd_limit),
          monthly: texts.money(budget.monthly_usd_limit),
        })}
      </p>
    </div>
  );
}
