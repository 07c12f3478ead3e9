import type { JSX } from "preact";
import type { Effect } from "../../features/rules/model/effect.ts";
import type { EffectView } from "../../features/rules/operations/views.ts";
import { useTexts } from "./contexts.ts";
import type { Texts } from "./texts.ts";

/** SVG paths in a 12 by 12 box: `helped` points down, `worse` points up, `no_effect` is a bar, `too_early` is three squares. */
const paths: Readonly<Record<Effect, string>> = {
  helped: "M0.8 2H11.2L6 11Z",
  worse: "M0.8 10.5H11.2L6 1.5Z",
  no_effect: "M1 4.7H11V7.3H1Z",
  too_early: "M0.5 4.7H3.1V7.3H0.5ZM4.7 4.7H7.3V7.3H4.7ZM8.9 4.7H11.5V7.3H8.9Z",
};

/** The effect of teaching a rule, as a mark with its name. @param title tooltip */
export function EffectMark({ effect, title }: Readonly<{ effect: Effect; title?: string }>): JSX.Element {
  const texts = useTexts();
  return (
    <span class="with-mark" title={title}>
      <svg class={`mark effect-${effect}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={paths[effect]} />
      </svg>
      {texts.t(`effect.${effect}`)}
    </span>
  );
}

const perRun = ({ hits, runs }: EffectView["before"]): number | null => (runs === 0 ? null : hits / runs);

/** Hits per run before a rule was taught; `rateSince`: since then. Null without a run. */
export const rateBefore = ({ before }: EffectView): number | null => perRun(before);
export const rateSince = ({ after }: EffectView): number | null => perRun(after);

/** The confidence interval of the ratio of the later rate to the earlier one; blank if it is not known. */
export const intervalWords = (texts: Texts, { p, ratio_low: low, ratio_high: high }: EffectView): string =>
  p === null ? "" : texts.t("effect.interval", { low: texts.rate(low ?? Infinity), high: texts.rate(high ?? Infinity) });

/** All numbers of an effect in one sentence. */
export function effectWords(texts: Texts, effect: EffectView): string {
  const { project, since, before, after } = effect;
  const side = (side: EffectView["before"]): string => {
    const rate = perRun(side);
    return texts.t("effect.side", {
      rate: rate === null ? "–" : texts.rate(rate),
      hits: texts.number(side.hits),
      runs: texts.number(side.runs),
    });
  };
  const values = {
    effect: texts.t(`effect.${effect.effect}`),
    project,
    since: texts.dateTime(Date.parse(since)),
    before: side(before),
    after: side(after),
  };
  const interval = intervalWords(texts, effect);
  return texts.t("effect.words", values) + (interval === "" ? "" : ` ${texts.t("effect.ratio", { interval })}`);
}
