import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { SpendTrendsView } from "../../features/costs/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { Loaded } from "../shared/async-content.tsx";
import { useTexts } from "../shared/contexts.ts";
import type { Host } from "../shared/host.ts";
import { useLoad } from "../shared/use-load.ts";
import { isBackwards } from "../shared/use-views.ts";
import type { CostsState } from "./costs-state.ts";
import { Ceilings } from "./limits.tsx";
import { SpendOverTime } from "./spend-over-time.tsx";
import { SpendSums } from "./spend-sums.tsx";

type Props = Readonly<{
  host: Host;
  filter: TrendsFilter;
  costs: CostsState;
  onCosts(costs: Partial<CostsState>): void;
  onFilter(filter: Partial<TrendsFilter>): void;
}>;

/** What the agent itself spent, against its ceilings. */
export function SpendSection({ host, filter, costs, onCosts, onFilter }: Props): JSX.Element {
  const texts = useTexts();
  const question = useMemo(() => (isBackwards(filter) ? null : () => host.spend(filter)), [host, filter]);
  const { load, ask } = useLoad<SpendTrendsView>(host, question);
  const setBudget = (): void => host.notify({ type: "command", command: "setBudget" });
  const extendBudget = (): void => host.notify({ type: "command", command: "extendBudget" });
  return (
    <section class="section spend" aria-labelledby="spend-title">
      <div class="section-head">
        <h2 id="spend-title">{texts.t("spend.title")}</h2>
        <span class="buttons">
          <button type="button" class="secondary" onClick={setBudget}>
            {texts.t("spend.setCeilings")}
          </button>
          {load.view?.recorded && load.view.budget.extension_left_usd > 0 && (
            <button type="button" class="secondary" onClick={extendBudget}>
              {texts.t("spend.extend")}
            </button>
          )}
        </span>
      </div>
      <Loaded host={host} load={load} onRetry={ask}>
        {(view) =>
          view.recorded ? (
            <>
              <Ceilings budget={view.budget} />
              {!view.ceilings_set && <p class="muted foot">{texts.t("spend.defaults")}</p>}
              {filter.project !== null && <p class="muted foot">{texts.t("spend.allProjects")}</p>}
              {view.slices.length === 0 ? (
                <p class="nothing">{texts.t("spend.noMatch")}</p>
              ) : (
                <>
                  <SpendOverTime host={host} view={view} costs={costs} onCosts={onCosts} onFilter={onFilter} />
                  <SpendSums host={host} view={view} />
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

const addCommand = "reward-ledger spend add --model claude-sonnet-4-6 --call-site plan --usd 0.12";
const budgetCommand = "reward-ledger budget set --daily 25 --weekly 100";

/** Teaches how spending comes into the ledger, and what ceilings do. */
function EmptySpend({ view }: Readonly<{ view: SpendTrendsView }>): JSX.Element {
  const texts = useTexts();
  const { budget } = view;
  return (
    <div class="empty-part">
      <p>{texts.t("spend.empty.text")}</p>
      <ol>
        <li>
          {texts.t("spend.empty.step1")} <code>{addCommand}</code>
        </li>
        <li>
          {texts.t("spend.empty.step2")} <code>{budgetCommand}</code>
        </li>
        <li>{texts.t("spend.empty.step3", { warn: texts.percent(0.8), stop: texts.percent(1) })}</li>
      </ol>
      <p class="muted">
        {texts.t(view.ceilings_set ? "spend.empty.ceilings" : "spend.empty.defaults", {
          daily: texts.money(budget.daily_usd_ceiling),
          weekly: texts.money(budget.weekly_usd_ceiling),
          monthly: texts.money(budget.monthly_usd_ceiling),
        })}
      </p>
    </div>
  );
}
