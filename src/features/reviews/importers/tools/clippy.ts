import * as z from "zod";
import {
  createCollector,
  defineFormat,
  hasKeys,
  lineOf,
  parseEntry,
  severitiesOf,
  severityOf,
  type ToolFinding,
} from "./define-format.ts";
import { findingOf, toolError } from "./entries.ts";

const span = z.object({
  file_name: z.string(),
  line_start: z.unknown().optional(),
  is_primary: z.boolean().optional(),
  suggestion_applicability: z.string().nullish(),
  get expansion() {
    return z.object({ span }).nullish();
  },
});
type Span = z.output<typeof span>;
const spans = z.array(span).readonly();

const diagnostic = z.object({
  level: z.string(),
  message: z.string(),
  code: z.object({ code: z.string() }).nullish(),
  spans,
  children: z.array(z.object({ spans })).readonly().nullish(),
});
type Diagnostic = z.output<typeof diagnostic>;

const compilerMessage = z.object({ manifest_path: z.string().nullish(), message: diagnostic });

const severities = severitiesOf({ error: ["error: internal compiler error", "error"], warning: ["warning"] });

const isAbsolute = (path: string): boolean => /^(?:\/|\\|[A-Za-z]:)/.test(path);

/** Returns the place in the project's code: a finding in a library's macro has its own place in the library. */
const outermostSpan = (one: Span): Span => (one.expansion && isAbsolute(one.file_name) ? outermostSpan(one.expansion.span) : one);

/** Resolves a path, which is relative to the workspace: the manifest's folder without the part that both share (`crates/a`). */
function pathFrom(manifest: string | null | undefined, file: string): string {
  if (isAbsolute(file) || !manifest) return file;
  const folder = manifest.replaceAll("\\", "/").split("/").slice(0, -1);
  const parts = file.replaceAll("\\", "/").split("/");
  const common = parts.findLastIndex((_, at) => folder.slice(-at - 1).join("/") === parts.slice(0, at + 1).join("/"));
  return [...folder.slice(0, folder.length - common - 1), ...parts].join("/");
}

/** Whether a message only states the number of errors or warnings. */
const isSummary = ({ message, spans: at }: Diagnostic): boolean =>
  at.length === 0 && /^aborting due to |^\d+ warnings? emitted$/.test(message);

function findingOfMessage(one: Diagnostic, manifest: string | null | undefined): ToolFinding {
  const primary = one.spans.find(({ is_primary: isPrimary }) => isPrimary === true) ?? one.spans[0];
  const place = primary === undefined ? undefined : outermostSpan(primary);
  const rule = one.code?.code ?? null;
  const suggestions = (one.children ?? []).flatMap((child) => child.spans);
  return findingOf({
    tool: rule?.startsWith("clippy::") ? "clippy" : "rustc",
    rule,
    severity: severityOf(severities, one.level),
    message: one.message,
    path: place === undefined ? null : pathFrom(manifest, place.file_name),
    line: lineOf(place?.line_start),
    fixable: suggestions.some(({ suggestion_applicability: applicability }) => applicability === "MachineApplicable"),
  });
}

/** https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages */
export const clippy = defineFormat({
  form: "json lines",
  id: "clippy",
  title: "Clippy, rustc: JSON lines of Cargo",
  looksFor: "lines of JSON with `reason` as Cargo writes them",
  severities,
  gives: "fixable (a suggestion that a machine can apply), what several targets share once",
  lacks: "categories, which come from the table",
  claims: (lines) =>
    lines.slice(0, 20).some(({ value }) => hasKeys(value, "reason") && /^(?:compiler-|build-)/.test(String(value["reason"]))),
  read(lines) {
    const collector = createCollector();
    const seen = new Set<string>();
    let failed = false;
    for (const { line, value } of lines) {
      if (!hasKeys(value, "reason")) continue;
      if (value["reason"] === "build-finished") failed ||= value["success"] === false;
      if (value["reason"] !== "compiler-message") continue;
      const parsed = parseEntry(collector, compilerMessage, value, `line ${line}`);
      if (parsed === undefined || !severities.has(parsed.message.level) || isSummary(parsed.message)) continue;
      // A library and its tests are compiled separately and repeat messages.
      const key = JSON.stringify(parsed.message);
      if (!seen.has(key)) collector.findings.push(findingOfMessage(parsed.message, parsed.manifest_path));
      seen.add(key);
    }
    if (failed && !collector.findings.some(({ severity }) => severity === "error")) {
      const message = "the build failed, and no message of the compiler says why";
      collector.findings.push(findingOf({ tool: "rustc", severity: "error", message, path: null, line: null, ...toolError }));
    }
    return collector.reading();
  },
});
