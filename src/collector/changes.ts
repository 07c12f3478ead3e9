import { usdText } from "../features/evals/model/money.ts";
import type { EvalCompareView } from "../features/evals/operations/views.ts";

const signed = (value: number, text: string): string => `${value < 0 ? "-" : "+"}${text}`;

/** What changed since the run before, for people: the counts, cost and time, and one line per notable change. */
export function changesText(view: EvalCompareView): string {
  const counts = (["improved", "regressed", "unchanged", "added", "removed"] as const)
    .filter((change) => view[change] > 0)
    .map((change) => `${view[change]} ${change}`);
  const cost = signed(view.total_cost_delta_usd, usdText(Math.abs(view.total_cost_delta_usd)));
  const time = signed(view.total_duration_delta_ms, `${Math.round(Math.abs(view.total_duration_delta_ms) / 1000)}s`);
  const { version, git_branch, timestamp } = view.before;
  return [
    `Against ${version} on ${git_branch} of ${timestamp.slice(0, 16).replace("T", " ")} UTC: ${counts.join(", ")}; cost ${cost}, time ${time}`,
    ...view.notes.map((note) => `- ${note}`),
    ...view.warnings.map((warning) => `warning: ${warning}`),
  ].join("\n");
}
