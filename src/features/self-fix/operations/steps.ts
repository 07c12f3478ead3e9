import type { Command } from "../../../kernel/command.ts";
import { modelOverLimit, modelUnreadable, selfFixStopped } from "../../../kernel/errors.ts";
import { fenceText, fillPrompt, parseAnswer } from "../../../kernel/model-text.ts";
import type { PromptName } from "../../../ports/model-calls.ts";
import type { Ports } from "../../../ports/ports.ts";
import type { Worktrees } from "../../../ports/worktrees.ts";
import type { FeedbackRow } from "../../agent/model/feedback.ts";
import { type InboxRow, inbox } from "../../agent/model/inbox.ts";
import { readRepoBinding } from "../../agent/operations/binding-files.ts";
import { addDraft, getRow } from "../../agent/operations/rows.ts";
import type { FixState } from "../model/fix-state.ts";
import { maxPlaces, namedPlaces, placesFromLines, searchWords } from "../model/localise.ts";
import { type PatchFile, readPatch, withLineEnds } from "../model/patch.ts";
import { isWithinPlan, largeReasons, maxRounds, parseVerdict, planOf } from "../model/plan.ts";
import { fixAnswer, summaryOf, titleOf } from "../model/proposal.ts";
import type { Place, Plan } from "../model/step.ts";
import { triageAnswer, triageOf } from "../model/triage.ts";
import { type FixRef, feedbackDraft, readFixSteps, recordStep } from "./record.ts";

/** The input of the steps of one fix. */
export type Work = Readonly<{
  ports: Ports;
  trees: Worktrees;
  row: FeedbackRow;
  standing: FixState;
  about: FixRef;
  signal: AbortSignal;
}>;

const triageTokens = 600;
const fixTokens = 8_000;
/** Maximum number of characters of files that a model is shown. */
const maxShownLength = 150_000;
const maxNames = 300;
const maxTests = 3;

/** Asks the model in a fresh context, without anything from earlier calls. */
async function askModel(
  { ports, signal }: Work,
  name: PromptName,
  values: Readonly<Record<string, string>>,
  maxTokens: number,
): Promise<string> {
  const { system, prompt } = fillPrompt(await ports.models.prompt(name), values);
  return (await ports.models.complete({ system: [{ text: system, cache: true }], prompt, maxTokens }, signal)).text;
}

/** Has a model triage the feedback, without recording anything. */
export async function triage(work: Work) {
  const { body, context_url, fix_class } = work.row;
  const values = { feedback: fenceText("feedback", body), about: fenceText("about", context_url ?? "(nothing is named)") };
  const answer = parseAnswer(await askModel(work, "triage", values, triageTokens), triageAnswer, modelUnreadable);
  return triageOf(answer, work.standing.triage === null ? fix_class : null);
}

export async function takeTriage(work: Work): Promise<void> {
  const { ports, about, row } = work;
  const result = await triage(work);
  const { fix_class, root_cause, success_criterion, confidence, escalated } = result;
  const set = { fix_class, root_cause, success_criterion };
  const note = { confidence, ...(escalated ? { escalated_low_confidence: true } : {}) };
  const moves = [
    ...(row.state === "pending" ? [{ set: { ...set, state: "triaged" }, note }] : [{ set, note }]),
    ...(fix_class === "out-of-scope" && !escalated
      ? [{ set: { state: "rejected" }, note: { reason: "no change of this project can answer it" } }]
      : []),
  ];
  await recordStep(
    ports,
    about,
    { step: "triaged", triage: result },
    moves.map((move) => feedbackDraft(ports, row.id, move)),
  );
}

/** Returns those places that exist in a commit, in text files that git tracks, with their ends cut to the file's last line. */
async function existingPlaces(trees: Worktrees, commit: string, places: readonly Place[]): Promise<readonly Place[]> {
  const found: Place[] = [];
  for (const { file, start, end } of places) {
    const text = await trees.text(commit, file);
    const lines = text === null ? 0 : text.replace(/\n$/, "").split("\n").length;
    if (start <= lines) found.push({ file, start, end: Math.min(end, lines) });
    if (found.length === maxPlaces) break;
  }
  return found;
}

