import { type PassName, type PassResult, passNames } from "./pass-result.ts";

export const gateVerdicts = ["pass", "request-changes", "block"] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

/** Passes whose failure ends the gate: later passes would judge code that is wrong anyway. */
export const stoppingPasses: readonly PassName[] = ["static", "functional", "security"];

/** Below this confidence, the change does not do what it should. */
const blockThreshold = 60;
/** Below this confidence, the change does only a part of what it should. */
const changesThreshold = 75;
/** Below this confidence, a human decides on merging. */
const mergeThreshold = 90;

/** What decides on merging in addition to the passes. */
export type MergePolicy = Readonly<{
  /** Reasons against merging that apply regardless of the passes. */
  against: readonly string[];
  /** Result of the regression test on the merge commit; null: not run. */
  regression: "green" | "red" | null;
}>;

/** Whether the change may be merged without a human, and the reasons against it. */
export type MergeAllowance = Readonly<{ allowed: boolean; reasons: readonly string[] }>;

export type GateJudgement = Readonly<{
  verdict: GateVerdict;
  short_circuited: boolean;
  /** Descriptions of the blocking findings. */
  blockers: readonly string[];
  auto_merge: MergeAllowance;
}>;

const resultOf = (results: readonly PassResult[], name: PassName): PassResult | undefined =>
  results.find(({ pass }) => pass === name);

/** Whether the results so far end the gate. */
export const isStopped = (results: readonly PassResult[]): boolean =>
  results.some(({ pass, status }) => status === "fail" && stoppingPasses.includes(pass));

/** An adversarial pass that states no confidence has not judged anything, so it counts as failed. */
const isFailed = ({ pass, status, confidence }: PassResult): boolean =>
  status === "fail" || (pass === "adversarial" && status === "pass" && confidence === null);

/** A pass that could not run has checked nothing. Like a failed one, it requires somebody to act. */
const isUnavailable = ({ status, skipped_because }: PassResult): boolean =>
  status === "skipped" && skipped_because === "unavailable";

function verdictOf(results: readonly PassResult[]): GateVerdict {
  if (isStopped(results)) return "block";
  const confidence = resultOf(results, "adversarial")?.confidence ?? null;
  if (confidence !== null && confidence < blockThreshold) return "block";
  if (results.length === 0 || results.some(isFailed) || results.some(isUnavailable)) return "request-changes";
  return confidence !== null && confidence < changesThreshold ? "request-changes" : "pass";
}

/** Decides whether a change may be merged without a human, and names every reason against it. */
export function mergeAllowance(results: readonly PassResult[], { against, regression }: MergePolicy): MergeAllowance {
  const confidence = resultOf(results, "adversarial")?.confidence ?? null;
  const notGreen = passNames.filter((name) => {
    const found = resultOf(results, name);
    return found === undefined || found.status !== "pass";
  });
  const reasons = [
    ...notGreen.map((name) => `pass ${name} is not green`),
    ...results.flatMap(({ pass, unchecked }) => unchecked.map((reason) => `pass ${pass} is incomplete: ${reason}`)),
    ...(confidence === null ? ["the review states no confidence"] : []),
    ...(confidence !== null && confidence < mergeThreshold ? [`confidence ${confidence} is below ${mergeThreshold}`] : []),
    ...against,
    ...(regression === "green"
      ? []
      : [`the regression test ${regression === "red" ? "fails" : "did not run"} on the merge commit`]),
  ];
  return { allowed: reasons.length === 0, reasons };
}

/** Judges the results of the passes. Deterministic: the same results give the same judgement. */
export const judgeGate = (results: readonly PassResult[], policy: MergePolicy): GateJudgement => ({
  verdict: verdictOf(results),
  short_circuited: isStopped(results),
  blockers: results.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity === "blocking").map(({ description }) => description),
  ),
  auto_merge: mergeAllowance(results, policy),
});
