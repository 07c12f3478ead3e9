import * as z from "zod";
import { agentKinds } from "../../../src/features/agent/model/kinds.ts";
import type { Store } from "../../../src/features/agent/model/store.ts";
import { shapedKinds } from "../../../src/features/facts/kinds.ts";
import type { Draft } from "../../../src/kernel/fact.ts";
import { sampleRow } from "../../support/agent-rows.ts";
import { makeHistory } from "../../support/fixtures.ts";
import { draftOf } from "../../support/ledger-drafts.ts";

/*
 * Facts that no writer of ours makes: a valid fact of each kind, with all fields filled in from the kind's schema, in which one
 * field at a time has a value that it is not meant to have.
 */

/** The part of JSON Schema that zod writes for facts. */
type Schema = Readonly<{
  type?: string | readonly string[] | undefined;
  enum?: readonly unknown[] | undefined;
  format?: string | undefined;
  minimum?: number | undefined;
  anyOf?: readonly Schema[] | undefined;
  items?: Schema | undefined;
  properties?: Readonly<Record<string, Schema>> | undefined;
  additionalProperties?: Schema | boolean | undefined;
}>;

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    anyOf: z.array(schema).optional(),
    items: schema.optional(),
    properties: z.record(z.string(), schema).optional(),
    additionalProperties: z.union([schema, z.boolean()]).optional(),
  }),
);

const schemaOf = (type: z.ZodType): Schema => schema.parse(z.toJSONSchema(type, { unrepresentable: "any", io: "input" }));

const texts: Readonly<Record<string, string>> = {
  "date-time": "2026-03-16T08:00:00.000Z",
  uuid: "0198c0de-0000-7000-8000-000000000001",
};

