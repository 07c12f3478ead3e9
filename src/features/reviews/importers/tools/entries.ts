import type * as z from "zod";
import { invalidInput } from "../../../../kernel/errors.ts";
import { type Gathering, gather, hasKeys, type ToolFinding, type ToolReading, understood } from "./define-format.ts";
import { categoryOf, severityOfRule } from "./rule-categories.ts";

/** What a finding says besides what its tool's table says. */
type Said = Omit<ToolFinding, "category" | "fixable"> & Partial<Pick<ToolFinding, "category" | "fixable">>;

/**
 * A finding that is about what its tool's table says, and that no tool can repair, unless it says otherwise. It is as severe as the
 * tool means it, whatever a format of other tools calls that.
 */
export const findingOf = (said: Said): ToolFinding => ({
  fixable: false,
  ...said,
  category: said.category ?? categoryOf(said.tool, said.rule),
  severity: severityOfRule(said.tool, said.rule, said.severity),
});

/** The rule of a finding about a tool that could not do its work, where the tool has no id for it. */
export const toolError = { rule: "tool_error", category: "tool_error" } as const;

/** Whether a list has an entry with these keys among its first or last; a wrong entry before it hides none. */
export const holds = (value: unknown, ...keys: readonly string[]): value is readonly unknown[] =>
  Array.isArray(value) && [...value.slice(0, 20), ...value.slice(-20)].some((entry) => hasKeys(entry, ...keys));

/** What an output holds whose tool says of itself that it looked at no file. */
export const idleWhere = (looked: unknown, reading: ToolReading): ToolReading =>
  looked === 0 && reading.findings.length === 0 ? { ...reading, ran: false } : reading;

/** What an object has under a key of its own. */
export const memberOf = (value: unknown, key: string): unknown => (hasKeys(value, key) ? value[key] : undefined);

/**
 * Reads the entries of a list one by one; null is an empty list.
 * @param about `name` of the list in the output, if it is not the output itself; `placeOf` an entry, where the list is none of JSON
 * @throws invalid_input when it is no list
 */
export function readEntries<S extends z.ZodType>(
  entries: unknown,
  about: Readonly<{ target: string; name?: string; placeOf?: (at: number) => string }>,
  schema: S,
  take: (one: z.output<S>, into: Gathering, place: string) => void,
  into = gather(),
): ToolReading {
  const { target, name = "", placeOf = (at) => `${name}[${at}]` } = about;
  if (entries !== null && !Array.isArray(entries))
    throw invalidInput(target, [name === "" ? "it is no list" : `it has no list \`${name}\``]);
  for (const [at, entry] of (entries ?? []).entries()) {
    const place = placeOf(at);
    const one = understood(into, schema, entry, place);
    if (one === undefined) continue;
    const before = into.skips();
    take(one, into, place);
    if (into.skips() === before) into.use();
  }
  return into.reading();
}

/** A message without the id of its rule, which some tools repeat at its end. */
export const withoutRule = (message: string, rule: string | null): string =>
  rule !== null && rule !== "" && message.endsWith(` (${rule})`) ? message.slice(0, -rule.length - 3) : message;
