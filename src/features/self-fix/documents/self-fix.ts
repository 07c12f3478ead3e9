import type { Block, Document, Field, Text, Words } from "../../../kernel/document.ts";
import * as doc from "../../../kernel/document.ts";
import { truncationNote } from "../../shared/row-limit.ts";
import { shortIds } from "../../shared/short-ids.ts";
import type { NextStep } from "../model/fix-state.ts";
import type { FixView, Outcome, SelfFixView } from "../operations/views.ts";

/** The text that shows what comes next. */
function nextText(next: NextStep, { t }: Words): string {
  switch (next) {
    case "triage":
      return t("sort it");
    case "localise":
      return t("find the places");
    case "plan":
      return t("plan it");
    case "ask":
      return t("ask a human");
    case "answer":
      return t("an answer");
    case "fix":
      return t("propose a patch");
    case "test":
      return t("test it");
    case "gate":
      return t("review it");
    case "publish":
      return t("propose it");
    case "merge":
      return t("its merge");
    case "nothing":
      return t("nothing");
    default:
      return next satisfies never;
  }
}

function outcomeText(outcome: Outcome, { t }: Words): Text {
  switch (outcome) {
    case "no-pending":
      return doc.muted(t("no-pending: no feedback is pending."));
    case "would":
      return doc.info(t("Nothing was written, run or proposed."));
    case "went-on":
      return doc.good(t("The step is done."));
    case "waiting":
      return doc.caution(t("It waits for a human."));
    case "escalated":
      return doc.caution(t("It is unclear what the feedback asks for."));
    case "rejected":
      return doc.muted(t("It was rejected."));
    case "stopped":
      return doc.bad(t("It stopped; nothing was proposed."));
    case "kept":
      return doc.caution(t("The fix is ready on its branch; no pull request was opened."));
    case "opened":
      return doc.good(t("A draft pull request is open."));
    case "not-merged":
      return doc.info(t("It is not merged yet."));
    case "verified":
      return doc.good(t("The fix is merged and verified."));
    default:
      return outcome satisfies never;
  }
}

const placesText = ({ places }: FixView): string =>
  places.map(({ file, start, end }) => (start === end ? `${file}:${start}` : `${file}:${start}-${end}`)).join(", ");

function fieldsOf(fix: FixView, words: Words): readonly Field[] {
  const { t, number } = words;
  const { triage, base, plan, question, fix: proposed, gate, pull_request, merge, stop } = fix;
  const row = (label: string, value: Text | null | undefined, remark?: Text | null): readonly Field[] =>
    value === null || value === undefined || value === "" ? [] : [{ label, value, remark: remark ?? null }];
  return [
    ...row(t("Feedback"), fix.body, fix.feedback),
    ...row(t("State"), fix.state),
    ...row(t("Kind of fix"), triage?.fix_class, triage === null ? null : t("{0}% sure", number(triage.confidence))),
    ...row(t("Root cause"), triage?.root_cause),
    ...row(t("Success criterion"), triage?.success_criterion),
    ...row(t("Places"), placesText(fix), base === null ? null : `${base.name} (${base.commit.slice(0, 12)})`),
    ...row(t("Plan"), plan === null ? null : t("about {0} lines", number(plan.lines)), plan?.reasons.join("; ") ?? null),
    ...row(t("Question"), question, fix.approved ? t("agreed") : null),
    ...row(t("Branch"), proposed?.branch, proposed?.commit.slice(0, 12) ?? null),
    ...row(t("Change"), proposed?.title),
    ...row(t("Regression test"), proposed?.test),
    ...row(t("Review gate"), gate?.verdict, gate?.run ?? null),
    ...row(t("Pull request"), pull_request?.url ?? pull_request?.body_file, pull_request?.reason ?? null),
    ...row(t("Merged"), merge?.commit.slice(0, 12), merge?.result ?? null),
    ...row(t("Stopped"), fix.step === "stopped" ? stop?.reason : null),
    ...row(t("Next"), nextText(fix.next, words)),
  ];
}

const listOf = (texts: readonly string[]): readonly Block[] =>
  texts.length === 0 ? [] : [doc.list(texts.map((text) => ({ text })))];

/** The result of a call, and the state of the fix. */
export function selfFixDocument(view: SelfFixView, words: Words): Document {
  const { t } = words;
  const { fix, outcome, reasons, would, steps } = view;
  return [
    doc.paragraph(outcomeText(outcome, words)),
    ...(steps.length === 0 ? [] : [doc.paragraph(doc.muted(t("Steps: {0}", steps.join(", "))))]),
    ...listOf(reasons.filter((reason) => reason !== "")),
    ...(fix === null ? [] : [doc.fields(fieldsOf(fix, words), true)]),
    ...(would.length === 0 ? [] : [doc.heading(t("Planned steps")), ...listOf(would)]),
    ...(outcome === "waiting" && fix?.question
      ? [doc.action(t("Agree to it"), `reward-ledger inbox answer ${fix.question} yes`)]
      : []),
  ];
}

/** The state of one fix. */
export const fixDocument = (fix: FixView, words: Words): Document => [doc.fields(fieldsOf(fix, words), true)];

/** Fixes, the latest first. */
export function fixListDocument(
  fixes: readonly FixView[],
  words: Words,
  _input: unknown,
  flags: Readonly<Record<string, unknown>>,
): Document {
  const { t } = words;
  if (fixes.length === 0) {
    return [doc.paragraph(t("No fix of feedback has begun.")), doc.action(t("Start a fix"), "reward-ledger self-fix process")];
  }
  const short = shortIds(fixes.map(({ feedback }) => feedback));
  return [
    doc.table<FixView>(
      [
        { head: "ID", cell: ({ feedback }) => short(feedback) },
        { head: t("Time"), shrink: 8, drop: 2, cell: ({ at }) => words.time(at) },
        { head: t("State"), cell: ({ state }) => state },
        { head: t("Step"), cell: ({ step }) => step ?? "" },
        { head: t("Waits for"), drop: 1, cell: ({ next }) => nextText(next, words) },
        { head: t("Feedback"), shrink: 16, cell: ({ body }) => body },
        { head: t("Pull request"), shrink: 12, drop: 3, cell: ({ pull_request }) => pull_request?.url ?? "" },
      ],
      fixes,
    ),
    ...truncationNote(fixes, flags, words, (count) => t("The latest {0} fixes; --limit shows more, --json all.", count)),
    doc.action(t("Show details"), "reward-ledger self-fix show ID"),
  ];
}
