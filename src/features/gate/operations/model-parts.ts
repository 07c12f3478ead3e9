import { modelUnreadable } from "../../../kernel/errors.ts";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import { fenceText, fillPrompt, parseAnswer } from "../../../kernel/model-text.ts";
import { fenceChange, maxAnswerTokens } from "../../shared/shown-change.ts";
import { presentFiles } from "../model/diff.ts";
import { bindingFindings } from "../model/feedback-binding.ts";
import { adversarialAnswer, adversarialResult, requestedProblems, reviewAnswer, reviewResult } from "../model/model-answers.ts";
import { failed, finding, type PassResult } from "../model/pass-result.ts";
import type { GateContext, ModelPart, ModelParts, ModelPassName } from "./pass.ts";
import { runRegression } from "./regression.ts";

/** The texts that a pass shows a model. All of them are data: each is enclosed in markers that it cannot close. */
const promptTexts = ({ diff, title, body, feedback }: GateContext) => ({
  diff: fenceChange(diff.text),
  title: fenceText("title", title ?? "(there is none)"),
  body: fenceText("body", body ?? "(there is none)"),
  feedback: fenceText("feedback", feedback?.text ?? ""),
  test: fenceText("test", feedback?.regressionTest ?? "(none is declared)"),
});

type PromptTexts = ReturnType<typeof promptTexts>;
type ReviewCall = Readonly<{ context: GateContext; signal: AbortSignal }>;

/** Asks the model in a fresh context, without anything from earlier calls. */
async function askModel(
  name: ModelPassName,
  { context, signal }: ReviewCall,
  values: (texts: PromptTexts) => Readonly<Record<string, string>>,
) {
  const { system, prompt } = fillPrompt(await context.model.prompt(name), values(promptTexts(context)));
  // Only the architectural pass gets the project's documents: they do not define how changes are described.
  const documents = name === "architectural" ? context.documents.map((text) => ({ text, cache: true })) : [];
  const call = { system: [{ text: system, cache: true }, ...documents], prompt, maxTokens: maxAnswerTokens };
  const { text, model } = await context.model.complete(call, signal);
  return { text, asked: { model, files: new Set(context.diff.files.map(({ path }) => path)) } };
}

/** Turns a missing or unreadable model answer into a failed pass. It is no finding on the change and does not lower its score. */
async function failedOnError(pass: ModelPassName, work: () => Promise<PassResult>): Promise<PassResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code === "cancelled") throw error;
    const { message, hint } = error;
    return failed(pass, { unchecked: [`${message}. ${hint}`] });
  }
}

/** Returns a pass in which a model reviews the given parts of the change. */
const reviewPart =
  (pass: Exclude<ModelPassName, "adversarial">, keys: readonly (keyof PromptTexts)[]): ModelPart =>
  (context, signal) =>
    failedOnError(pass, async () => {
      const values = (texts: PromptTexts) => Object.fromEntries(keys.map((key) => [key, texts[key]]));
      const { text, asked } = await askModel(pass, { context, signal }, values);
      return reviewResult(pass, parseAnswer(text, reviewAnswer, modelUnreadable), asked);
    });

const adversarial: ModelPart = (context, signal) =>
  failedOnError("adversarial", async () => {
    const { text, asked } = await askModel("adversarial", { context, signal }, ({ diff, title, body }) => ({
      diff,
      title,
      body,
      problems: String(requestedProblems),
    }));
    return adversarialResult(parseAnswer(text, adversarialAnswer, modelUnreadable), asked);
  });

const feedbackReview = reviewPart("feedback", ["diff", "title", "body", "feedback", "test"]);

const textRules = "text rules";
const bothSides = "tests before and after the change";

/** Returns the findings against the regression test, and the tooling that produced them. */
async function judgeTest(context: GateContext, test: string, signal: AbortSignal) {
  const { outside, commands, inBase, timeoutMs, diff, known } = context;
  const files = presentFiles(diff);
  if (!files.includes(test)) {
    const missing = `the regression test ${test} is no file of the change`;
    return { findings: [finding("blocking", missing, { fix: "Add the test to the change." })], tooling_used: [textRules] };
  }
  const fix = { run: outside.run, have: outside.have, commands: commands.functional ?? [] };
  const { verdict, reason } = known?.regression ?? (await runRegression({ fix, inBase, files, timeoutMs }, test, signal));
  const findings = verdict === "shown" ? [] : [finding("blocking", reason, { file: test })];
  return { findings, tooling_used: verdict === "not_run" ? [textRules] : [textRules, bothSides] };
}

/** A change that does not cite its feedback, or whose regression test does not prove the fix, fails before any model is asked. */
const feedback: ModelPart = (context, signal) =>
  failedOnError("feedback", async () => {
    if (context.feedback === null) throw new TypeError("there is no feedback to bind the change to");
    const { regressionTest } = context.feedback;
    const bindingProblems = bindingFindings(context.body, context.feedback);
    if (bindingProblems.length > 0 || regressionTest === null)
      return failed("feedback", { findings: bindingProblems, tooling_used: [textRules] });
    const testResult = await judgeTest(context, regressionTest, signal);
    if (testResult.findings.length > 0) return failed("feedback", testResult);
    const reviewed = await feedbackReview(context, signal);
    return { ...reviewed, tooling_used: [...testResult.tooling_used, ...reviewed.tooling_used] };
  });

export const modelParts: ModelParts = {
  architectural: reviewPart("architectural", ["diff", "title", "body"]),
  prose: reviewPart("prose", ["diff", "title", "body"]),
  adversarial,
  feedback,
};
