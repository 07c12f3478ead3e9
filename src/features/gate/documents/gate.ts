import type { Block, Document, Text, Words } from "../../../kernel/document.ts";
import * as doc from "../../../kernel/document.ts";
import { truncationNote } from "../../shared/row-limit.ts";
import { shortIds } from "../../shared/short-ids.ts";
import { type FindingSeverity, type GateFinding, type PassResult, passNumber } from "../model/pass-result.ts";
import type { GateVerdict } from "../model/verdict.ts";
import type { GateRunView, GateView } from "../operations/views.ts";
import { commandsTable } from "./commands.ts";

const verdictText = (verdict: GateVerdict, { t }: Words): Text => {
  const texts: Readonly<Record<GateVerdict, Text>> = {
    pass: doc.good(t("pass")),
    "request-changes": doc.caution(t("request changes")),
    block: doc.bad(t("block")),
  };
  return texts[verdict];
};

const statusText = ({ status, skipped_because }: PassResult, { t }: Words): Text => {
  const texts: Readonly<Record<PassResult["status"], Text>> = {
    pass: doc.good(t("pass")),
    fail: doc.bad(t("fail")),
    skipped: skipped_because === "unavailable" ? doc.caution(t("not run")) : doc.muted(t("skipped")),
  };
  return texts[status];
};

const severityText = (severity: FindingSeverity, { t }: Words): Text => {
  const texts: Readonly<Record<FindingSeverity, Text>> = {
    blocking: doc.bad(t("blocking")),
    significant: doc.caution(t("significant")),
    minor: doc.muted(t("minor")),
    info: doc.muted(t("info")),
  };
  return texts[severity];
};

const seconds = (ms: number, { number }: Words): string => `${number(Math.round(ms / 100) / 10)} s`;
const placeOf = ({ file, line }: GateFinding): string => (file === null ? "" : line === null ? file : `${file}:${line}`);

const passTable = (passes: readonly PassResult[], words: Words): Block =>
  doc.table<PassResult>(
    [
      { head: "", align: "right", cell: ({ pass }) => String(passNumber(pass)) },
      { head: words.t("Pass"), cell: ({ pass }) => pass },
      { head: words.t("Result"), cell: (one) => statusText(one, words) },
      {
        head: words.t("Confidence"),
        align: "right",
        drop: 2,
        cell: ({ confidence }) => (confidence === null ? "" : words.number(confidence)),
      },
      {
        head: words.t("Findings"),
        align: "right",
        cell: ({ findings }) => (findings.length === 0 ? "" : words.number(findings.length)),
      },
      {
        head: words.t("Time"),
        align: "right",
        drop: 3,
        cell: ({ status, duration_ms }) => (status === "skipped" ? "" : seconds(duration_ms, words)),
      },
      { head: words.t("Why"), shrink: 16, drop: 1, cell: ({ reason, unchecked }) => doc.muted(reason ?? unchecked.join("; ")) },
    ],
    passes,
  );

const findingsOf = ({ pass, findings }: PassResult, words: Words): Document =>
  findings.length === 0
    ? []
    : [
        doc.heading(words.t("Findings of {0}", pass)),
        doc.list(
          findings.map((one) => ({
            text: [severityText(one.severity, words), `: ${one.description}`],
            details: [placeOf(one), one.fix ?? "", one.citation ?? ""].filter((detail) => detail !== "").map(doc.muted),
          })),
        ),
      ];

/** A run with the result of each pass and all findings. */
export function gateRunDocument(view: GateRunView, words: Words): Document {
  const { t } = words;
  const { base, auto_merge } = view;
  return [
    doc.paragraph([doc.strong(t("Review gate: ")), verdictText(view.verdict, words)]),
    doc.fields(
      [
        ...(view.title === null ? [] : [{ label: t("Change"), value: view.title }]),
        {
          label: t("Compared with"),
          value: `${base.name} (${base.commit.slice(0, 12)})`,
          remark: doc.counted(words, view.files, "{0} file", "{0} files"),
        },
        ...(view.branch === null ? [] : [{ label: t("Branch"), value: view.branch }]),
        ...(view.feedback === null ? [] : [{ label: t("Feedback"), value: view.feedback }]),
        { label: t("Run"), value: view.id, remark: words.time(view.at) },
      ],
      true,
    ),
    passTable(view.passes, words),
    ...view.passes.flatMap((pass) => findingsOf(pass, words)),
    ...(auto_merge.allowed
      ? [doc.paragraph(doc.good(t("It may be merged without a human.")))]
      : view.verdict === "pass"
        ? [doc.heading(t("A human decides on merging it")), doc.list(auto_merge.reasons.map((reason) => ({ text: reason })))]
        : []),
  ];
}

/** A run, or the plan of a dry run. */
export function gateDocument(view: GateView, words: Words): Document {
  const { t } = words;
  if (!view.dry_run) return gateRunDocument(view, words);
  return [
    doc.paragraph(doc.strong(t("Nothing was run or recorded."))),
    doc.fields([{ label: t("Compared with"), value: `${view.base.name} (${view.base.commit.slice(0, 12)})` }]),
    doc.list(view.files.map((file) => ({ text: file }))),
    ...(view.commands.length === 0 ? [] : [commandsTable(view.commands, words)]),
    doc.action(t("Run it"), "reward-ledger gate run"),
  ];
}

/** Runs of the gate, newest first. */
export function gateListDocument(
  runs: readonly GateRunView[],
  words: Words,
  _input: unknown,
  flags: Readonly<Record<string, unknown>>,
): Document {
  const { t, number } = words;
  if (runs.length === 0)
    return [doc.paragraph(t("The review gate has not run yet.")), doc.action(t("Run it"), "reward-ledger gate run")];
  const short = shortIds(runs.map(({ id }) => id));
  return [
    doc.table<GateRunView>(
      [
        { head: t("Run"), cell: ({ id }) => short(id) },
        { head: t("Time"), shrink: 8, cell: ({ at }) => words.time(at) },
        { head: t("Verdict"), cell: ({ verdict }) => verdictText(verdict, words) },
        {
          head: t("Confidence"),
          align: "right",
          drop: 2,
          cell: ({ confidence }) => (confidence === null ? "" : number(confidence)),
        },
        { head: t("Change"), shrink: 16, drop: 1, cell: ({ title, branch }) => title ?? branch ?? "" },
        { head: t("Project"), shrink: 8, drop: 3, cell: ({ project }) => project ?? "" },
      ],
      runs,
    ),
    ...truncationNote(runs, flags, words, (count) => t("The latest {0} runs; --limit shows more, --json all.", count)),
    doc.action(t("Show details"), "reward-ledger gate show RUN"),
  ];
}
