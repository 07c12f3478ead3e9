/** The passes of the review gate, in the order in which they run. */
export const passNames = ["static", "functional", "architectural", "security", "prose", "adversarial", "feedback"] as const;
export type PassName = (typeof passNames)[number];

export const passNumber = (name: PassName): number => passNames.indexOf(name) + 1;

export const passStatuses = ["pass", "fail", "skipped"] as const;
export const findingSeverities = ["blocking", "significant", "minor", "info"] as const;
export type FindingSeverity = (typeof findingSeverities)[number];

/** A finding of a pass. `file` is relative to the top of the checkout, with forward slashes. */
export type GateFinding = Readonly<{
  severity: FindingSeverity;
  description: string;
  file: string | null;
  line: number | null;
  fix: string | null;
  citation: string | null;
}>;

/**
 * Why a pass did not run: an earlier one failed (`short_circuit`); there was nothing for it to do (`not_needed`); or a tool, a
 * model or an approval is missing (`unavailable`), which is never green.
 */
export const skipCauses = ["short_circuit", "not_needed", "unavailable"] as const;
export type SkipCause = (typeof skipCauses)[number];

/** The result of one pass. Lists may be empty. */
export type PassResult = Readonly<{
  pass: PassName;
  status: (typeof passStatuses)[number];
  findings: readonly GateFinding[];
  /** 0 to 100; null if the pass states none. */
  confidence: number | null;
  citations: readonly string[];
  tooling_used: readonly string[];
  /** Reasons why parts of the pass could not be checked. Any of them prevents an automatic merge of the change. */
  unchecked: readonly string[];
  /** Why the pass was skipped; null if it ran. */
  reason: string | null;
  skipped_because: SkipCause | null;
  duration_ms: number;
}>;

export const finding = (
  severity: FindingSeverity,
  description: string,
  more: Partial<Omit<GateFinding, "severity" | "description">> = {},
): GateFinding => ({ severity, description, file: null, line: null, fix: null, citation: null, ...more });

type ResultParts = Partial<
  Pick<PassResult, "findings" | "confidence" | "citations" | "tooling_used" | "unchecked" | "duration_ms">
>;

const result = (pass: PassName, status: PassResult["status"], parts: ResultParts): PassResult => ({
  pass,
  status,
  findings: [],
  confidence: null,
  citations: [],
  tooling_used: [],
  unchecked: [],
  reason: null,
  skipped_because: null,
  duration_ms: 0,
  ...parts,
});

export const passed = (pass: PassName, parts: ResultParts = {}): PassResult => result(pass, "pass", parts);
export const failed = (pass: PassName, parts: ResultParts = {}): PassResult => result(pass, "fail", parts);
export const skipped = (pass: PassName, cause: SkipCause, reason: string, parts: ResultParts = {}): PassResult => ({
  ...result(pass, "skipped", parts),
  reason,
  skipped_because: cause,
});
