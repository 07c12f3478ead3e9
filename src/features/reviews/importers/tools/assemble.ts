import type { Finding } from "../../model/finding.ts";
import type { ToolFinding } from "./define-format.ts";

/** Findings of several outputs, as they go into one report. */
export type AssembledFindings = Readonly<{
  /** In new code. */
  findings: readonly Finding[];
  /** In code that existed before. */
  existing: readonly Finding[];
  /** Paths outside the project, of findings that are left out; one entry per finding. */
  outside: readonly string[];
  /** Paths without a file, of findings that are left out, as it is unknown whether their code is new; one entry per finding. */
  missing: readonly string[];
  /** Number of findings that an earlier output has as well. */
  repeated: number;
  /** Number of findings in changes that are not part of the code that counts. */
  apart: number;
}>;

/**
 * What is known about the code: the project path for a tool's path, the line in the code that counts for a line that the tool saw
 * (null: it is not part of that code), whether that line is new, and whether a file exists.
 */
export type CodeLookup = Readonly<{
  pathOf(path: string): string | null;
  lineOf(file: string, line: number | null): Readonly<{ line: number | null }> | null;
  isNew(file: string, line: number | null): boolean;
  isThere(file: string): boolean;
}>;

/** The file of a finding that names none. */
const wholeProject = ".";

/** Identifies a finding by its content and its project path: some tools write paths from the root, others from the project. */
const keyOf =
  (pathOf: CodeLookup["pathOf"]) =>
  ({ tool, rule, path, line, message }: ToolFinding): string =>
    JSON.stringify([tool, rule, path === null ? null : (pathOf(path) ?? path), line, message]);

const isBlank = (text: string | null): boolean => text === null || text.trim() === "";

/** Returns a rule's name; findings without a rule use the tool's name. */
const ruleOf = ({ rule, tool }: ToolFinding): string => (rule === null || isBlank(rule) ? tool : rule.normalize("NFC"));

/**
 * Returns the name under which a tool's rule is recorded: its own id. If several tools have a rule with the same id, the first
 * tool by name keeps the id, and the other tools' names are prefixed with the tool, so that counts by rule do not mix.
 */
function ruleNames(findings: readonly ToolFinding[]): (one: ToolFinding) => string {
  const owners = new Map<string, string>();
  for (const one of findings) {
    const rule = ruleOf(one);
    const owner = owners.get(rule);
    if (owner === undefined || one.tool < owner) owners.set(rule, one.tool);
  }
  return (one) => {
    const rule = ruleOf(one);
    return owners.get(rule) === one.tool ? rule : `${one.tool}/${rule}`;
  };
}

/** Converts a tool's finding to a finding of a report. */
function toFinding(one: ToolFinding, file: string, rule: string): Finding {
  const { category, severity, tool, fixable } = one;
  const message = isBlank(one.message) ? rule : one.message;
  return { category, severity, tool, rule, file, line: one.line ?? 1, message, fixable, evidence_refs: null };
}

/** Combines outputs. Findings that an earlier output has too are left out; one output may repeat a finding on a line. */
export function assemble(
  outputs: readonly (readonly ToolFinding[])[],
  { pathOf, lineOf, isNew, isThere }: CodeLookup,
): AssembledFindings {
  const nameOf = ruleNames(outputs.flat());
  const lists = { findings: [] as Finding[], existing: [] as Finding[], outside: [] as string[], missing: [] as string[] };
  const earlierKeys = new Set<string>();
  let [repeated, apart] = [0, 0];
  const add = (one: ToolFinding): void => {
    const file = one.path === null || isBlank(one.path) ? wholeProject : pathOf(one.path);
    if (file === null) {
      lists.outside.push(one.path ?? "");
      return;
    }
    const alwaysCounts = one.always === true || file === wholeProject;
    const place = lineOf(file, one.line) ?? (alwaysCounts ? one : null);
    if (place === null) {
      apart += 1;
      return;
    }
    const isInChange = alwaysCounts || isNew(file, place.line);
    if (!isInChange && !isThere(file)) {
      lists.missing.push(one.path ?? "");
      return;
    }
    const isCounted = isInChange && one.existing !== true;
    lists[isCounted ? "findings" : "existing"].push(toFinding({ ...one, line: place.line }, file, nameOf(one)));
  };
  for (const output of outputs) {
    const keys = outputs.length > 1 ? output.map(keyOf(pathOf)) : [];
    for (const [at, one] of output.entries()) {
      if (earlierKeys.has(keys[at] ?? "")) repeated += 1;
      else add(one);
    }
    for (const key of keys) earlierKeys.add(key);
  }
  return { ...lists, repeated, apart };
}
