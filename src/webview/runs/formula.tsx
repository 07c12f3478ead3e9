import type { JSX } from "preact";
import type { RunDetailView } from "../../features/reviews/operations/views.ts";
import { useTexts } from "../shared/contexts.ts";

/** What a run earned and why, line by line as in a sum. */
export function Formula({ formula }: Readonly<{ formula: RunDetailView["formula"] }>): JSX.Element {
  const texts = useTexts();
  const score = texts.number(formula.score);
  const baseline = texts.number(formula.baseline);
  const bonusWords =
    formula.streak_block > 0
      ? texts.count("formula.penalty.why", formula.streak_block)
      : texts.count("formula.bonus.why", formula.streak_pass);
  return (
    <section class="drawer-section" aria-labelledby="formula-title">
      <h3 id="formula-title">{texts.t("formula.title")}</h3>
      <dl class="sums">
        <div>
          <dt>
            {texts.t("formula.score", { score, baseline })}
            <span class="muted">{texts.t("formula.score.why", { score, baseline })}</span>
          </dt>
          <dd>{texts.signedCoins(formula.reward)}</dd>
        </div>
        {formula.bonus !== 0 && (
          <div>
            <dt>
              {texts.t(formula.bonus > 0 ? "formula.bonus" : "formula.penalty")}
              <span class="muted">{bonusWords}</span>
            </dt>
            <dd>{texts.signedCoins(formula.bonus)}</dd>
          </div>
        )}
        <div class="total">
          <dt>{texts.t("formula.total")}</dt>
          <dd>{texts.signedCoins(formula.total)}</dd>
        </div>
      </dl>
      <p class="coins-after">
        {texts.t("formula.coins", { before: texts.coins(formula.coins_before), after: texts.coins(formula.coins_after) })}
      </p>
    </section>
  );
}