/** Finds the places that the feedback is about, without recording anything. */
export async function localise({ ports, trees, row, standing, signal }: Work) {
  const { read } = await readRepoBinding(ports);
  const branches = (read?.value.allowed_branches ?? []).filter((name) => /^[\w./-]+$/.test(name) && !name.startsWith("auto/"));
  const base = await trees.base(branches);
  const text = [row.context_url ?? "", row.body].join("\n");
  const { comments } = standing;
  const files = await trees.files(base.commit);
  // The latest comment comes first: places that a human names there take precedence.
  for (const source of [comments.at(-1) ?? "", text]) {
    const places = await existingPlaces(trees, base.commit, namedPlaces(source, files));
    if (places.length > 0) return { base, places };
  }
  const words = searchWords([text, ...comments].join("\n"));
  return { base, places: placesFromLines(await trees.search(base.commit, words, signal), words) };
}

export async function takeLocalise(work: Work): Promise<void> {
  const { base, places } = await localise(work);
  if (places.length === 0) {
    throw selfFixStopped(work.row.id, "no file that git tracks holds what the feedback speaks of; name a place as path:line");
  }
  await recordStep(work.ports, work.about, { step: "localised", base, places });
}

export const plan = ({ standing }: Pick<Work, "standing">): Plan => planOf(standing.triage?.fix_class ?? "tool", standing.places);

export const takePlan = async (work: Work): Promise<void> =>
  recordStep(work.ports, work.about, { step: "planned", plan: plan(work) });

const questionText = ({ row, standing }: Work, { files, lines, reasons }: Plan): string =>
  [
    `Shall I fix feedback ${row.id} (${standing.triage?.fix_class ?? ""})? It is a large job: ${reasons.join("; ")}.`,
    `About ${lines} lines change: ${files.map(({ file }) => file).join(", ")}.`,
    "Answer yes or no, or say what to do instead (path:start-end names a place).",
    "",
    row.body,
  ].join("\n");

/** Asks a human about a plan. The question and the step are recorded together. */
export async function takeQuestion(work: Work, askedPlan: Plan): Promise<void> {
  const { ports, about } = work;
  const now = ports.clock.now();
  const question = ports.ids.next(now);
  const message = {
    id: question,
    received_at: now.toISOString(),
    from_handle: about.agent,
    channel: "cli",
    severity: "question",
    body: questionText(work, askedPlan),
    ack_sent_at: now.toISOString(),
  };
  await recordStep(ports, about, { step: "asked", plan: askedPlan, question }, [addDraft(inbox, about.project, message)]);
}

/** The message that asks about the plan. */
export const readQuestion = ({ ports, standing }: Pick<Work, "ports" | "standing">): Promise<InboxRow> =>
  getRow(ports, inbox, standing.question ?? "");

/** Records the answer of a human, if there is one. @returns whether there is */
export async function takeAnswer(work: Work): Promise<boolean> {
  const { ports, about, row, standing } = work;
  const { state, answer } = await readQuestion(work);
  if (state === "pending" || state === "seen") return false;
  // A question that was closed without an answer counts as a no.
  const text = answer ?? "(no answer)";
  const verdict = answer === null ? "no" : parseVerdict(answer);
  if (verdict === "refine" && standing.comments.length >= maxRounds) {
    throw selfFixStopped(row.id, `it was planned anew ${maxRounds} times, and no plan was agreed to`);
  }
  const rejected = feedbackDraft(ports, row.id, {
    set: { fix_class: "out-of-scope", state: "rejected" },
    note: { reason: `the plan was refused: ${text}`, refused_class: standing.triage?.fix_class },
  });
  await recordStep(ports, about, { step: "answered", answer: { verdict, text } }, verdict === "no" ? [rejected] : []);
  return true;
}

/** Returns the text that shows a model the files of the plan and the tests that belong to them by name. */
async function shownFiles({ trees, standing }: Work): Promise<string> {
  const commit = standing.base?.commit ?? "";
  const names = await trees.files(commit);
  const planned = [...new Set(standing.places.map(({ file }) => file))];
  const stems = planned.map((file) => (file.split("/").at(-1) ?? "").replace(/\..*$/, "").toLowerCase());
  const isTest = (file: string): boolean => /(?:^|[/_.-])tests?(?:[/_.-]|$)|spec/i.test(file);
  const tests = names.filter((file) => isTest(file) && stems.some((stem) => file.toLowerCase().includes(stem)));
  const shown: string[] = [];
  for (const file of new Set([...planned, ...tests.slice(0, maxTests)])) {
    const text = await trees.text(commit, file);
    if (text !== null) shown.push(fenceText("file", `${file}\n\n${text}`));
  }
  const places = standing.places.map(({ file, start, end }) => `${file}:${start}-${end}`).join("\n");
  const listed = names.filter(isTest).slice(0, maxNames).join("\n");
  const whole = [fenceText("places", places), fenceText("tests", listed || "(there are none)"), ...shown].join("\n\n");
  if (whole.length > maxShownLength) {
    throw modelOverLimit(`the files of the plan have ${whole.length} characters, and a model is shown ${maxShownLength} at most`);
  }
  return whole;
}

