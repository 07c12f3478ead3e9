import * as z from "zod";
import { invalidInput } from "../../../../kernel/errors.ts";
import type { Category, Severity } from "../../model/finding.ts";
import {
  createCollector,
  defineFormat,
  type FindingCollector,
  hasKeys,
  lineOf,
  parseEntry,
  severitiesOf,
  severityOf,
  type ToolFinding,
} from "./define-format.ts";
import { memberOf } from "./entries.ts";
import { canonicalTool, categoryOf, severityOfRule } from "./rule-categories.ts";
import { joinPaths, pathOfUri } from "./uri.ts";

/** A value that is not as it should be is absent, so that no result, rule or run is lost with it. */
const optional = <S extends z.ZodType>(schema: S) => schema.nullish().catch(null);

const text = optional(z.string());
// Not `readonly()` below: freezing each list of each result takes longer than parsing it.
/** A list whose entries are parsed one by one, if at all; `z.array` would copy it. */
const list = z.custom<readonly unknown[]>(Array.isArray, "must be a list").nullish();
const number = optional(z.number());

const messageObject = z.object({ text, id: text, arguments: optional(z.array(z.string())) });
/** Some tools write its text alone. */
const message = optional(messageObject.or(z.string().transform((plain) => messageObject.parse({ text: plain }))));
const strings = optional(z.record(z.string(), message));
const artifactLocation = z.object({ uri: text, uriBaseId: text, index: number });

const rule = z.object({
  id: z.string(),
  defaultConfiguration: optional(z.object({ level: text })),
  messageStrings: strings,
  shortDescription: message,
  properties: optional(z.object({ tags: optional(z.array(z.string())) })),
});
type Rule = z.output<typeof rule>;

const component = optional(z.object({ name: text, guid: text, rules: list.catch(null), globalMessageStrings: strings }));

/** An entry of a list that is not as it should be is null, so that all others keep their index. */
const run = z.object({
  tool: optional(z.object({ driver: component, extensions: optional(z.array(component)) })),
  results: list,
  artifacts: optional(z.array(optional(z.object({ location: optional(artifactLocation) })))),
  originalUriBaseIds: optional(z.record(z.string(), artifactLocation.catch({}))),
  invocations: optional(
    z.array(
      optional(
        z.object({
          executionSuccessful: z.unknown().optional(),
          ruleConfigurationOverrides: list.catch(null),
          toolExecutionNotifications: list.catch(null),
          toolConfigurationNotifications: list.catch(null),
        }),
      ),
    ),
  ),
});
type Run = z.output<typeof run>;

const reference = z.object({
  id: text,
  index: number,
  toolComponent: optional(z.object({ index: number, name: text, guid: text })),
});
type Reference = z.output<typeof reference>;

const locations = optional(
  z.array(
    optional(
      z.object({
        physicalLocation: optional(
          z.object({
            artifactLocation: optional(artifactLocation),
            region: optional(z.object({ startLine: z.unknown() }).partial()),
          }),
        ),
      }),
    ),
  ),
);
type Locations = z.output<typeof locations>;

const result = z.object({
  ruleId: text,
  ruleIndex: number,
  rule: optional(reference),
  level: text,
  kind: text,
  message,
  locations,
  baselineState: text,
  suppressions: optional(z.array(optional(z.object({ status: z.string().nullish() })))),
  fixes: list.catch(null),
});
type Result = z.output<typeof result>;

const notification = z.object({ descriptor: optional(reference), level: text, message, locations });
type Notification = z.output<typeof notification>;
const override = z.object({ descriptor: reference, configuration: z.object({ level: text }) });

/** The parts of a run that may be stored outside of it, of those that are read (§3.14.2). */
const externalLists = ["results", "artifacts", "invocations"] as const;
const externalParts: readonly string[] = [...externalLists, "driver", "extensions"];

const listIn = (value: unknown, key: string): readonly unknown[] => {
  const found = memberOf(value, key);
  return Array.isArray(found) ? found : [];
};

/** The parts of runs that are stored in the log, and those of them that belong to a run. */
type Inline = Readonly<{ entries: readonly unknown[]; used: Set<unknown> }>;

/**
 * Returns a run with the parts of it that are stored in the log (`inlineExternalProperties`, §3.15): those with a `guid` that the
 * run refers to, or with the run's own as their `runGuid`, or at a place that it refers to (§3.10.3). `elsewhere`: the parts that
 * are stored in other files.
 */
