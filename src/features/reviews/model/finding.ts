import * as z from "zod";
import { message, path, plain } from "../../../kernel/privacy.ts";

export const categories = [
  "clean_code",
  "security",
  "type_safety",
  "contracts",
  "testing",
  "style",
  "architecture",
  "tool_error",
  "naming",
  "kiss",
  "yagni",
  "dry",
  "solid",
  "ai_bloat",
] as const;
export type Category = (typeof categories)[number];

export const severities = ["error", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

const notBlank = (value: string): boolean => value.trim() !== "";

/** Text that is not empty after trimming; the value itself is not trimmed. */
export const text = z.string().refine(notBlank, { error: "must not be blank", abort: true });

// An invalid part aborts the check of its object: rules between parts are checked only if each part is valid.
const line = z.int().min(1, { abort: true });

/** The location of a finding's evidence: a path, an artifact or a line, with an optional description. */
export const evidenceRef = z
  .object({
    path: path(text).nullable().default(null),
    start_line: line.nullable().default(null),
    end_line: line.nullable().default(null),
    artifact_id: plain(text).nullable().default(null),
    description: message(text).nullable().default(null),
  })
  .readonly()
  .superRefine((ref, context) => {
    if (ref.path === null && ref.artifact_id === null && ref.start_line === null) {
      context.addIssue({ code: "custom", message: "needs a path, an artifact_id or a start_line" });
    } else if (ref.end_line !== null && ref.start_line === null) {
      context.addIssue({ code: "custom", message: "needs a start_line", path: ["end_line"] });
    } else if (ref.end_line !== null && ref.start_line !== null && ref.end_line < ref.start_line) {
      context.addIssue({ code: "custom", message: "must not be before start_line", path: ["end_line"] });
    }
  });

/** One broken rule at one place. `file` is relative to the repository, `line` counts from 1. */
export const finding = z
  .object({
    category: z.enum(categories),
    severity: z.enum(severities),
    tool: plain(text),
    // NFC: a rule has one id whatever its Unicode form, also if it was recorded in another one.
    rule: plain(text.normalize("NFC")),
    file: path(text),
    line,
    message: message(text),
    fixable: z.boolean().default(false),
    evidence_refs: z.array(evidenceRef).readonly().nullable().default(null),
  })
  .readonly();

export type Finding = z.infer<typeof finding>;
