import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import type { RunView } from "../../features/reviews/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { VerdictMark } from "../runs/verdict-mark.tsx";
import { useTexts } from "../shared/contexts.ts";
import { Drawer } from "../shared/drawer.tsx";
import { ErrorNotice } from "../shared/error-notice.tsx";
import type { Host } from "../shared/host.ts";
import { moveFocus } from "../shared/roving-focus.ts";
import { DrawerSkeleton } from "../shared/skeleton.tsx";
import { useAnswer } from "../shared/use-answer.ts";

type Props = Readonly<{
  host: Host;
  rule: string;
  filter: TrendsFilter;
  onOpenRun(factId: string): void;
  onClose(): void;
}>;

/** Runs asked for. */
const limit = 200;

/** The runs that broke a rule, newest first; each opens with its findings. */
export function RuleDrawer({ host, rule, filter, onOpenRun, onClose }: Props): JSX.Element {
  const texts = useTexts();
  const ask = useCallback(() => host.runsBreaking({ rule, filter, limit }), [host, rule, filter]);
  const [answer, again] = useAnswer(ask);
  return (
    <Drawer name={`rule ${rule}`} title={<span class="rule-name">{rule}</span>} back={null} onClose={onClose}>
      {answer.state === "loading" && <DrawerSkeleton />}
      {answer.state === "failed" && <ErrorNotice error={answer.error} onRetry={again} />}
      {answer.state === "ready" && (
        <section class="drawer-section" aria-label={texts.t("rule.runs")}>
          <h3>
            {texts.t("rule.runs")} <span class="count">{texts.number(answer.value.length)}</span>
          </h3>
          {answer.value.length === 0 && <p class="muted">{texts.t("rule.none")}</p>}
          <ul class="runs" onKeyDown={(event) => moveFocus(event, event.currentTarget, ".run-row")}>
            {answer.value.map((run) => (
              <RunRow key={run.fact_id} run={run} onOpen={() => onOpenRun(run.fact_id)} />
            ))}
          </ul>
          {answer.value.length === limit && <p class="muted">{texts.t("rule.cut", { n: texts.number(limit) })}</p>}
        </section>
      )}
    </Drawer>
  );
}

function RunRow({ run, onOpen }: Readonly<{ run: RunView; onOpen(): void }>): JSX.Element {
  const texts = useTexts();
  const time = texts.dateTime(Date.parse(run.created_at));
  return (
    <li>
      <button type="button" class="run-row" title={texts.t("rule.openRun", { agent: run.agent, time })} onClick={onOpen}>
        <VerdictMark verdict={run.verdict} />
        <span class="run-row-text">
          <span>{time}</span>
          <span class="muted">
            {[run.agent, ...(run.project === null ? [] : [run.project]), texts.count("count.findings", run.findings)].join(" · ")}
          </span>
        </span>
        <span class="run-row-coins">
          <span class="hidden-text">{texts.t("tooltip.earned")} </span>
          {texts.signedCoins(run.coin_delta)}
        </span>
      </button>
    </li>
  );
}