function withInline(entry: unknown, { entries, used }: Inline): Readonly<{ entry: unknown; elsewhere: readonly string[] }> {
  const references = memberOf(entry, "externalPropertyFileReferences");
  const named = externalParts.flatMap((part) =>
    [memberOf(references, part) ?? []].flat().map((reference) => {
      const [guid, uri] = [memberOf(reference, "guid"), memberOf(memberOf(reference, "location"), "uri")];
      // The example of §3.13.5 has the list's name of a draft.
      const at = /^sarif:\/inlineExternalPropert(?:ies|yFiles)\/(\d+)$/.exec(String(uri))?.[1];
      const isNamed = (one: unknown): boolean =>
        one === entries[Number(at)] || (typeof guid === "string" && memberOf(one, "guid") === guid);
      return { part, isNamed };
    }),
  );
  const runGuid = memberOf(memberOf(entry, "automationDetails"), "guid");
  const own = entries.filter(
    (one) => named.some(({ isNamed }) => isNamed(one)) || (typeof runGuid === "string" && memberOf(one, "runGuid") === runGuid),
  );
  for (const one of own) used.add(one);
  const missing = named.filter(({ isNamed }) => !own.some(isNamed)).map(({ part }) => part);
  const elsewhere = [...new Set(missing)];
  if (own.length === 0 || !hasKeys(entry)) return { entry, elsewhere };
  const tool = memberOf(entry, "tool");
  const driver = Object.assign({}, ...[tool, ...own].map((one) => memberOf(one, "driver")));
  const extensions = [tool, ...own].flatMap((one) => listIn(one, "extensions"));
  const lists = externalLists
    .filter((key) => own.some((one) => hasKeys(one, key)))
    .map((key) => [key, [entry, ...own].flatMap((one) => listIn(one, key))]);
  return { entry: { ...entry, ...Object.fromEntries(lists), tool: { driver, extensions } }, elsewhere };
}

const severities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["note", "none"] });

const ownValue = <T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined =>
  record !== null && record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;

/** The rules of the tool and of its extensions, each parsed when a result first names it. */
function rulesOf(tool: Run["tool"]) {
  const extensions = tool?.extensions ?? [];
  const lists = [tool?.driver, ...extensions].map((one) => one?.rules ?? []);
  const parsed = new Map<unknown, Rule | undefined>();
  const ruleOf = (value: unknown): Rule | undefined => {
    if (!parsed.has(value)) parsed.set(value, rule.safeParse(value).data);
    return parsed.get(value);
  };
  const ids: ReadonlyMap<string, unknown> = new Map(
    lists.flat().flatMap((value) => (hasKeys(value, "id") ? [[String(value["id"]), value]] : [])),
  );
  return {
    /** Finds a rule. `index` is its place in the list of its component: the extension that the reference names, else the tool itself. */
    find({ id, index, toolComponent }: Reference): Rule | undefined {
      const named = (key: "name" | "guid") =>
        extensions.findIndex((one) => typeof one?.[key] === "string" && one[key] === toolComponent?.[key]);
      const extension = toolComponent == null ? -1 : (toolComponent.index ?? Math.max(named("name"), named("guid")));
      const value = typeof index === "number" && index >= 0 ? lists[extension + 1]?.[index] : undefined;
      if (value !== undefined) return ruleOf(value);
      // An id may name a part of a rule: `CA1000/1`.
      return typeof id === "string" ? ruleOf(ids.get(id) ?? ids.get(id.slice(0, Math.max(0, id.lastIndexOf("/"))))) : undefined;
    },
  };
}

/** Fills in `{0}`; doubled braces are literal braces. */
const fillTemplate = (template: string, values: readonly string[]): string =>
  template.replace(/\{\{|\}\}|\{(\d+)\}/g, (found, at) => (at === undefined ? found.charAt(0) : (values[Number(at)] ?? found)));

type Context = Readonly<{
  tool: string;
  rules: ReturnType<typeof rulesOf>;
  run: Run;
  levels: ReadonlyMap<string, string>;
  pathOf(uri: string): string;
  categoryOf(matchedRule: Rule | undefined): (rule: string | null) => Category;
}>;

/** Caches results by key: thousands of results have the same rule or file. */
function memoize<Key, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const cache = new Map<Key, Value>();
  return (key) => {
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const value = compute(key);
    cache.set(key, value);
    return value;
  };
}

function textOf(sarifMessage: z.output<typeof message>, { run: { tool } }: Context, matchedRule: Rule | undefined): string {
  const id = sarifMessage?.id;
  const messageString =
    typeof id === "string"
      ? (ownValue(matchedRule?.messageStrings, id) ?? ownValue(tool?.driver?.globalMessageStrings, id))
      : undefined;
  const template = sarifMessage?.text ?? messageString?.text ?? matchedRule?.shortDescription?.text ?? "";
  return Array.isArray(sarifMessage?.arguments) ? fillTemplate(template, sarifMessage.arguments) : template;
}

