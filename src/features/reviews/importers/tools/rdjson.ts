import * as z from "zod";
import { defineFormat, type FindingCollector, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, readEntries } from "./entries.ts";
import { canonicalTool } from "./rule-categories.ts";

const source = z.object({ name: z.string() }).nullish();
const severity = z.union([z.string(), z.number()]).nullish();

const diagnostic = z.object({
  message: z.string(),
  location: z
    .object({
      path: z.string().nullish(),
      range: z
        .object({ start: z.object({ line: z.unknown() }).partial() })
        .partial()
        .nullish(),
    })
    .nullish(),
  severity,
  source,
  code: z.object({ value: z.string().nullish() }).nullish(),
  suggestions: z.array(z.unknown()).readonly().nullish(),
});

const result = z.object({ source, severity, diagnostics: z.array(z.unknown()).readonly().nullish() });
type Result = Pick<z.output<typeof result>, "source" | "severity">;

/** Severities are words or their numbers in the schema. */
const severities = severitiesOf({ error: ["error", "1"], warning: ["warning", "2"], info: ["info", "3"] });

const unknownSeverity: ReadonlySet<unknown> = new Set([undefined, null, "", 0, "UNKNOWN_SEVERITY"]);

/** Adds a diagnostic; source and severity that it does not state come from its result. */
function addDiagnostic(one: z.output<typeof diagnostic>, defaults: Result, collector: FindingCollector): void {
  collector.findings.push(
    findingOf({
      tool: canonicalTool((one.source ?? defaults.source)?.name ?? "reviewdog"),
      rule: one.code?.value ?? null,
      severity: severityOf(severities, unknownSeverity.has(one.severity) ? defaults.severity : one.severity),
      message: one.message,
      path: one.location?.path ?? null,
      line: lineOf(one.location?.range?.start?.line),
      fixable: (one.suggestions?.length ?? 0) > 0,
    }),
  );
}

const shared = {
  severities,
  gives: "fixable (a diagnostic with suggestions)",
  lacks: "categories, which come from the table of the tool that `source` names",
} as const;

const hasSourceInfo = (value: unknown): boolean => hasKeys(value, "source") || hasKeys(value, "severity");

/** https://github.com/reviewdog/reviewdog/tree/master/proto/rdf; diagnostics of Biome have a category as well. */
export const rdjson = defineFormat({
  ...shared,
  form: "json",
  id: "rdjson",
  title: "reviewdog rdjson",
  looksFor: "an object with `diagnostics`, whose entries have a `location`, and `source` or `severity`",
  claims: (value) =>
    hasKeys(value, "diagnostics") &&
    Array.isArray(value["diagnostics"]) &&
    value["diagnostics"]
      .slice(0, 20)
      .some(
        (one) =>
          hasKeys(one, "location", "message") && (hasSourceInfo(value) || (hasSourceInfo(one) && !hasKeys(one, "category"))),
      ),
  read(value, target) {
    const defaults: Result = result.safeParse(value).data ?? {};
    const diagnostics = hasKeys(value, "diagnostics") ? value["diagnostics"] : undefined;
    return readEntries(diagnostics, { target, name: "diagnostics" }, diagnostic, (one, collector) =>
      addDiagnostic(one, defaults, collector),
    );
  },
});

const hasPath = (value: unknown): boolean =>
  hasKeys(value, "message", "location") && hasKeys(value["location"], "path") && !hasKeys(value, "diagnostics");

export const rdjsonl = defineFormat({
  ...shared,
  form: "json lines",
  id: "rdjsonl",
  title: "reviewdog rdjsonl",
  looksFor: "lines of JSON with `message` and a `location` that has a `path`",
  claims: (lines) => lines.slice(0, 20).some(({ value }) => hasPath(value)),
  read: (lines, target) =>
    readEntries(
      lines.map(({ value }) => value),
      { target, placeOf: (at) => `line ${lines[at]?.line}` },
      diagnostic,
      (one, collector) => addDiagnostic(one, {}, collector),
    ),
});
