import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { EvalRunDetailView } from "../../features/evals/operations/panel-views.ts";
import type { EvalTestView } from "../../features/evals/operations/views.ts";
import { Loaded } from "../shared/async-content.tsx";
import { atLeast } from "../shared/at-least.ts";
import { useTexts } from "../shared/contexts.ts";
import { Facts } from "../shared/description-list.tsx";
import { Drawer } from "../shared/drawer.tsx";
import { Interval } from "../shared/interval.tsx";
import type { EvalPlace, PanelState } from "../shared/state.ts";
import { useRequest } from "../shared/use-load.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";
import { ComparisonView } from "./eval-comparison.tsx";
import { countWords, intervalWords } from "./point-facts.tsx";
import { markWords } from "./run-marks.ts";

type Props = Readonly<{
  state: PanelState;
  run: string;
  back: Readonly<{ text: string; onBack(): void }> | null;
  onOpen(place: EvalPlace): void;
}>;

/** Details of an eval run: its pass rate, failed tests, cost and, on request, the changes since the previous run. */
export function EvalRunDrawer({ state, run, back, onOpen }: Props): JSX.Element {
  const texts = useTexts();
  const { whose } = state.filter;
  const [compare, setCompare] = useState(false);
  const load = useRequest("evalRun", { run, whose, compare: false });
  return (
    <Drawer name={`eval run ${run}`} title={texts.t("evals.run")} back={back}>
      <Loaded load={load} drawer>
        {(detail) => (
          <>
            <RunHead detail={detail} />
            {detail.rival !== null && !compare && (
              <button type="button" class="secondary" onClick={() => setCompare(true)}>
                {texts.t("evals.compare", { time: texts.dateTime(Date.parse(detail.rival.timestamp)) })}
              </button>
            )}
            {compare && <RunComparison run={run} whose={whose} onOpen={onOpen} />}
            <Failures detail={detail} onOpen={onOpen} />
            <RunCosts costs={detail.costs} />
          </>
        )}
      </Loaded>
    </Drawer>
  );
}

function RunHead({ detail }: Readonly<{ detail: EvalRunDetailView }>): JSX.Element {
  const texts = useTexts();
  const { run, bill, pass_rate: rate, baseline, warnings } = detail;
  return (
    <>
      {rate !== null && (
        <div class="drawer-section">
          <div class="rate-line">
            <strong>{texts.share(rate.rate)}</strong> {countWords(texts, rate)}
          </div>
          <Interval rate={rate.rate} low={rate.low} high={rate.high} />
          <div class="muted">{intervalWords(texts, rate)}</div>
        </div>
      )}
      {warnings.map((warning) => (
        <p key={warning} class="warning-note">
          {warning}
        </p>
      ))}
      <Facts
        facts={[
          [texts.t("run.time"), texts.dateTime(Date.parse(run.timestamp))],
          [texts.t("evals.mark"), markWords(texts, run) || null],
          [texts.t("filter.tier"), run.tier],
          [texts.t("run.branch"), <code>{run.git_branch}</code>],
          [texts.t("run.commit"), <code title={run.git_sha}>{run.git_sha.slice(0, 10)}</code>],
          [texts.t("evals.version"), run.version],
          [texts.t("evals.label"), run.label],
          [texts.t("run.project"), run.project],
          [texts.t("evals.duration"), texts.duration(run.duration_seconds * 1000)],
          [texts.t("evals.cost"), atLeast(texts, bill.cost_usd, bill.complete)],
          [texts.t("evals.baseline"), baseline ? texts.t("evals.baseline.this") : null],
          [texts.t("run.id"), <code class="run-id">{run.id}</code>],
        ]}
      />
    </>
  );
}

type RunComparisonProps = Readonly<{
  run: string;
  whose: string | null;
  onOpen(place: EvalPlace): void;
}>;

function RunComparison({ run, whose, onOpen }: RunComparisonProps): JSX.Element {
  const load = useRequest("evalRun", { run, whose, compare: true });
  return (
    <Loaded load={load} drawer>
      {({ comparison }) => comparison !== null && <ComparisonView comparison={comparison} onOpen={onOpen} />}
    </Loaded>
  );
}

function Failures({ detail, onOpen }: Readonly<{ detail: EvalRunDetailView; onOpen(place: EvalPlace): void }>): JSX.Element {
  const texts = useTexts();
  const { failures, failed } = detail;
  return (
    <section class="drawer-section" aria-labelledby="failures-title">
      <h3 id="failures-title">
        {texts.t("evals.failures")} <span class="count">{texts.number(failed)}</span>
      </h3>
      {failed === 0 && <p class="muted">{texts.t("evals.failures.none")}</p>}
      {failed > 0 && (
        <ul class="failures">
          {failures.map((test, index) => (
            <li key={`${index} ${test.name}`}>
              <FailureRow
                test={test}
                onOpen={() => onOpen({ type: "test", test: { tier: test.tier, suite: test.suite, name: test.name } })}
              />
            </li>
          ))}
        </ul>
      )}
      {failed > failures.length && <p class="muted">{texts.t("evals.failures.cut", { n: texts.number(failures.length) })}</p>}
    </section>
  );
}

function FailureRow({ test, onOpen }: Readonly<{ test: EvalTestView; onOpen(): void }>): JSX.Element {
  const texts = useTexts();
  return (
    <button type="button" class="run-row" onClick={onOpen}>
      <VerdictMark verdict="FAIL" />
      <span class="run-row-text">
        <span class="test-words">{test.suite === "" ? test.name : `${test.suite} › ${test.name}`}</span>
        {test.error !== null && <span class="muted test-error">{test.error}</span>}
        <span class="muted test-figures">
          {[
            ...(test.duration_ms === null ? [] : [texts.duration(test.duration_ms)]),
            ...(test.cost_usd === null ? [] : [texts.money(test.cost_usd)]),
            ...(test.exit_reason === null || test.exit_reason === "success" ? [] : [test.exit_reason]),
          ].join(" · ")}
        </span>
      </span>
    </button>
  );
}

function RunCosts({ costs }: Readonly<{ costs: EvalRunDetailView["costs"] }>): JSX.Element | null {
  const texts = useTexts();
  if (costs.entries.length === 0) return null;
  return (
    <section class="drawer-section" aria-labelledby="costs-title">
      <h3 id="costs-title">{texts.t("evals.costs")}</h3>
      <div class="table-scroll">
        <table aria-labelledby="costs-title">
          <thead>
            <tr>
              <th scope="col">{texts.t("evals.model")}</th>
              <th scope="col" class="numeric">
                {texts.t("evals.calls")}
              </th>
              <th scope="col" class="numeric">
                {texts.t("evals.cost")}
              </th>
            </tr>
          </thead>
          <tbody>
            {costs.entries.map((entry) => (
              <tr key={entry.model}>
                <td>{entry.model}</td>
                <td class="numeric">{texts.number(entry.calls)}</td>
                <td class="numeric">{entry.cost_usd === null ? texts.t("evals.unpriced") : texts.money(entry.cost_usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!costs.complete && <p class="muted">{texts.t("evals.incomplete")}</p>}
    </section>
  );
}