/** Returns the folder of a base id, as far as the run defines it: an id may be defined by another. */
function baseOf(bases: Run["originalUriBaseIds"], id: string, depth = 0): string {
  const base = ownValue(bases, id);
  if (base === undefined || depth > 10) return "";
  const path = typeof base.uri === "string" ? (pathOfUri(base.uri) ?? "") : "";
  return typeof base.uriBaseId === "string" ? joinPaths(baseOf(bases, base.uriBaseId, depth + 1), path) : path;
}

/**
 * Returns the path of the first location that names a file (for Cppcheck the last, as it lists the way there first). A URI of
 * another scheme names no file and is kept unchanged, which is outside the project.
 */
function placeOf(
  resultLocations: Locations,
  { tool, run: { artifacts, originalUriBaseIds }, pathOf }: Context,
): Pick<ToolFinding, "path" | "line"> {
  const inOrder = tool === "cppcheck" ? resultLocations?.toReversed() : resultLocations;
  const physical = inOrder?.find((one) => one?.physicalLocation?.artifactLocation)?.physicalLocation;
  const fileLocation = physical?.artifactLocation;
  const artifact =
    typeof fileLocation?.uri === "string" ? fileLocation : (artifacts?.[fileLocation?.index ?? -1]?.location ?? fileLocation);
  if (typeof artifact?.uri !== "string" || artifact.uri === "") return { path: null, line: null };
  const path = pathOf(artifact.uri);
  const base = typeof artifact.uriBaseId === "string" ? baseOf(originalUriBaseIds, artifact.uriBaseId) : "";
  return { path: joinPaths(base, path), line: lineOf(physical?.region?.startLine) };
}

/** Kinds that report that nothing is wrong, or that a rule was not applied. */
const nonFindingKinds: ReadonlySet<string> = new Set(["pass", "notApplicable"]);

function severityOfResult({ level, kind, ruleId }: Result, matchedRule: Rule | undefined, { levels }: Context): Severity {
  if (typeof level === "string") return severityOf(severities, level);
  if (typeof kind === "string" && kind !== "fail") return "info";
  return severityOf(
    severities,
    levels.get(matchedRule?.id ?? ruleId ?? "") ?? matchedRule?.defaultConfiguration?.level ?? "warning",
  );
}

/** A result is suppressed if each of its suppressions is accepted; a suppression without a status counts as accepted. */
const isSuppressed = ({ suppressions }: Result): boolean =>
  suppressions !== null &&
  suppressions !== undefined &&
  suppressions.length > 0 &&
  suppressions.every((one) => one != null && (one.status ?? "accepted") === "accepted");

function addResult(one: Result, context: Context, collector: FindingCollector): void {
  if (one.baselineState === "absent" || (typeof one.kind === "string" && nonFindingKinds.has(one.kind))) return;
  if (isSuppressed(one)) {
    collector.suppress();
    return;
  }
  const { ruleId, ruleIndex } = one;
  const matchedRule = context.rules.find(
    one.rule ? { id: ruleId, index: ruleIndex, ...one.rule } : { id: ruleId, index: ruleIndex },
  );
  const id = ruleId || one.rule?.id || matchedRule?.id || null;
  const { path, line } = placeOf(one.locations, context);
  // Written out for speed: most of the time for a long output is spent on creating these.
  const finding: ToolFinding = {
    tool: context.tool,
    rule: id,
    severity: severityOfRule(context.tool, id, severityOfResult(one, matchedRule, context)),
    category: context.categoryOf(matchedRule)(id),
    message: textOf(one.message, context, matchedRule),
    path,
    line,
    fixable: (one.fixes?.length ?? 0) > 0,
  };
  collector.findings.push(one.baselineState === "unchanged" ? { ...finding, existing: true } : finding);
}

/**
 * Adds an error that kept the tool from working as a finding about the tool. PMD states no level for a file that it could not
 * read; the run did not succeed then.
 */
function addNotification(one: Notification, hasFailed: boolean, context: Context, collector: FindingCollector): void {
  if ((one.level ?? (hasFailed ? "error" : "warning")) !== "error") return;
  collector.findings.push({
    tool: context.tool,
    rule: one.descriptor?.id ?? "tool_error",
    severity: "error",
    category: "tool_error",
    message: textOf(one.message, context, undefined),
    ...placeOf(one.locations, context),
    fixable: false,
  });
}

/** Returns the levels that were set for rules when the tool was called, by rule. */
function readOverrides(invocations: Run["invocations"]): ReadonlyMap<string, string> {
  const all = (invocations ?? []).flatMap((one) => one?.ruleConfigurationOverrides ?? []);
  return new Map(
    all.flatMap((value) => {
      const { descriptor, configuration } = override.safeParse(value).data ?? {};
      return typeof descriptor?.id === "string" && typeof configuration?.level === "string"
        ? [[descriptor.id, configuration.level]]
        : [];
    }),
  );
}

