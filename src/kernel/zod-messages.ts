import type * as z from "zod";

/** Formats a path like `findings[3].severity`; the value itself is `(root)`. */
export function formatPath(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>((sum, key) => {
    if (typeof key === "number") return `${sum}[${key}]`;
    return sum === "" ? String(key) : `${sum}.${String(key)}`;
  }, "");
  return text === "" ? "(root)" : text;
}

const typeNames: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "an integer",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "text",
};

const formatBound = (issue: Readonly<{ origin: string }>, bound: number | bigint): string =>
  issue.origin === "string" ? `${bound} characters` : issue.origin === "array" ? `${bound} entries` : String(bound);

/** Whether there was no value at all. An issue contains the value only if `reportInput` was set. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  if (issue.code === "unrecognized_keys" || issue.code === "custom") return false;
  return "input" in issue ? issue.input === undefined : issue.message.endsWith("received undefined");
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (isMissing(issue)) return "is missing";
  switch (issue.code) {
    case "invalid_type":
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    case "too_small":
      if (issue.minimum === 1 && (issue.origin === "string" || issue.origin === "array")) return "must not be empty";
      return `must be at least ${formatBound(issue, issue.minimum)}`;
    case "too_big":
      return `must be at most ${formatBound(issue, issue.maximum)}`;
    case "unrecognized_keys":
      return `has unknown keys: ${issue.keys.join(", ")}`;
    case "invalid_format":
      return issue.format === "uuid" ? "must be an id such as 019b2f00-1c4e-7000-8000-000000000000" : issue.message;
    default:
      return issue.message;
  }
}

/**
 * One line per problem: where it is and what is wrong, e.g. `findings[3].severity: must be one of error, warning, info`.
 * With `reportInput: true` a missing value is distinguished from a wrong one, whatever the schema's own message is.
 */
export const problemsOf = (error: z.ZodError): readonly string[] =>
  error.issues.map((issue) => `${formatPath(issue.path)}: ${describeIssue(issue)}`);
