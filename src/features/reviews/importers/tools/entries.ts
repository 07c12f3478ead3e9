import type * as z from "zod";
import { invalidInput } from "../../../../kernel/errors.ts";
import {
  createCollector,
  type FindingCollector,
  hasKeys,
  parseEntry,
  type ToolFinding,
  type ToolReading,
} from "./define-format.ts";
import { categoryOf, severityOfRule } from "./rule-categories.ts";

/** The fields of a finding that its tool's table does not define, or that override it. */
type FindingParts = Omit<ToolFinding, "category" | "fixable"> & Partial<Pick<ToolFinding, "category" | "fixable">>;

/**
 * Builds a finding. By default, its category comes from the tool's table, and no tool can repair it. Its severity is the one that
 * the tool means, whatever an exchange format calls it.
 */
export const findingOf = (parts: FindingParts): ToolFinding => ({
  fixable: false,
  ...parts,
  category: parts.category ?? categoryOf(parts.tool, parts.rule),
  severity: severityOfRule(parts.tool, parts.rule, parts.severity),
});

/** The rule of a finding about a tool that could not do its work, if the tool has no id for that. */
export const toolError = { rule: "tool_error", category: "tool_error" } as const;

/** Whether a list has an entry with these keys among its first or last; invalid entries before it do not matter. */
export const hasEntryWith = (value: unknown, ...keys: readonly string[]): value is readonly unknown[] =>
  Array.isArray(value) && [...value.slice(0, 20), ...value.slice(-20)].some((entry) => hasKeys(entry, ...keys));

/** Sets `ran` to false if the tool reports that it checked no file and there are no findings. */
export const markIdle = (checkedCount: unknown, reading: ToolReading): ToolReading =>
  checkedCount === 0 && reading.findings.length === 0 ? { ...reading, ran: false } : reading;

/** Returns an object's value of an own key. */
export const memberOf = (value: unknown, key: string): unknown => (hasKeys(value, key) ? value[key] : undefined);

/**
 * Reads the entries of a list one by one; null is an empty list.
 * @param options `name` of the list in the output, unless it is the output itself; `placeOf` an entry, if the list is not a JSON
 *   list
 * @throws invalid_input if it is not a list
 */
export function readEntries<S extends z.ZodType>(
  entries: unknown,
  options: Readonly<{ target: string; name?: string; placeOf?: (at: number) => string }>,
  schema: S,
  onEntry: (one: z.output<S>, collector: FindingCollector, place: string) => void,
  into = createCollector(),
): ToolReading {
  const { target, name = "", placeOf = (at) => `${name}[${at}]` } = options;
  if (entries !== null && !Array.isArray(entries))
    throw invalidInput(target, [name === "" ? "it is no list" : `it has no list \`${name}\``]);
  for (const [at, entry] of (entries ?? []).entries()) {
    const place = placeOf(at);
    const one = parseEntry(into, schema, entry, place);
    if (one === undefined) continue;
    const before = into.skips();
    onEntry(one, into, place);
    if (into.skips() === before) into.use();
  }
  return into.reading();
}

/** Removes the id of the rule from a message; some tools repeat it at the end. */
export const withoutRule = (message: string, rule: string | null): string =>
  rule !== null && rule !== "" && message.endsWith(` (${rule})`) ? message.slice(0, -rule.length - 3) : message;
