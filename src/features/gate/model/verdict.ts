import { type PassName, type PassResult, passNames } from "./pass-result.ts";

export const gateVerdicts = ["pass", "request-changes", "block"] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

/** Passes whose fail ends the gate: what comes after them would judge code that is wrong anyway. */
export const stopsAfter: readonly PassName[] = ["static", "functional", "security"];

/** Below it the change does not do what it should. */
const blocksBelow = 60;
/** Below it the change does a part of what it should. */
const requestsBelow = 75;
/** Below it a human decides. */
const mergesFrom = 90;

/** What decides on merging beside the passes. */
export type MergePolicy = Readonly<{
  /** What speaks against it whatever the passes say. */
  against: readonly string[];
  /** The regression test on the merge commit; null: not run. */
  regression: "green" | "red" | null;
}>;

/** Whether something may be done, and what speaks against it. */
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

/** Whether the passes so far end the gate. */
export const isStopped = (results: readonly PassResult[]): boolean =>
  results.some(({ pass, status }) => status === "fail" && stopsAfter.includes(pass));

/** A pass that says "pass" and keeps its confidence to itself has not judged anything. */
const isFailed = ({ pass, status, confidence }: PassResult): boolean =>
  status === "fail" || (pass === "adversarial" && status === "pass" && confidence === null);

/** A pass that could not run has checked nothing: like one that failed, it needs somebody to act. */
const isUnavailable = ({ status, skipped_because }: PassResult): boolean =>
  status === "skipped" && skipped_because === "unavailable";

function verdictOf(results: readonly PassResult[]): GateVerdict {
  if (isStopped(results)) return "block";
  const confidence = resultOf(results, "adversarial")?.confidence ?? null;
  if (confidence !== null && confidence < blocksBelow) return "block";
  if (results.length === 0 || results.some(isFailed) || results.some(isUnavailable)) return "request-changes";
  return confidence !== null && confidence < requestsBelow ? "request-changes" : "pass";
}

/** Whether a change may be merged without a human: every reason against it is named. */
export function gateAllows(results: readonly PassResult[], { against, regression }: MergePolicy): MergeAllowance {
  const confidence = resultOf(results, "adversarial")?.confidence ?? null;
  const notGreen = passNames.filter((name) => {
    const found = resultOf(results, name);
    return found === undefined || found.status !== "pass";
  });
  const reasons = [
    ...notGreen.map((name) => `pass ${name} is not green`),
    ...results.flatMap(({ pass, unchecked }) => unchecked.map((reason) => `pass ${pass} is incomplete: ${reason}`)),
    ...(confidence === null ? ["the review states no confidence"] : []),
    ...(confidence !== null && confidence < mergesFrom ? [`confidence ${confidence} is below ${mergesFrom}`] : []),
    ...against,
    ...(regression === "green"
      ? []
      : [`the regression test ${regression === "red" ? "fails" : "did not run"} on the merge commit`]),
  ];
  return { allowed: reasons.length === 0, reasons };
}

/** The verdict over the passes that ran. It is the same for the same results. */
export const judgeGate = (results: readonly PassResult[], policy: MergePolicy): GateJudgement => ({
  verdict: verdictOf(results),
  short_circuited: isStopped(results),
  blockers: results.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity === "blocking").map(({ description }) => description),
  ),
  auto_merge: gateAllows(results, policy),
});
