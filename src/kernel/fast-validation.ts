import * as z from "zod";

/*
 * Zod copies what it parses, field by field, and that takes several times as long as looking at the fields. An eval run of
 * a thousand tests has seventeen thousand fields, nearly always right, and its schema changes none: then the value itself is what the
 * parse would give. The checks below are made of the schema and find that out; whatever they are not sure of is left to the schema.
 */

/** A yes is sure; a no says nothing. */
type Check = (value: unknown) => boolean;

type Schema = z.core.$ZodType;

/** Asks the schema. Of objects and lists it makes copies, so that for them the answer is no. */
const asking =
  (schema: Schema): Check =>
  (value) => {
    const parsed = z.safeParse(schema, value);
    return parsed.success && Object.is(parsed.data, value);
  };

const hasChecks = (schema: Schema): boolean => (schema._zod.def.checks?.length ?? 0) > 0;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A field of this name sets the prototype where it is copied. */
const lost = "__proto__";

/** Whether an object may do without the field, and the parse then adds nothing in its place. */
const mayBeAbsent = (schema: Schema): boolean => schema instanceof z.ZodOptional && schema.def.innerType._zod.optin === undefined;

/** @returns the check of fields that the object does not name; undefined where it drops or refuses them */
function checkOfOthers({ def }: z.ZodObject): Check | undefined {
  return def.catchall === undefined || def.catchall instanceof z.ZodNever ? undefined : checkOf(def.catchall);
}

function checkOfObject(schema: z.ZodObject): Check {
  const fields = new Map(
    Object.entries(schema.shape).map(([name, field]) => [name, { sound: checkOf(field), needed: !mayBeAbsent(field) }]),
  );
  const needed = [...fields.values()].filter((field) => field.needed).length;
  const others = checkOfOthers(schema);
  return (value) => {
    if (!isFields(value)) return false;
    let missing = needed;
    for (const name in value) {
      const field = fields.get(name);
      const sound = field?.sound ?? others;
      if (sound === undefined || name === lost || !sound(value[name])) return false;
      if (field?.needed === true) missing -= 1;
    }
    return missing === 0;
  };
}

function checkOfRecord(schema: z.ZodRecord): Check {
  const { keyType, valueType } = schema.def;
  // Other keys than any text may be demanded or changed.
  if (!(keyType instanceof z.ZodString) || hasChecks(keyType)) return asking(schema);
  const sound = checkOf(valueType);
  return (value) => {
    if (!isFields(value)) return false;
    for (const name in value) if (name === lost || !sound(value[name])) return false;
    return true;
  };
}

function checkOfArray({ element }: z.ZodArray): Check {
  const sound = checkOf(element);
  return (value) => Array.isArray(value) && value.every(sound);
}

function checkOfOptional(schema: z.ZodOptional): Check {
  const [sound, orNone] = [checkOf(schema.def.innerType), mayBeAbsent(schema)];
  return (value) => (value === undefined ? orNone : sound(value));
}

function checkOfNullable({ def }: z.ZodNullable): Check {
  const sound = checkOf(def.innerType);
  return (value) => value === null || sound(value);
}

function checkOf(schema: Schema): Check {
  if (hasChecks(schema)) return asking(schema);
  if (schema instanceof z.ZodNumberFormat || schema instanceof z.ZodStringFormat) return asking(schema);
  if (schema instanceof z.ZodString) return (value) => typeof value === "string";
  if (schema instanceof z.ZodNumber) return Number.isFinite;
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === "boolean";
  if (schema instanceof z.ZodUnknown) return () => true;
  if (schema instanceof z.ZodObject) return checkOfObject(schema);
  if (schema instanceof z.ZodRecord) return checkOfRecord(schema);
  if (schema instanceof z.ZodArray) return checkOfArray(schema);
  if (schema instanceof z.ZodOptional) return checkOfOptional(schema);
  if (schema instanceof z.ZodNullable) return checkOfNullable(schema);
  return asking(schema);
}

/**
 * A quick check of JSON values: when it holds, the schema parses the value without a word to one that is deeply equal to it, so that
 * it can be taken as it is. When it does not hold, nothing is said: the schema has to parse it.
 */
export function soundOf<S extends z.ZodType>(schema: S): (value: unknown) => value is z.output<S> {
  let check: Check | undefined;
  return (value): value is z.output<S> => {
    check ??= checkOf(schema);
    return check(value);
  };
}
