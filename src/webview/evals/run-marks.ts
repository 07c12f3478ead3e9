import type { EvalRunView } from "../../features/evals/operations/views.ts";
import type { Texts } from "../shared/texts.ts";

type Marked = Pick<EvalRunView, "partial" | "timestamp_given" | "stated_at">;

/** What is to be known of a run before its figures are compared with others', in the words of the command line; empty for most. */
export const markWords = (texts: Texts, { partial, timestamp_given, stated_at }: Marked): string =>
  [
    ...(partial ? [texts.t("evals.mark.partial")] : []),
    ...(timestamp_given ? [] : [texts.t("evals.mark.untimed")]),
    ...(stated_at === null ? [] : [texts.t("evals.mark.ahead", { time: texts.dateTime(Date.parse(stated_at)) })]),
  ].join(", ");