/** Returns the branch name of a fix, from agent and feedback, in characters that every system accepts. */
export const branchName = ({ agent, id }: Pick<FixRef, "agent" | "id">): string =>
  ["auto", agent, id].map((part) => part.replaceAll(/[^\w-]+/g, "-").replace(/^-+|-+$/g, "") || "agent").join("/");

/** Returns the files of a patch in which all lines end with CR LF. */
async function crlfFiles({ trees, standing }: Work, files: readonly PatchFile[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { file, state } of files) {
    const text = state === "added" ? null : await trees.text(standing.base?.commit ?? "", file);
    if (text?.includes("\r\n") && !/(?<!\r)\n/.test(text)) found.add(file);
  }
  return found;
}

/**
 * Has a model propose the fix, and commits it if it passes the checks.
 * @returns the plan that a human has to agree to first, if the change exceeds the current plan; else null
 */
export async function takeFix(work: Work, testCommands: readonly Command[]): Promise<Plan | null> {
  const { ports, trees, row, standing, about, signal } = work;
  const { triage: triaged, base, comments, stop } = standing;
  if (triaged === null || base === null) throw new TypeError("a fix without a plan");
  const branch = branchName(about);
  const before = (await readFixSteps(ports, row.id)).flatMap(({ fix }) => fix?.commit ?? []);
  // Checked before the model is asked: without a free branch, its answer could not be committed.
  const heldReason = await trees.branchHeld(branch, before);
  if (heldReason !== null) throw selfFixStopped(row.id, `the branch ${branch} is not free: ${heldReason}`);
  const response = await askModel(
    work,
    "fix",
    {
      feedback: fenceText("feedback", row.body),
      triage: fenceText("triage", JSON.stringify(triaged)),
      comments: fenceText("comments", comments.join("\n\n") || "(there are none)"),
      earlier: fenceText("earlier", stop?.reason ?? "(this is the first attempt)"),
      command: fenceText("command", testCommands.map((command) => command.join(" ")).join("\n") || "(none is known)"),
      files: await shownFiles(work),
    },
    fixTokens,
  );
  const answer = parseAnswer(response, fixAnswer, modelUnreadable);
  const { read } = await readRepoBinding(ports);
  const patch = readPatch(answer.patch, read?.value.forbidden_paths ?? []);
  if (!patch.ok) throw selfFixStopped(row.id, `the proposed patch is refused: ${patch.reason}`);
  const test = patch.files.find(({ file, state }) => file === answer.test && state !== "removed");
  if (test === undefined) throw selfFixStopped(row.id, `the proposed patch has no regression test ${answer.test.slice(0, 200)}`);
  const runner = patch.files.find(({ file }) =>
    testCommands.some((words) => words.some((one) => one.replace(/^\.\//, "") === file)),
  );
  if (runner !== undefined) throw selfFixStopped(row.id, `the proposed patch changes ${runner.file}, which the tests are run by`);
  const title = titleOf(answer, triaged.fix_class);
  const summary = summaryOf(answer);
  const change = {
    base: base.commit,
    patch: withLineEnds(patch, await crlfFiles(work, patch.files)),
    files: patch.files.map(({ file }) => file),
    message: `${title}\n\n${summary}\n\nFeedback-Id: ${row.id}\n`,
    author: about.agent,
    at: ports.clock.now().toISOString(),
  };
  const checked = await trees.apply(change, true, signal);
  if (!checked.ok) throw selfFixStopped(row.id, `the proposed patch is refused: ${checked.reason}`);
  const others = patch.files.filter((file) => file !== test).map(({ file, lines }) => ({ file, lines }));
  const reasons = largeReasons(triaged.fix_class, others);
  const largerPlan = { files: others, lines: others.reduce((sum, { lines }) => sum + lines, 0), large: true, reasons };
  if (reasons.length > 0 && !(standing.approved && isWithinPlan(largerPlan, standing.plan))) return largerPlan;
  const applied = await trees.apply(change, false, signal);
  if (!applied.ok) throw selfFixStopped(row.id, `the proposed patch is refused: ${applied.reason}`);
  const { commit } = applied;
  await recordStep(ports, about, {
    step: "fixed",
    fix: { branch, commit, title, summary, test: test.file, files: change.files },
  });
  await trees.point(branch, commit, before);
  return null;
}
