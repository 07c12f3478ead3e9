import type { JSX } from "preact";
import { useCallback, useMemo } from "preact/hooks";
import type { EvalTestHistoryView } from "../../features/evals/operations/panel-views.ts";
import type { EvalTestKey } from "../../protocol/trends-panel.ts";
import { Loaded } from "../shared/async-content.tsx";
import { WinLoss } from "../shared/chart/win-loss.tsx";
import { useTexts } from "../shared/contexts.ts";
import { Facts } from "../shared/description-list.tsx";
import { Drawer } from "../shared/drawer.tsx";
import { Interval } from "../shared/interval.tsx";
import type { EvalPlace, PanelState } from "../shared/state.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import { useRequest } from "../shared/use-load.ts";
import { HealthMark } from "./health-mark.tsx";
import { reasonWords, sinceWords } from "./health-words.ts";
import { HistoryBars } from "./history-bars.tsx";
import { countWords, intervalWords } from "./point-facts.tsx";
import { resultColumns } from "./result-table.tsx";

type Props = Readonly<{
  state: PanelState;
  test: EvalTestKey;
  back: Readonly<{ text: string; onBack(): void }> | null;
  onOpen(place: EvalPlace): void;
  /** Widens the period to all time. */
  onAll(): void;
}>;

/** Details of a test: its health with the reason, results over time, durations, costs and its latest error. */
export function EvalTestDrawer({ state, test, back, onOpen, onAll }: Props): JSX.Element {
  const texts = useTexts();
  const { filter, evals } = state;
  const load = useRequest("evalTest", { test, filter, evals });
  const title = (
    <span class="rule-name" title={test.name}>
      {test.name}
    </span>
  );
  return (
    <Drawer name={`eval test ${JSON.stringify(test)}`} title={title} back={back}>
      <Facts
        facts={[
          [texts.t("filter.suite"), test.suite === "" ? null : test.suite],
          [texts.t("filter.tier"), test.tier],
        ]}
      />
      <Loaded load={load} drawer>
        {(history) => <History history={history} onOpen={onOpen} onAll={filter.period === "all" ? null : onAll} />}
      </Loaded>
    </Drawer>
  );
}

type HistoryProps = Readonly<{
  history: EvalTestHistoryView;
  onOpen(place: EvalPlace): void;
  onAll: (() => void) | null;
}>;

function History({ history, onOpen, onAll }: HistoryProps): JSX.Element {
  const texts = useTexts();
  const { trend, results, read, last_error: error } = history;
  const openRun = useCallback((run: string) => onOpen({ type: "run", run }), [onOpen]);
  const columns = useMemo(() => resultColumns(texts, openRun), [texts, openRun]);
  if (trend === null) {
    return (
      <div class="nothing">
        <p>{texts.t("evals.history.none")}</p>
        {onAll !== null && (
          <button type="button" class="secondary" onClick={onAll}>
            {texts.t("empty.filter.all")}
          </button>
        )}
      </div>
    );
  }
  const since = trend.health_since;
  const marks = results.map(({ passed }) => (passed ? "+" : "-")).join("");
  const recent = results.slice(-read);
  return (
    <>
      <section class="drawer-section">
        <div class="rate-line with-mark">
          <HealthMark health={trend.health} />
          <strong>{texts.t(`evals.health.${trend.health}`)}</strong>
        </div>
        <p class="health-why">{reasonWords(texts, trend.health_why)}</p>
        {since !== null && (
          <button type="button" class="link" onClick={() => openRun(since.run)}>
            {sinceWords(texts, since)}
          </button>
        )}
        <div class="rate-line">
          <strong>{texts.share(trend.pass_rate.rate)}</strong> {countWords(texts, trend.pass_rate)}
        </div>
        <Interval rate={trend.pass_rate.rate} low={trend.pass_rate.low} high={trend.pass_rate.high} />
        <div class="muted">{intervalWords(texts, trend.pass_rate)}</div>
        <Facts
          facts={[
            [
              texts.t("evals.streak"),
              texts.count(trend.streak.type === "pass" ? "streak.pass" : "streak.block", trend.streak.count),
            ],
            [texts.t("evals.flips"), texts.number(trend.flips)],
            [texts.t("evals.status"), texts.t(`evals.status.${trend.status}`)],
          ]}
        />
      </section>
      {error !== null && (
        <section class="drawer-section" aria-labelledby="error-title">
          <h3 id="error-title">{texts.t("evals.lastError")}</h3>
          <pre class="error-text">{error.error}</pre>
          <button type="button" class="link" onClick={() => openRun(error.run)}>
            {texts.dateTime(Date.parse(error.timestamp))}
          </button>
        </section>
      )}
      <section class="drawer-section" aria-labelledby="timeline-title">
        <h3 id="timeline-title">
          {texts.t("evals.timeline")} <span class="count">{texts.number(results.length)}</span>
        </h3>
        <div class="timeline">
          <WinLoss results={marks} of={Math.max(marks.length, 20)} />
        </div>
        <HistoryBars
          title={texts.t("evals.durations")}
          results={recent}
          value={(result) => result.duration_ms}
          text={texts.duration}
        />
        <HistoryBars title={texts.t("evals.costs")} results={recent} value={(result) => result.cost_usd} text={texts.money} />
        {read < results.length && <p class="muted">{texts.t("evals.history.read", { n: texts.number(read) })}</p>}
      </section>
      <section class="drawer-section" aria-labelledby="results-title">
        <h3 id="results-title">{texts.t("evals.results")}</h3>
        <DataTable
          label={texts.t("evals.results.table")}
          fileName="reward-ledger-eval-test.csv"
          columns={columns}
          rows={results}
          rowKey={(result) => `${result.run} ${results.indexOf(result)}`}
          firstSort={{ key: "at", descending: true }}
        />
      </section>
    </>
  );
}
