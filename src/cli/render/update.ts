import type { UpdateView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { coinChange } from "./figures.ts";
import { standingLine } from "./status.ts";
import { count, plain } from "./text.ts";
import { warningLines } from "./warnings.ts";

/** What was recorded, what it earned, and where the agent stands. */
export function renderUpdate(view: UpdateView, style: Style): string {
  const { colors } = style;
  const { run } = view;
  const standing = [standingLine(view.status, style), ...warningLines(view.warnings, style)].join("\n");
  if (!view.recorded) {
    return `${colors.yellow("Unchanged")}: run ${plain(run.run_id)} is already recorded\n${standing}`;
  }
  const bonus = run.bonus === 0 ? "" : `, ${run.bonus > 0 ? "streak bonus" : "streak penalty"} ${coinChange(run.bonus)} included`;
  const blocking = run.blocking === 0 ? "" : ` (${run.blocking} blocking)`;
  const findings = `${count(run.findings, "finding")}${blocking}`;
  return `${colors.green("Recorded")} ${plain(run.run_id)}: score ${run.score}, ${findings}, ${coinChange(run.coin_delta)} coins${bonus}\n${standing}`;
}
