import type { EvalRunView } from "../../features/evals/operations/views.ts";
import type { Texts } from "../shared/texts.ts";

type Marked = Pick<EvalRunView, "partial" | "timestamp_given" | "stated_at">;

/** Caveats about comparing a run's figures with others, worded as in the command line; empty for most runs. */
export const markWords = (texts: Texts, { partial, timestamp_given, stated_at }: Marked): string =>
  [
    ...(partial ? [texts.t("evals.mark.partial")] : []),
    ...(timestamp_given ? [] : [texts.t("evals.mark.untimed")]),
    ...(stated_at === null ? [] : [texts.t("evals.mark.ahead", { time: texts.dateTime(Date.parse(stated_at)) })]),
  ].join(", ");
