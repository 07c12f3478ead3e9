import * as z from "zod";
import { evidenceRef, finding, text } from "../../src/features/reviews/model/finding.ts";
import { reportInput } from "../../src/features/reviews/model/report.ts";

/** Descriptions that an editor shows for each property. */
const descriptions = {
  report: {
    schema_version: "Version of the format, 1.x.",
    run_id: "Id of the run, unique for its agent. Recording the same run twice changes nothing.",
    timestamp:
      "When the review was made, in ISO-8601. Without an offset it is UTC; without a time the moment of recording counts.",
    overall_verdict: "Derived from score and findings; what is written here is replaced.",
    ci_exit_code: "Derived from the verdict. 0 on a failed review marks shadow mode: the gate was tried without being enforced.",
    score: "Points from 0 to 120. A clean review has 100; 80 neither earns nor costs coins.",
    reward_delta: "Derived: score − 80; what is written here is replaced.",
    findings: "Broken rules, each at one place.",
    summary: "The review in a sentence.",
    house_rules_updates: "Suggestions for the house rules, as free text.",
  },
  finding: {
    category: "What the finding is about.",
    severity: "How bad it is. An error that no tool can fix blocks: the review fails.",
    tool: "Tool that found it.",
    rule: "Id of the broken rule, as the tool names it.",
    file: "File, relative to the repository.",
    line: "Line in the file, from 1.",
    message: "What is wrong.",
    fixable: "Whether a tool can fix it.",
    evidence_refs: "Where the evidence lies.",
  },
  evidence: {
    path: "File of the evidence.",
    start_line: "First line, from 1.",
    end_line: "Last line; needs start_line.",
    artifact_id: "Id of an artifact that holds the evidence.",
    description: "What the evidence shows.",
  },
} as const;

/** An editor's completion for a whole finding, in VS Code's snippet syntax; `^` prevents a number from becoming a string. */
const findingSnippet = {
  label: "finding",
  description: "A broken rule at one place",
  body: {
    category: "$" + "{1:clean_code}",
    severity: "$" + "{2:warning}",
    tool: "$3",
    rule: "$4",
    file: "$5",
    line: "^$" + "{6:1}",
    message: "$7",
  },
};

/** An evidence reference has a path, an artifact or a line; if it has an end line, it also has a start line. */
const evidenceRules: readonly z.core.JSONSchema.BaseSchema[] = [
  {
    anyOf: ["path", "artifact_id", "start_line"].map((key) => ({
      required: [key],
      properties: { [key]: { not: { type: "null" } } },
    })),
  },
  {
    anyOf: [
      { properties: { end_line: { type: "null" } } },
      { required: ["start_line"], properties: { start_line: { type: "integer" } } },
    ],
  },
];

/** Whether a schema is the one for texts. Compares the check, because a schema with a privacy mark is a copy. */
const isText = (parsed: z.core.$ZodType): boolean =>
  parsed instanceof z.ZodString && parsed.def.checks?.[0] === text.def.checks?.[0];

/** Adds rules of the parsing schema that are not converted automatically, and removes clutter from an editor's hints. */
function annotate(parsed: z.core.$ZodType, schema: z.core.JSONSchema.BaseSchema): void {
  delete schema.readOnly;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (isText(parsed)) schema.pattern = "\\S";
  if (parsed === finding.unwrap()) schema["defaultSnippets"] = [findingSnippet];
  if (parsed === reportInput.unwrap().shape.schema_version.unwrap()) schema.pattern = "^1(\\.|$)";
  if (parsed === evidenceRef.unwrap()) schema.allOf = [...evidenceRules];
  if (parsed === reportInput.unwrap()) schema.title = "Review report";
}

/**
 * The schema with descriptions on the properties of reports, findings and evidence, distinguished by their keys. Done on the
 * finished schema, because properties of one kind share one object before.
 */
function withDescriptions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withDescriptions);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withDescriptions(value)]));
  const { properties } = copy;
  if (typeof properties !== "object" || properties === null) return copy;
  const texts = Object.values(descriptions).find((one) => Object.keys(one).every((key) => key in properties));
  if (texts === undefined) return copy;
  const describedEntries = Object.entries(texts).map(([key, description]) => [
    key,
    { ...Reflect.get(properties, key), description },
  ]);
  return { ...copy, properties: Object.fromEntries(describedEntries) };
}

/**
 * JSON Schema (draft-07, which editors support best) of a ReviewReport that tools write, generated from the schema with which
 * the ledger parses it. Rules that JSON Schema cannot express (an evidence's lines are in order, a timestamp's day exists) are
 * checked only by the ledger.
 */
export function reviewReportSchema(): unknown {
  return withDescriptions(
    z.toJSONSchema(reportInput, {
      io: "input",
      target: "draft-07",
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => annotate(zodSchema, jsonSchema),
    }),
  );
}
