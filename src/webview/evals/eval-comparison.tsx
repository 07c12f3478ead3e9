import type { JSX } from "preact";
import type { EvalCompareView, EvalDeltaView } from "../../features/evals/operations/views.ts";
import { useTexts } from "../shared/contexts.ts";
import { Icon } from "../shared/icon.tsx";
import type { EvalPlace } from "../shared/state.ts";

type Props = Readonly<{ comparison: EvalCompareView; onOpen(place: EvalPlace): void }>;

/** Number of tests listed initially. */
const maxShown = 50;

const changeOrder = ["regressed", "improved", "added", "removed"] as const;
const icons = { regressed: "down", improved: "up", added: "same", removed: "same", unchanged: "same" } as const;

const sortDeltas = (deltas: readonly EvalDeltaView[]): readonly EvalDeltaView[] =>
  changeOrder.flatMap((change) => deltas.filter((delta) => delta.change === change));

/** What changed between two runs: counts, cost, time and tests. */
export function ComparisonView({ comparison, onOpen }: Props): JSX.Element {
  const texts = useTexts();
  const deltas = sortDeltas(comparison.deltas);
  return (
    <section class="drawer-section" aria-labelledby="comparison-title">
      <h3 id="comparison-title">
        {texts.t("evals.compared", { time: texts.dateTime(Date.parse(comparison.before.timestamp)) })}
      </h3>
      {comparison.warnings.map((warning) => (
        <p key={warning} class="warning-note">
          {warning}
        </p>
      ))}
      <p>
        {texts.list([
          ...changeOrder.flatMap((change) =>
            comparison[change] === 0 ? [] : [texts.count(`evals.${change}`, comparison[change])],
          ),
          texts.count("evals.unchanged", comparison.unchanged),
        ])}
      </p>
      <p class="muted">
        {texts.t("evals.compared.totals", {
          cost: texts.signedMoney(comparison.total_cost_delta_usd),
          duration: `${comparison.total_duration_delta_ms < 0 ? "\u2212" : "+"}${texts.duration(Math.abs(comparison.total_duration_delta_ms))}`,
        })}
      </p>
      <ul class="failures">
        {deltas.slice(0, maxShown).map((delta) => (
          <li key={JSON.stringify([delta.suite, delta.name, delta.occurrence])}>
            <button
              type="button"
              class="run-row"
              onClick={() => onOpen({ type: "test", test: { tier: delta.tier, suite: delta.suite, name: delta.name } })}
            >
              <span class={`change ${delta.change === "regressed" ? "worse" : delta.change === "improved" ? "better" : ""}`}>
                <Icon name={icons[delta.change]} />
              </span>
              <span class="run-row-text">
                <span class="test-words">{delta.suite === "" ? delta.name : `${delta.suite} › ${delta.name}`}</span>
                <span class="muted">{texts.t(`evals.change.${delta.change}`)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {deltas.length > maxShown && <p class="muted">{texts.t("evals.changes.cut", { n: texts.number(maxShown) })}</p>}
    </section>
  );
}
