import {
  action,
  type Block,
  bad,
  type Column,
  caution,
  counted,
  type Document,
  good,
  group,
  list,
  muted,
  paragraph,
  type Text,
  table,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import { shortIds } from "../../shared/short-ids.ts";
import type { EvalImportView, EvalListPage, EvalListView, EvalPushView, EvalRunView } from "../operations/views.ts";
import { costKnown, duration, passRate, runMark } from "./figures.ts";

/** That nothing is recorded, and how to begin. */
export const nothingRecorded = ({ t }: Words): Document => [
  group(paragraph(t("No eval runs are recorded.")), action(t("Record one"), "reward-ledger eval import junit.xml")),
];

const differs = (runs: readonly EvalRunView[], key: "project" | "label" | "version"): boolean =>
  new Set(runs.map((run) => run[key])).size > 1;

/** `1 of 12 runs, 2 incomplete, $1.20`: all runs of the choice, listed or not. */
function sumOf({ runs, matching, partial, cost_usd, cost_complete }: EvalListPage, words: Words): string {
  const { t, number } = words;
  const all = counted(words, matching, "{0} run", "{0} runs");
  const cut = runs.length < matching;
  const sum = costKnown({ cost_usd, cost_complete }, words);
  return [
    cut ? t("{0} of {1}", number(runs.length), all) : all,
    ...(partial === 0 ? [] : [t("{0} incomplete", number(partial))]),
    ...(sum === null ? [] : [cut ? t("{0} in total", sum) : sum]),
  ].join(", ");
}

/** Runs, latest first, with what all of the choice cost. */
export function evalListDocument(page: EvalListPage, words: Words): Document {
  const { runs } = page;
  const { t, time } = words;
  if (runs.length === 0) return nothingRecorded(words);
  const short = shortIds(runs.map(({ id }) => id));
  const optional = (wanted: boolean, column: Column<EvalListView>): readonly Column<EvalListView>[] => (wanted ? [column] : []);
  const columns: readonly Column<EvalListView>[] = [
    { head: t("Time"), cell: (run) => time(run.timestamp) },
    { head: t("Run"), cell: (run) => short(run.id) },
    ...optional(differs(runs, "project"), { head: t("Project"), shrink: 10, drop: 2, cell: (run) => run.project ?? "-" }),
    { head: t("Tier"), shrink: 6, cell: (run) => run.tier },
    { head: t("Branch"), shrink: 10, cell: (run) => run.git_branch || "-" },
    { head: t("Commit"), extra: true, cell: (run) => run.git_sha.slice(0, 8) },
    { head: t("Version"), extra: true, cell: (run) => run.version },
    ...optional(differs(runs, "label"), { head: t("Label"), shrink: 8, drop: 3, cell: (run) => run.label ?? "-" }),
    { head: t("Passed"), align: "right", cell: (run) => passRate(run, words) },
    { head: t("Cost"), align: "right", cell: (run) => costKnown(run, words) ?? "-" },
    { head: t("Took"), align: "right", drop: 1, cell: (run) => duration(run.duration_seconds) },
    ...optional(
      runs.some((run) => runMark(run, words) !== null),
      { head: "", cell: (run) => caution(runMark(run, words) ?? "") },
    ),
  ];
  return [table(columns, runs), paragraph(sumOf(page, words))];
}

/** `019b2f00, vitest, 6/10  60%`: one run in a line. */
function runLine(run: EvalRunView, short: (id: string) => string, words: Words): Text {
  const mark = runMark(run, words);
  const cost = costKnown(run, words);
  return [
    `${short(run.id)}, ${run.git_branch === "" ? run.tier : words.t("{0} on {1}", run.tier, run.git_branch)}, `,
    passRate(run, words),
    ...(cost === null ? [] : [`, ${cost}`]),
    ...(mark === null ? [] : [", ", caution(mark)]),
  ];
}

function pushed(view: EvalPushView, short: (id: string) => string, words: Words): readonly Block[] {
  const { t } = words;
  if (view.reason === "rejected") {
    const { message, hint } = view.error;
    return [
      paragraph([bad(t("Rejected")), ` ${view.file}`]),
      list([...message.split("; "), muted(hint)].map((text) => ({ text }))),
    ];
  }
  const { run, file, warnings } = view;
  const said = view.recorded ? good(t("Recorded")) : caution(t("Already recorded"));
  const incomplete = t(
    "Incomplete: its cost counts; its results are left out of trends and comparisons until the whole run is recorded.",
  );
  return [
    paragraph([said, ` ${file}: `, runLine(run, short, words)]),
    ...(run.partial ? [list([{ text: muted(incomplete) }])] : []),
    ...warnings.map(warning),
  ];
}

/** What became of each file. */
export function evalPushDocument(views: readonly EvalPushView[], words: Words): Document {
  const short = shortIds(views.flatMap(({ run }) => (run === null ? [] : [run.id])));
  return [group(...views.flatMap((view) => pushed(view, short, words)))];
}

/** How many files became runs, and what is wrong with the others. */
export function evalImportDocument(view: EvalImportView, words: Words): Document {
  const { t, number } = words;
  const { rejected, warnings } = view;
  const short = shortIds(view.runs.map(({ id }) => id));
  return [
    paragraph([
      `${counted(words, view.files, "{0} file", "{0} files")}: `,
      good(t("{0} recorded", number(view.recorded))),
      `, ${t("{0} already recorded", number(view.duplicates))}, ${t("{0} skipped", number(view.skipped))}, `,
      rejected.length === 0 ? t("none rejected") : bad(t("{0} rejected", number(rejected.length))),
    ]),
    ...(view.merged ?? []).map(({ file, parts }) => paragraph(t("{0} is one run, of these files: {1}", file, parts.join(", ")))),
    ...(view.runs.length === 0
      ? []
      : [
          group(
            ...view.runs.map((run) => paragraph(runLine(run, short, words))),
            ...view.runs.map(({ id }) => action(t("Show its tests"), `reward-ledger eval show ${short(id)}`)),
          ),
        ]),
    ...(rejected.length === 0
      ? []
      : [
          group(
            paragraph(t("Rejected:")),
            list(rejected.map(({ file, error, hint }) => ({ text: bad(file), details: [error, muted(hint)] }))),
          ),
        ]),
    ...(warnings.length === 0 ? [] : [group(...warnings.map(({ file, message }) => warning(`${file}: ${message}`)))]),
  ];
}
