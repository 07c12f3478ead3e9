import type { HealthReason } from "../../features/evals/model/health.ts";
import type { Texts } from "../shared/texts.ts";

/** Why a test is in its state of health, in words. */
export function reasonWords(texts: Texts, reason: HealthReason): string {
  switch (reason.kind) {
    case "few":
      return texts.count("evals.why.few", reason.results);
    case "all-passed":
    case "all-failed":
      return texts.t(`evals.why.${reason.kind}`, { n: texts.number(reason.results) });
    case "turned-red":
      return texts.t("evals.why.turned", {
        now: texts.count("evals.fails", reason.count),
        before: texts.count("streak.pass", reason.before),
      });
    case "turned-green":
      return texts.t("evals.why.turned", {
        now: texts.count("evals.passes", reason.count),
        before: texts.count("streak.block", reason.before),
      });
    case "one-fail":
      return texts.count("evals.why.one-fail", reason.count);
    case "one-pass":
      return texts.count("evals.why.one-pass", reason.count);
    case "changes":
      return texts.count("evals.why.changes", reason.changes, { results: texts.number(reason.results) });
    case "disagrees":
      return texts.count("evals.why.disagrees", reason.times);
    default:
      return reason satisfies never;
  }
}

/** The run since which a test has been in this state, in words. */
export const sinceWords = (texts: Texts, run: Readonly<{ timestamp: string; git_sha: string }>): string =>
  texts.t("evals.since", { time: texts.dateTime(Date.parse(run.timestamp)), commit: run.git_sha.slice(0, 10) });
