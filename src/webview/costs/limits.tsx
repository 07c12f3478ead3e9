import type { JSX } from "preact";
import type { BudgetView, LimitView } from "../../features/agent/operations/views.ts";
import { useTexts } from "../shared/contexts.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";

const marks = { ok: "PASS", warning: "PASS_WITH_ADVISORY", exhausted: "FAIL" } as const;

/** The amounts spent today, in seven days and this month, each against its limit. */
export function Limits({ budget }: Readonly<{ budget: BudgetView }>): JSX.Element {
  const texts = useTexts();
  return (
    <ul class="budget-limits" aria-label={texts.t("spend.limits")}>
      <Limit title={texts.t("spend.today")} view={budget.today}>
        {budget.extended_today_usd > 0 && (
          <span>{texts.t("spend.extendedToday", { amount: texts.money(budget.extended_today_usd) })}</span>
        )}
        {budget.today.spent_usd > 0 && (
          <span>{texts.t("spend.projected", { amount: texts.money(budget.projected_today_usd) })}</span>
        )}
      </Limit>
      <Limit title={texts.t("spend.week")} view={budget.week} />
      <Limit title={texts.t("spend.month")} view={budget.month} />
    </ul>
  );
}

type Props = Readonly<{ title: string; view: LimitView; children?: JSX.Element | readonly (JSX.Element | false)[] }>;

function Limit({ title, view, children }: Props): JSX.Element {
  const texts = useTexts();
  const { spent_usd: spent, limit_usd: limit, percent, level, resets_at: resets } = view;
  return (
    <li class="budget-limit" data-level={level}>
      <span class="tile-title">{title}</span>
      <span class="budget-limit-value">
        <strong>{texts.money(spent)}</strong> {texts.t("spend.of", { limit: texts.money(limit) })}
      </span>
      <span class="meter" aria-hidden="true">
        <span class={`meter-bar meter-${level}`} style={{ width: `${Math.min(100, percent)}%` }} />
        <span class="meter-warn" />
      </span>
      <span class="tile-note">
        <span class="with-mark">
          <VerdictMark verdict={marks[level]} />
          {texts.t(`spend.level.${level}`, { share: texts.percent(percent / 100) })}
        </span>
        {resets !== null && <span>{texts.t("spend.resets", { time: texts.dateTime(Date.parse(resets)) })}</span>}
        {children}
      </span>
    </li>
  );
}
