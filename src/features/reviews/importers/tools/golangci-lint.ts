import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, memberOf, readEntries } from "./entries.ts";
import { parseLineNumber } from "./text.ts";

const hasContent = (value: unknown): boolean =>
  value !== null && value !== undefined && (!Array.isArray(value) || value.length > 0);

const issue = z.object({
  FromLinter: z.string(),
  Text: z.string(),
  Severity: z.string().nullish(),
  Pos: z.object({ Filename: z.string().nullish(), Line: z.unknown().optional() }).nullish(),
  // `Replacement` in version 1, `SuggestedFixes` in version 2.
  Replacement: z.unknown().optional(),
  SuggestedFixes: z.unknown().optional(),
});

/** The errors of a compiler in a whole package, whose issue has the first line of any file as its place. */
const compilerErrors = /^: # .*\n(?:vet: )?(?<path>\S.*?):(?<line>\d+):/;
/** Returns the place that the text of an issue names instead of the issue. */
export const placeInText = (text: string): Readonly<{ path: string; line: number | null }> | undefined => {
  const { path, line } = compilerErrors.exec(text)?.groups ?? {};
  return path === undefined ? undefined : { path, line: parseLineNumber(line) };
};

/** The project sets severities; a finding without one is an error, as the exit code shows. */
const severities = severitiesOf({ error: ["high", "error"], warning: ["medium", "warning"], info: ["low", "info"] });

/** https://golangci-lint.run/docs/configuration/file/#output-configuration */
export const golangciLint = defineFormat({
  form: "json",
  id: "golangci-lint",
  title: "golangci-lint JSON",
  looksFor: "an object with `Issues` and `Report`",
  severities,
  gives: "rules by the linter that found it, categories by linter, fixable (a replacement)",
  lacks: "the linter's own rule, which only the message has",
  claims: (value) => hasKeys(value, "Issues", "Report"),
  read: (value, target) =>
    readEntries(memberOf(value, "Issues"), { target, name: "Issues" }, issue, (one, collector) => {
      collector.findings.push(
        findingOf({
          tool: "golangci-lint",
          rule: one.FromLinter,
          severity: severityOf(severities, one.Severity || "error"),
          message: one.Text,
          path: one.Pos?.Filename ?? null,
          line: lineOf(one.Pos?.Line),
          ...placeInText(one.Text),
          fixable: hasContent(one.Replacement) || hasContent(one.SuggestedFixes),
        }),
      );
    }),
});
