import type { JSX } from "preact";
import type { RunView } from "../../features/reviews/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { Loaded } from "../shared/async-content.tsx";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { Drawer } from "../shared/drawer.tsx";
import { EffectMark, effectWords } from "../shared/effect-mark.tsx";
import { moveFocus } from "../shared/roving-focus.ts";
import { useRequest } from "../shared/use-load.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";
import { useTaughtRules } from "./use-taught.ts";

type Props = Readonly<{ rule: string; filter: TrendsFilter }>;

/** Maximum number of runs to request. */
const limit = 200;

/** The runs that broke a rule, newest first; each opens with its findings. */
export function RuleDrawer({ rule, filter }: Props): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const load = useRequest("runsBreaking", { rule, filter, limit });
  const effects = useTaughtRules(filter).filter((effect) => effect.rule === rule);
  return (
    <Drawer name={`rule ${rule}`} title={<span class="rule-name">{rule}</span>} back={null}>
      {effects.map((effect) => (
        <section key={effect.project} class="drawer-section" aria-label={texts.t("effect.title")}>
          <h3>
            <EffectMark effect={effect.effect} />
          </h3>
          <p>{effectWords(texts, effect)}</p>
        </section>
      ))}
      <Loaded load={load} drawer>
        {(runs) => (
          <section class="drawer-section" aria-label={texts.t("rule.runs")}>
            <h3>
              {texts.t("rule.runs")} <span class="count">{texts.number(runs.length)}</span>
            </h3>
            {runs.length === 0 && <p class="muted">{texts.t("rule.none")}</p>}
            <ul class="runs" onKeyDown={(event) => moveFocus(event, event.currentTarget, ".run-row")}>
              {runs.map((run) => (
                <RunRow key={run.fact_id} run={run} onOpen={() => dispatch({ type: "openRun", factId: run.fact_id })} />
              ))}
            </ul>
            {runs.length === limit && <p class="muted">{texts.t("rule.cut", { n: texts.number(limit) })}</p>}
          </section>
        )}
      </Loaded>
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