/**
 * Whether a tool checked the code: a tool that failed and has no results may not have. Results that are absent or null were not
 * computed (§3.14.23); a tool that found nothing writes an empty list.
 */
const hasRun = ({ results, invocations }: Run): boolean =>
  (results ?? []).length > 0 || (results != null && (invocations ?? []).every((one) => one?.executionSuccessful !== false));

/** @returns the tool */
function readRun(one: Run, place: string, collector: FindingCollector): string {
  const tool = canonicalTool(one.tool?.driver?.name?.trim() || "sarif");
  const context: Context = {
    tool,
    rules: rulesOf(one.tool),
    run: one,
    levels: readOverrides(one.invocations),
    pathOf: memoize((uri) => pathOfUri(uri) ?? uri),
    categoryOf: memoize((matchedRule) => memoize((id) => categoryOf(tool, id, matchedRule?.properties?.tags ?? []))),
  };
  for (const [at, value] of (one.results ?? []).entries()) {
    const parsed = parseEntry(collector, result, value, `${place}.results[${at}]`);
    if (parsed === undefined) continue;
    addResult(parsed, context, collector);
    collector.use();
  }
  // ESLint reports files that it could not parse as notifications about the configuration.
  for (const invocation of one.invocations ?? []) {
    const hasFailed = invocation?.executionSuccessful === false;
    const { toolExecutionNotifications, toolConfigurationNotifications } = invocation ?? {};
    for (const [at, value] of [...(toolExecutionNotifications ?? []), ...(toolConfigurationNotifications ?? [])].entries()) {
      const parsed = parseEntry(collector, notification, value, `${place} notification ${at}`);
      if (parsed !== undefined) addNotification(parsed, hasFailed, context, collector);
    }
  }
  return tool;
}

/** @throws invalid_input if it is not a log of version 2.1 */
function runsOf(value: unknown, target: string): readonly unknown[] {
  if (!hasKeys(value, "runs", "version") || !Array.isArray(value["runs"])) {
    throw invalidInput(target, ["it has no list `runs`"]);
  }
  if (!/^2\.1\./.test(String(value["version"]))) {
    throw invalidInput(target, [`its version is ${String(value["version"])}; 2.1.0 is read`]);
  }
  return value["runs"];
}

/**
 * Static Analysis Results Interchange Format, as scanners and compilers write it. https://docs.oasis-open.org/sarif/sarif/v2.1.0
 */
export const sarif = defineFormat({
  form: "json",
  id: "sarif",
  title: "SARIF 2.1.0",
  looksFor: "an object with `version` 2.1.0 and `runs`",
  severities,
  gives:
    "fixable (a result with fixes), suppressed results, existing results (`baselineState`), notifications of errors as `tool_error`",
  lacks: "categories, which come from the tool's table and the rule's tags; parts of runs in other files",
  claims: (value) => hasKeys(value, "runs", "version") && Array.isArray(value["runs"]) && !hasKeys(value, "format"),
  read(value, target) {
    const runs = runsOf(value, target);
    const collector = createCollector();
    const tools = new Set<string>();
    const idle: number[] = [];
    let ran = false;
    const inline: Inline = { entries: listIn(value, "inlineExternalProperties"), used: new Set() };
    for (const [at, original] of runs.entries()) {
      const { entry, elsewhere } = withInline(original, inline);
      if (elsewhere.length > 0) {
        collector.skip(`runs[${at}]`, `parts of it are in files of their own, which are not read: ${elsewhere.join(", ")}`);
      }
      const parsed = parseEntry(collector, run, entry, `runs[${at}]`);
      if (parsed === undefined) continue;
      const tool = readRun(parsed, `runs[${at}]`, collector);
      if (!hasRun(parsed)) {
        idle.push(at);
        continue;
      }
      tools.add(tool);
      // A run without results of its own may have some in files that are not read.
      const isComplete = !elsewhere.includes("results");
      ran ||= isComplete || (parsed.results ?? []).length > 0;
      if (isComplete && parsed.results?.length === 0) collector.use();
    }
    if (ran) for (const at of idle) collector.skip(`runs[${at}]`, "its tool did not run, or gave no results");
    for (const [at, one] of inline.entries.entries()) {
      // csdiff stores properties of the scan there, of no run.
      const isRead = externalParts.some((part) => hasKeys(one, part));
      if (isRead && !inline.used.has(one)) collector.skip(`inlineExternalProperties[${at}]`, "it belongs to no run of this file");
    }
    const reading = collector.reading();
    return { ...reading, tools: [...tools], ran: ran && reading.ran !== false };
  },
});
