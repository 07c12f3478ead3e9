import type { JSX } from "preact";
import type { BudgetView, CeilingView } from "../../features/agent/operations/views.ts";
import { useTexts } from "../shared/contexts.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";

const marks = { ok: "PASS", warning: "PASS_WITH_ADVISORY", exhausted: "FAIL" } as const;

/** What was spent today, in seven days and this month, each against its ceiling. */
export function Ceilings({ budget }: Readonly<{ budget: BudgetView }>): JSX.Element {
  const texts = useTexts();
  return (
    <ul class="ceilings" aria-label={texts.t("spend.ceilings")}>
      <Ceiling title={texts.t("spend.today")} view={budget.today}>
        {budget.extended_today_usd > 0 && (
          <span>{texts.t("spend.extendedToday", { amount: texts.money(budget.extended_today_usd) })}</span>
        )}
        {budget.today.spent_usd > 0 && (
          <span>{texts.t("spend.projected", { amount: texts.money(budget.projected_today_usd) })}</span>
        )}
      </Ceiling>
      <Ceiling title={texts.t("spend.week")} view={budget.week} />
      <Ceiling title={texts.t("spend.month")} view={budget.month} />
    </ul>
  );
}

type Props = Readonly<{ title: string; view: CeilingView; children?: JSX.Element | readonly (JSX.Element | false)[] }>;

function Ceiling({ title, view, children }: Props): JSX.Element {
  const texts = useTexts();
  const { spent_usd: spent, ceiling_usd: ceiling, percent, level, resets_at: resets } = view;
  return (
    <li class="ceiling" data-level={level}>
      <span class="tile-title">{title}</span>
      <span class="ceiling-value">
        <strong>{texts.money(spent)}</strong> {texts.t("spend.of", { ceiling: texts.money(ceiling) })}
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
