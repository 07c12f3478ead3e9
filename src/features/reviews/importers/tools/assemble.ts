import type { Finding } from "../../model/finding.ts";
import type { ToolFinding } from "./define-format.ts";

/** Findings of several outputs, as they go into one report. */
export type Assembled = Readonly<{
  /** Of new code. */
  findings: readonly Finding[];
  /** Of code that was there before. */
  existing: readonly Finding[];
  /** Paths outside of the project, of findings that are left out; one entry a finding. */
  outside: readonly string[];
  /** Paths that lead to no file, of findings that are left out: whether their code is new cannot be said; one entry a finding. */
  missing: readonly string[];
  /** How many findings an earlier output has as well. */
  repeated: number;
  /** How many findings stand in changes that are not part of the code that counts. */
  apart: number;
}>;

/**
 * What is known of the code: where a tool's path lies in the project, where a line that the tool saw stands in the code that counts (null:
 * it is not part of that), and whether it is new there.
 */
export type Code = Readonly<{
  pathOf(path: string): string | null;
  lineOf(file: string, line: number | null): Readonly<{ line: number | null }> | null;
  isNew(file: string, line: number | null): boolean;
  isThere(file: string): boolean;
}>;

/** Where a finding stands that names no file. */
const wholeProject = ".";

/** What a finding says, with its place in the project: one tool writes paths from the root, another from the project. */
const keyOf =
  (pathOf: Code["pathOf"]) =>
  ({ tool, rule, path, line, message }: ToolFinding): string =>
    JSON.stringify([tool, rule, path === null ? null : (pathOf(path) ?? path), line, message]);

const isBlank = (text: string | null): boolean => text === null || text.trim() === "";

/** A rule's name; a tool that names none is one rule. */
const ruleOf = ({ rule, tool }: ToolFinding): string => (rule === null || isBlank(rule) ? tool : rule.normalize("NFC"));

/**
 * The name under which a tool's rule stands: its own id. Where two tools have a rule of one id, it belongs to the first of them by name,
 * and the others' begin with the tool, so that counts by rule do not mix.
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

/** A finding as reports have it. */
function finding(one: ToolFinding, file: string, rule: string): Finding {
  const { category, severity, tool, fixable } = one;
  const message = isBlank(one.message) ? rule : one.message;
  return { category, severity, tool, rule, file, line: one.line ?? 1, message, fixable, evidence_refs: null };
}

/** Puts outputs together. What an earlier output says too is left out; within one output the same may stand twice on a line. */
export function assemble(outputs: readonly (readonly ToolFinding[])[], { pathOf, lineOf, isNew, isThere }: Code): Assembled {
  const nameOf = ruleNames(outputs.flat());
  const all = { findings: [] as Finding[], existing: [] as Finding[], outside: [] as string[], missing: [] as string[] };
  const earlier = new Set<string>();
  let [repeated, apart] = [0, 0];
  const add = (one: ToolFinding): void => {
    const file = one.path === null || isBlank(one.path) ? wholeProject : pathOf(one.path);
    if (file === null) {
      all.outside.push(one.path ?? "");
      return;
    }
    const anyhow = one.always === true || file === wholeProject;
    const place = lineOf(file, one.line) ?? (anyhow ? one : null);
    if (place === null) {
      apart += 1;
      return;
    }
    const isOfChange = anyhow || isNew(file, place.line);
    if (!isOfChange && !isThere(file)) {
      all.missing.push(one.path ?? "");
      return;
    }
    const isCounted = isOfChange && one.existing !== true;
    all[isCounted ? "findings" : "existing"].push(finding({ ...one, line: place.line }, file, nameOf(one)));
  };
  for (const output of outputs) {
    const keys = outputs.length > 1 ? output.map(keyOf(pathOf)) : [];
    for (const [at, one] of output.entries()) {
      if (earlier.has(keys[at] ?? "")) repeated += 1;
      else add(one);
    }
    for (const key of keys) earlier.add(key);
  }
  return { ...all, repeated, apart };
}
