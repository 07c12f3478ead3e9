import type { EvalImportView, EvalPushView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { count, number, plain } from "../text.ts";
import { warningLines } from "../warnings.ts";
import { runMark, shortIds, usdKnown } from "./figures.ts";
import { passRate } from "./runs.ts";

function pushed(view: EvalPushView, short: (id: string) => string, style: Style): string {
  const { colors } = style;
  const file = plain(view.file);
  if (view.reason === "rejected") {
    const { message, hint } = view.error;
    return `${colors.red("Rejected")} ${file}\n  ${plain(message).replaceAll("; ", "\n  ")}\n  ${colors.dim(plain(hint))}`;
  }
  const said = view.recorded ? colors.green("Recorded") : colors.yellow("Already known");
  const { run } = view;
  const mark = runMark(run);
  const line = `${said} ${file}: ${short(run.id)}, ${plain(run.tier)} on ${plain(run.git_branch)}, ${passRate(run, style)}, ${usdKnown(run.cost_usd, run.cost_complete)}${mark === null ? "" : `, ${colors.yellow(mark)}`}`;
  const incomplete = `  ${colors.dim("Incomplete: its cost counts, its results are part of no trend or comparison until the whole run is recorded.")}`;
  return [line, ...(run.partial ? [incomplete] : []), ...warningLines(view.warnings, style)].join("\n");
}

/** What became of each file. */
export function renderPush(views: readonly EvalPushView[], style: Style): string {
  const short = shortIds(views.flatMap(({ run }) => (run === null ? [] : [run.id])));
  return views.map((view) => pushed(view, short, style)).join("\n");
}

/** How many files became runs, and what is wrong with the others. */
export function renderImport(view: EvalImportView, style: Style): string {
  const { colors } = style;
  const summary = `${count(view.files, "file")}: ${colors.green(number(view.recorded))} recorded, ${number(view.duplicates)} already known, ${number(view.skipped)} skipped, ${
    view.rejected.length === 0 ? "none rejected" : colors.red(`${number(view.rejected.length)} rejected`)
  }`;
  const rejected = view.rejected.map(
    ({ file, error, hint }) => `  ${colors.red(plain(file))}\n    ${plain(error)}\n    ${colors.dim(plain(hint))}`,
  );
  const warnings = warningLines(
    view.warnings.map(({ file, message }) => `${file}: ${message}`),
    style,
  );
  return [
    summary,
    ...(rejected.length === 0 ? [] : [`Rejected:\n${rejected.join("\n")}`]),
    ...(warnings.length === 0 ? [] : [warnings.join("\n")]),
  ].join("\n\n");
}
