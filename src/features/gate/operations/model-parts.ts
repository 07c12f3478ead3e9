import { modelUnreadable } from "../../../kernel/errors.ts";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import { fenced, filledPrompt, parseAnswer } from "../../../kernel/model-text.ts";
import { longestAnswer, shownChange } from "../../shared/shown-change.ts";
import { presentFiles } from "../model/diff.ts";
import { bindingFindings } from "../model/feedback-binding.ts";
import { adversarialAnswer, adversarialResult, askedProblems, reviewAnswer, reviewResult } from "../model/model-answers.ts";
import { failed, finding, type PassResult } from "../model/pass-result.ts";
import type { GateContext, ModelPart, ModelParts, ModelPassName } from "./pass.ts";
import { regressionOf } from "./regression.ts";

/** The texts that a pass shows a model. All of them are data: each is enclosed in markers that it cannot close. */
const shown = ({ diff, title, body, feedback }: GateContext) => ({
  diff: shownChange(diff.text),
  title: fenced("title", title ?? "(there is none)"),
  body: fenced("body", body ?? "(there is none)"),
  feedback: fenced("feedback", feedback?.text ?? ""),
  test: fenced("test", feedback?.regressionTest ?? "(none is declared)"),
});

type Shown = ReturnType<typeof shown>;
type Asking = Readonly<{ context: GateContext; signal: AbortSignal }>;

/** Asks the model in a fresh context, without anything from earlier calls. */
async function ask(name: ModelPassName, { context, signal }: Asking, values: (texts: Shown) => Readonly<Record<string, string>>) {
  const { system, prompt } = filledPrompt(await context.model.prompt(name), values(shown(context)));
  // Only the architectural pass gets the project's documents: they do not define how changes are described.
  const documents = name === "architectural" ? context.documents.map((text) => ({ text, cache: true })) : [];
  const call = { system: [{ text: system, cache: true }, ...documents], prompt, maxTokens: longestAnswer };
  const { text, model } = await context.model.complete(call, signal);
  return { text, asked: { model, files: new Set(context.diff.files.map(({ path }) => path)) } };
}

/** Turns a missing or unreadable model answer into a failed pass. It is no finding on the change and does not lower its score. */
async function orFailed(pass: ModelPassName, work: () => Promise<PassResult>): Promise<PassResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code === "cancelled") throw error;
    const { message, hint } = error;
    return failed(pass, { unchecked: [`${message}. ${hint}`] });
  }
}

/** Returns a pass in which a model reviews the given parts of the change. */
const review =
  (pass: Exclude<ModelPassName, "adversarial">, keys: readonly (keyof Shown)[]): ModelPart =>
  (context, signal) =>
    orFailed(pass, async () => {
      const values = (texts: Shown) => Object.fromEntries(keys.map((key) => [key, texts[key]]));
      const { text, asked } = await ask(pass, { context, signal }, values);
      return reviewResult(pass, parseAnswer(text, reviewAnswer, modelUnreadable), asked);
    });

const adversarial: ModelPart = (context, signal) =>
  orFailed("adversarial", async () => {
    const { text, asked } = await ask("adversarial", { context, signal }, ({ diff, title, body }) => ({
      diff,
      title,
      body,
      problems: String(askedProblems),
    }));
    return adversarialResult(parseAnswer(text, adversarialAnswer, modelUnreadable), asked);
  });

const boundReview = review("feedback", ["diff", "title", "body", "feedback", "test"]);

const rules = "text rules";
const bothSides = "tests before and after the change";

/** Returns the findings against the regression test, and the tooling that produced them. */
async function judgeTest(context: GateContext, test: string, signal: AbortSignal) {
  const { outside, commands, inBase, timeoutMs, diff, known } = context;
  const files = presentFiles(diff);
  if (!files.includes(test)) {
    const missing = `the regression test ${test} is no file of the change`;
    return { findings: [finding("blocking", missing, { fix: "Add the test to the change." })], tooling_used: [rules] };
  }
  const fix = { run: outside.run, have: outside.have, commands: commands.functional ?? [] };
  const { verdict, reason } = known?.regression ?? (await regressionOf({ fix, inBase, files, timeoutMs }, test, signal));
  const findings = verdict === "shown" ? [] : [finding("blocking", reason, { file: test })];
  return { findings, tooling_used: verdict === "not_run" ? [rules] : [rules, bothSides] };
}

/** A change that does not cite its feedback, or whose regression test does not prove the fix, fails before any model is asked. */
const feedback: ModelPart = (context, signal) =>
  orFailed("feedback", async () => {
    if (context.feedback === null) throw new TypeError("there is no feedback to bind the change to");
    const { regressionTest } = context.feedback;
    const bound = bindingFindings(context.body, context.feedback);
    if (bound.length > 0 || regressionTest === null) return failed("feedback", { findings: bound, tooling_used: [rules] });
    const judged = await judgeTest(context, regressionTest, signal);
    if (judged.findings.length > 0) return failed("feedback", judged);
    const reviewed = await boundReview(context, signal);
    return { ...reviewed, tooling_used: [...judged.tooling_used, ...reviewed.tooling_used] };
  });

export const modelParts: ModelParts = {
  architectural: review("architectural", ["diff", "title", "body"]),
  prose: review("prose", ["diff", "title", "body"]),
  adversarial,
  feedback,
};
