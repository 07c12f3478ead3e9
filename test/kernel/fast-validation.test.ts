import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { dataOfEval, parseEval } from "../../src/features/evals/importers/eval-file.ts";
import { noPrices } from "../../src/features/evals/model/price.ts";
import { evalRecorded } from "../../src/features/evals/model/recorded.ts";
import { soundOf } from "../../src/kernel/fast-validation.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";

/** Schemas of every make that the check knows or has to leave alone, over the same few fields. */
const schemas: Readonly<Record<string, z.ZodType>> = {
  "an object": z.object({ a: z.number(), b: z.string().optional() }),
  "an open object": z.looseObject({ a: z.number().optional(), b: z.string().nullable() }),
  "a strict object": z.strictObject({ a: z.unknown(), b: z.boolean().optional() }),
  "an object with others of one type": z.object({ a: z.number().optional() }).catchall(z.string()),
  "fields that get a value": z.object({ a: z.number().default(3), b: z.string().default("x").optional() }),
  "fields that are changed": z.object({ a: z.coerce.number(), b: z.string().trim() }),
  "fields with checks": z.object({ a: z.int().min(1), b: z.string().min(2).optional() }),
  "a transformed field": z.looseObject({ a: z.unknown().transform((value) => [value]) }),
  "a refined object": z.looseObject({ a: z.unknown() }).refine(({ b }) => b === undefined),
  "a record": z.record(z.string(), z.number()),
  "a record of some keys": z.record(z.enum(["a", "b"]), z.unknown()),
  "a record of checked keys": z.record(z.string().min(2), z.unknown()),
  "a list": z.array(z.object({ a: z.number().optional() })),
  "a list with checks": z.array(z.unknown()).min(2),
  "a union": z.union([z.object({ a: z.number() }), z.array(z.string()), z.number()]),
  "what may be absent": z.object({ a: z.object({ b: z.string() }).optional() }),
  "anything deeper": z.object({ a: z.array(z.record(z.string(), z.looseObject({ b: z.unknown() }))) }),
};

const leaf = fc.constantFrom<unknown>(null, true, 0, -1, 1.5, "", " x ", "xy", "3");
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    leaf,
    fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__"), tie("value"), { maxKeys: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));

function expectAgreement(schema: z.ZodType, value: unknown): void {
  if (!soundOf(schema)(value)) return;
  expect(schema.parse(value)).toStrictEqual(value);
}

const [history] = makeEvalHistory({ seed: 3, runs: 1, tests: 4 });
const text = JSON.stringify(history);
const recorded = () =>
  JSON.parse(JSON.stringify(dataOfEval(parseEval(text, "run.json"), { source: "run.json", prices: noPrices, now: new Date(0) })));

/** Every place in a JSON value. */
function placesIn(value: unknown): readonly Readonly<{ holder: Record<string, unknown>; name: string }>[] {
  if (typeof value !== "object" || value === null) return [];
  const holder: Record<string, unknown> = Object.assign(value);
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}

describe("soundOf", () => {
  it.each(Object.entries(schemas))("is sure of nothing that %s does not take as it is", (_name, schema) => {
    fc.assert(
      fc.property(json, (value) => expectAgreement(schema, value)),
      { numRuns: 400 },
    );
  });

  it("is sure of the data of an eval run", () => {
    const value = recorded();
    expect(soundOf(evalRecorded.data)(value)).toBe(true);
    expect(evalRecorded.data.parse(value)).toStrictEqual(value);
  });

  it("is not sure of them with any part missing or replaced, unless the schema takes that too", () => {
    const places = placesIn(recorded()).length;
    fc.assert(
      fc.property(fc.nat(places - 1), fc.option(leaf, { nil: undefined }), (at, replacement) => {
        const value = recorded();
        const place = placesIn(value)[at];
        if (place === undefined) throw new Error("there is no such place");
        if (replacement === undefined) delete place.holder[place.name];
        else place.holder[place.name] = replacement;
        expectAgreement(evalRecorded.data, JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 400 },
    );
  });
});