/** A value that a schema allows, with all optional fields filled in. */
function sampleOf(of: Schema): unknown {
  if (of.enum !== undefined) return of.enum[0];
  if (of.anyOf !== undefined) return of.anyOf[0] === undefined ? null : sampleOf(of.anyOf[0]);
  const type = typeof of.type === "string" ? of.type : of.type?.[0];
  switch (type) {
    case "string":
      return texts[of.format ?? ""] ?? "text";
    case "integer":
    case "number":
      return Math.max(1, of.minimum ?? 1);
    case "boolean":
      return true;
    case "array":
      return [sampleOf(of.items ?? {})];
    case "object": {
      const valueSchema = of.additionalProperties;
      const extra = typeof valueSchema === "object" && Object.keys(valueSchema).length > 0 ? { text: sampleOf(valueSchema) } : {};
      return {
        ...extra,
        ...Object.fromEntries(Object.entries(of.properties ?? {}).map(([name, inner]) => [name, sampleOf(inner)])),
      };
    }
    default:
      return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** Merges two objects recursively; the values of the second take precedence. */
function mergeDeep(base: Fields, overrides: Fields): Fields {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(overrides)) {
    const baseValue = merged[name];
    merged[name] = isFields(baseValue) && isFields(value) ? mergeDeep(baseValue, value) : value;
  }
  return merged;
}

const at = "2026-03-16T08:00:00.000Z";

function changeOf(store: Store, op: "add" | "change" | "remove"): Fields {
  const row = mergeDeep(z.record(z.string(), z.unknown()).parse(sampleOf(schemaOf(store.row))), sampleRow(store));
  if (op === "add") return { row };
  const key = String(row[store.key[0] ?? ""]);
  if (op === "remove") return { key, at };
  const set = store.states === null ? {} : { [store.states.column]: Object.values(store.states.ways)[0]?.[0] };
  return { key, at, set, expect: {}, note: { text: "text" } };
}

/** A valid draft of every kind of fact. */
export function validDrafts(): readonly Draft[] {
  const [review] = makeHistory({ seed: 5, runs: 1, agents: ["mallory"] }).map((run) => draftOf(run));
  const shapedDrafts = Object.values(shapedKinds).map(({ kind, data }): Draft => {
    const sample = z.record(z.string(), z.unknown()).parse(sampleOf(schemaOf(data)));
    if (kind === "review.recorded") return { kind, project: "acme/shop", data: { ...mergeDeep(sample, review?.data ?? {}) } };
    if (kind === "eval.recorded") return { kind, project: "acme/shop", data: { ...sample, content_sha256: "a".repeat(64) } };
    return { kind, project: null, data: sample };
  });
  const storeDrafts = [...agentKinds].map(
    ([kind, { store, op }]): Draft => ({ kind, project: "acme/shop", data: { ...changeOf(store, op) } }),
  );
  return [...shapedDrafts, ...storeDrafts];
}

const nested = (depth: number, leaf: unknown): unknown =>
  depth === 0 ? leaf : nested(depth - 1, depth % 2 ? [leaf] : { a: leaf });

/** Values that a field is not meant to hold; `undefined` means that the field is missing. */
const invalidValues: readonly unknown[] = [
  undefined,
  null,
  true,
  -1,
  0.5,
  2 ** 53,
  1.7976931348623157e308,
  "",
  "text",
  "x".repeat(3_000),
  [],
  [1, 2],
  ["pending", "text"],
  {},
  { a: 1 },
  nested(100, 1),
];

/** Texts that a field of text, a time or JSON is not meant to hold. */
const invalidTexts: readonly string[] = [
  " ",
  "Infinity",
  "2026-02-31T08:00:00.000Z",
  "0000-00-00T00:00:00.000Z",
  "-0001-01-01T00:00:00.000Z",
  "\u2028\u001b[31m",
  '{"a":"\\u0000"}',
];

/** The places of everything inside a value, without the value itself; for a list, those in its first element. */
function placesIn(value: unknown): readonly (readonly (string | number)[])[] {
  const inner = Array.isArray(value)
    ? value.slice(0, 1).map((one, index): readonly [number, unknown] => [index, one])
    : isFields(value)
      ? Object.entries(value)
      : [];
  return inner.flatMap(([name, one]) => [[name], ...placesIn(one).map((place) => [name, ...place])]);
}

/** The value at a place. */
const valueAt = (value: unknown, place: readonly (string | number)[]): unknown =>
  place.reduce(
    (inner: unknown, name) => (Array.isArray(inner) ? inner[Number(name)] : isFields(inner) ? inner[name] : undefined),
    value,
  );

/** The value with another one at a place. */
function replaceAt(value: unknown, place: readonly (string | number)[], invalid: unknown): unknown {
  const [first, ...rest] = place;
  if (first === undefined) return invalid;
  if (Array.isArray(value)) return value.map((one: unknown, index) => (index === first ? replaceAt(one, rest, invalid) : one));
  return isFields(value) ? { ...value, [first]: replaceAt(value[first], rest, invalid) } : value;
}

/** The same draft for a run or row of its own, so that it does not repeat another one. */
function uniqueDraft({ kind, project, data }: Draft, n: number): Draft {
  const entry = agentKinds.get(kind);
  if (entry?.op === "add") return { kind, project, data: mergeDeep(data, { row: { [entry.store.key[0] ?? ""]: `row ${n}` } }) };
  if (kind === "review.recorded") return { kind, project, data: mergeDeep(data, { report: { run_id: `run ${n}` } }) };
  if (kind === "eval.recorded") return { kind, project, data: { ...data, content_sha256: String(n).padStart(64, "0") } };
  return { kind, project, data };
}

/** Drafts of each kind of fact with each field set to each odd value. */
export function hostileDrafts(): readonly Draft[] {
  let n = 0;
  return validDrafts().flatMap((valid) =>
    placesIn(valid.data).flatMap((place) =>
      [...invalidValues, ...(typeof valueAt(valid.data, place) === "string" ? invalidTexts : [])].map((invalid): Draft => {
        n += 1;
        const { kind, project, data } = uniqueDraft(valid, n);
        // Values that JSON cannot hold are left out, or null in lists, as with any other writer.
        const changed: unknown = JSON.parse(JSON.stringify(replaceAt(data, place, invalid)));
        return { kind, project, data: z.record(z.string(), z.unknown()).parse(changed) };
      }),
    ),
  );
}
