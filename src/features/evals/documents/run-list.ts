import * as doc from "../../../kernel/document.ts";
import { noMatch } from "../../shared/no-match.ts";
import { shortIds } from "../../shared/short-ids.ts";
import { summarizePush } from "../operations/push-summary.ts";
import type {
  EvalImportView,
  EvalListPage,
  EvalListView,
  EvalPushView,
  EvalRunView,
  MergedFilesView,
} from "../operations/views.ts";
import { duration, passRate, runCostText, runRemarks } from "./figures.ts";

/** A message that no run matches; without filters, that none is recorded, with a first command to run. */
export function noEvalRuns(explicitInput: Readonly<Record<string, unknown>>, words: doc.Words): doc.Document {
  const { t } = words;
  const nothing = doc.group(
    doc.paragraph(t("No eval runs are recorded.")),
    doc.action(t("Record one"), "reward-ledger eval import junit.xml"),
  );
  return [noMatch(explicitInput, "reward-ledger eval list", words) ?? nothing];
}

const hasSeveral = (runs: readonly EvalRunView[], key: "project" | "label" | "version"): boolean =>
  new Set(runs.map((run) => run[key])).size > 1;

/** `1 of 12 runs, 2 incomplete, $1.20`: totals over all matching runs, listed or not. */
function totalsText({ runs, matching, partial, cost_usd, cost_complete }: EvalListPage, words: doc.Words): string {
  const { t, number } = words;
  const all = doc.counted(words, matching, "{0} run", "{0} runs");
  const cut = runs.length < matching;
  const sum = runCostText({ cost_usd, cost_complete }, words);
  return [
    cut ? t("{0} of {1}", number(runs.length), all) : all,
    ...(partial === 0 ? [] : [t("{0} incomplete", number(partial))]),
    ...(sum === null ? [] : [cut ? t("{0} in total", sum) : sum]),
  ].join(", ");
}

/** Runs, latest first, with the cost of all matching runs. */
export function evalListDocument(
  page: EvalListPage,
  words: doc.Words,
  _input?: unknown,
  explicitInput: Readonly<Record<string, unknown>> = {},
): doc.Document {
  const { runs } = page;
  const { t, time } = words;
  if (runs.length === 0) return noEvalRuns(explicitInput, words);
  const shortId = shortIds(runs.map(({ id }) => id));
  const optional = (wanted: boolean, column: doc.Column<EvalListView>): readonly doc.Column<EvalListView>[] =>
    wanted ? [column] : [];
  const columns: readonly doc.Column<EvalListView>[] = [
    { head: t("Time"), cell: (run) => time(run.timestamp) },
    { head: t("Run"), cell: (run) => shortId(run.id) },
    ...optional(hasSeveral(runs, "project"), { head: t("Project"), shrink: 10, drop: 2, cell: (run) => run.project ?? "-" }),
    { head: t("Tier"), shrink: 6, cell: (run) => run.tier },
    { head: t("Branch"), shrink: 10, cell: (run) => run.git_branch || "-" },
    { head: t("Commit"), extra: true, cell: (run) => run.git_sha.slice(0, 8) },
    { head: t("Version"), extra: true, cell: (run) => run.version },
    ...optional(hasSeveral(runs, "label"), { head: t("Label"), shrink: 8, drop: 3, cell: (run) => run.label ?? "-" }),
    { head: t("Passed"), align: "right", cell: (run) => passRate(run, words) },
    { head: t("Cost"), align: "right", cell: (run) => runCostText(run, words) ?? "-" },
    { head: t("Duration"), align: "right", drop: 1, cell: (run) => duration(run.duration_seconds) },
    ...optional(
      runs.some((run) => runRemarks(run, words) !== null),
      { head: "", cell: (run) => doc.caution(runRemarks(run, words) ?? "") },
    ),
  ];
  return [doc.table(columns, runs), doc.paragraph(totalsText(page, words))];
}

/** `019b2f00, vitest, 6/10  60%`: one run in a line. */
function runLine(run: EvalRunView, shortId: (id: string) => string, words: doc.Words): doc.Text {
  const mark = runRemarks(run, words);
  const cost = runCostText(run, words);
  return [
    `${shortId(run.id)}, ${run.git_branch === "" ? run.tier : words.t("{0} on {1}", run.tier, run.git_branch)}, `,
    passRate(run, words),
    ...(cost === null ? [] : [`, ${cost}`]),
    ...(mark === null ? [] : [", ", doc.caution(mark)]),
  ];
}

function pushBlocks(view: EvalPushView, shortId: (id: string) => string, words: doc.Words): readonly doc.Block[] {
  const { t } = words;
  if (view.reason === "rejected") {
    const { message, hint } = view.error;
    return [
      doc.paragraph([doc.bad(t("Rejected")), ` ${view.file}`]),
      doc.list([...message.split("; "), doc.muted(hint)].map((text) => ({ text }))),
    ];
  }
  const { run, file, warnings } = view;
  const outcome = view.recorded ? doc.good(t("Recorded")) : doc.caution(t("Already recorded"));
  const incomplete = t(
    "Incomplete: its cost counts; its results are left out of trends and comparisons until the whole run is recorded.",
  );
  return [
    doc.paragraph([outcome, ` ${file}: `, runLine(run, shortId, words)]),
    ...(run.partial ? [doc.list([{ text: doc.muted(incomplete) }])] : []),
    ...warnings.map(doc.warning),
  ];
}

/** The files of each run that was merged from several. */
export const mergedParagraphs = (merged: readonly MergedFilesView[] = [], { t }: doc.Words): readonly doc.Block[] =>
  merged.map(({ file, parts }) => doc.paragraph(t("{0} is one run, of these files: {1}", file, parts.join(", "))));

/** The answer for each file. */
export function evalPushDocument(views: readonly EvalPushView[], words: doc.Words): doc.Document {
  const shortId = shortIds(views.flatMap(({ run }) => (run === null ? [] : [run.id])));
  return [
    ...mergedParagraphs(summarizePush(views).merged, words),
    doc.group(...views.flatMap((view) => pushBlocks(view, shortId, words))),
  ];
}

/** The number of files that were recorded, and the problems of the others. */
export function evalImportDocument(view: EvalImportView, words: doc.Words): doc.Document {
  const { t, number } = words;
  const { rejected, warnings } = view;
  const shortId = shortIds(view.runs.map(({ id }) => id));
  return [
    doc.paragraph([
      `${doc.counted(words, view.files, "{0} file", "{0} files")}: `,
      doc.good(t("{0} recorded", number(view.recorded))),
      `, ${t("{0} already recorded", number(view.duplicates))}, ${t("{0} skipped", number(view.skipped))}, `,
      rejected.length === 0 ? t("none rejected") : doc.bad(t("{0} rejected", number(rejected.length))),
    ]),
    ...mergedParagraphs(view.merged, words),
    ...(view.runs.length === 0
      ? []
      : [
          doc.group(
            ...view.runs.map((run) => doc.paragraph(runLine(run, shortId, words))),
            ...view.runs.map(({ id }) => doc.action(t("Show its tests"), `reward-ledger eval show ${shortId(id)}`)),
          ),
        ]),
    ...(rejected.length === 0
      ? []
      : [
          doc.group(
            doc.paragraph(t("Rejected:")),
            doc.list(rejected.map(({ file, error, hint }) => ({ text: doc.bad(file), details: [error, doc.muted(hint)] }))),
          ),
        ]),
    ...(warnings.length === 0 ? [] : [doc.group(...warnings.map(({ file, message }) => doc.warning(`${file}: ${message}`)))]),
  ];
}
