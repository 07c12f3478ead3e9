import * as z from "zod";
import { counted } from "../../../../kernel/counted.ts";
import {
  createCollector,
  defineFormat,
  type FindingCollector,
  hasKeys,
  lineOf,
  severitiesOf,
  severityOf,
} from "./define-format.ts";
import { findingOf, hasEntryWith, markIdle, memberOf, readEntries } from "./entries.ts";

const diagnostic = z.object({
  category: z.string().nullish(),
  severity: z.string(),
  // Before 2.4, a list of marked-up pieces; their text is in `description`.
  message: z.unknown().optional(),
  description: z.string().nullish(),
  advices: z.unknown().optional(),
  tags: z.array(z.string()).readonly().nullish(),
  location: z
    .object({
      path: z.union([z.string(), z.object({ file: z.string() })]).nullish(),
      start: z.object({ line: z.unknown().optional() }).nullish(),
      // Offsets in UTF-8 bytes, before 2.4.
      span: z.tuple([z.int(), z.int()]).nullish(),
      sourceCode: z.string().nullish(),
    })
    .nullish(),
});
type Diagnostic = z.output<typeof diagnostic>;

const severities = severitiesOf({ error: ["fatal", "error"], warning: ["warning"], info: ["information", "info", "hint"] });

function placeOf({ location }: Diagnostic): Readonly<{ path: string | null; line: number | null }> {
  const { path, start, span, sourceCode } = location ?? {};
  const named = typeof path === "string" ? path : (path?.file ?? null);
  const line = lineOf(start?.line);
  if (line !== null || !span || typeof sourceCode !== "string") return { path: named, line };
  return { path: named, line: Buffer.from(sourceCode).subarray(0, span[0]).toString().split("\n").length };
}

/** Whether `biome check --write` repairs it by default: sorting, formatting and safe fixes, which the advice names. */
const isFixable = ({ category, advices, tags }: Diagnostic, message: string): boolean =>
  /^(?:assist\/|format$|organizeImports$)/.test(category ?? "")
    ? !message.startsWith("Code formatting aborted")
    : /Safe fix: /.test(JSON.stringify(advices ?? [])) || (tags ?? []).includes("fixable");

function addFinding(one: Diagnostic, { findings }: FindingCollector): void {
  const message = one.description ?? (typeof one.message === "string" ? one.message : "");
  findings.push(
    findingOf({
      tool: "biome",
      rule: one.category ?? null,
      severity: severityOf(severities, one.severity),
      message,
      ...placeOf(one),
      fixable: isFixable(one, message),
    }),
  );
}

/** Names the findings beyond `--max-diagnostics`, 20 by default: Biome leaves them out, so that the score is too good. */
export const skipUnprinted = (collector: FindingCollector, count: number): void =>
  collector.skip("Biome's summary", `${counted(count, "finding")} not printed; run Biome with --max-diagnostics=none`);

/** https://biomejs.dev/reference/reporters/#json */
export const biome = defineFormat({
  form: "json",
  id: "biome",
  title: "Biome JSON",
  looksFor: "an object with `diagnostics`, `summary` and `command`",
  severities,
  gives: "fixable (safe fixes, as far as the output names them), categories by the rule's group, parse errors as `tool_error`",
  lacks: "lines of findings about a whole file",
  claims: (value) =>
    hasKeys(value, "diagnostics", "summary", "command") &&
    Array.isArray(value["diagnostics"]) &&
    !hasEntryWith(value["diagnostics"], "labels"),
  read: (value, target) => {
    const summary = memberOf(value, "summary");
    const unprinted = memberOf(summary, "diagnosticsNotPrinted");
    const collector = createCollector();
    if (typeof unprinted === "number" && unprinted > 0) skipUnprinted(collector, unprinted);
    const options = { target, name: "diagnostics" };
    const reading = readEntries(memberOf(value, "diagnostics"), options, diagnostic, addFinding, collector);
    return markIdle(memberOf(summary, "changed") === 0 ? memberOf(summary, "unchanged") : undefined, reading);
  },
});
