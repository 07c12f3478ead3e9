import * as z from "zod";
import { fieldOf } from "../../../src/kernel/privacy.ts";

type Schema = z.core.$ZodType;

/** Data of a schema in which each text names its place: `<place>`. Fields that the schema does not know contain `<?place>`. */
export function sampleOf(schema: Schema, place = ""): unknown {
  const { schema: inner, json } = fieldOf(schema);
  if (json !== undefined) return JSON.stringify(sampleOf(json, place));
  if (inner instanceof z.ZodEnum) return inner.options[0];
  if (inner instanceof z.ZodLiteral) return [...inner.values][0];
  if (inner instanceof z.ZodNumber) return 7;
  if (inner instanceof z.ZodBoolean) return true;
  if (inner instanceof z.ZodUUID) return "01977420-0000-7000-8000-000000000001";
  if (inner instanceof z.ZodISODateTime) return "2026-03-16T08:00:00.000Z";
  if (inner instanceof z.ZodString || inner instanceof z.ZodURL) return `<${place}>`;
  if (inner instanceof z.ZodArray) return [sampleOf(inner.def.element, `${place}[]`)];
  if (inner instanceof z.ZodRecord) return { any: sampleOf(inner.def.valueType, `${place}.*`) };
  if (!(inner instanceof z.ZodObject)) return { deep: [`<?${place}>`] };
  const at = place === "" ? "" : `${place}.`;
  const members = Object.entries(inner.shape).map(([name, member]) => [name, sampleOf(member, `${at}${name}`)]);
  return { ...Object.fromEntries(members), not_in_the_schema: { deep: [`<?${at}not_in_the_schema>`] } };
}
