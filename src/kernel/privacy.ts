import * as z from "zod";

/**
 * The kind of text in a field, which decides whether it may leave the machine: unchanged (`plain`), unless messages or paths are
 * redacted (`message`, `path`), or only with separate consent (`transcript`). A hash can confirm a guess at the text that it
 * covers: the hash of transcripts leaves when they do, that of a fact's content when nothing else was removed from the fact.
 */
export type Privacy = "plain" | "message" | "path" | "transcript" | "transcript hash" | "content hash";

type Schema = z.core.$ZodType;

const marks = z.registry<{ privacy?: Privacy; content?: unknown }>();

/** Marks a copy: the schema itself stays unmarked, so that it can be used in fields of several kinds. */
const createMark =
  (privacy: Privacy) =>
  <S extends z.ZodType>(schema: S): S => {
    const marked = schema.clone();
    marks.add(marked, { privacy });
    return marked;
  };

/** Ids, names, versions and links. */
export const plain = createMark("plain");
/** What people and agents wrote, and the output of evals. A text without a mark counts as this. */
export const message = createMark("message");
/** Names of files and folders. */
export const path = createMark("path");
/** The full record of what was said to an agent and what it did. */
export const transcript = createMark("transcript");
export const transcriptHash = createMark("transcript hash");
export const contentHash = createMark("content hash");

/**
 * Marks a field with a schema for its usual content that its own schema does not enforce: of the JSON in a text, or of an object.
 */
export function withContent<S extends z.ZodType>(schema: S, content: z.ZodType): S {
  const marked = schema.clone();
  marks.add(marked, { content });
  return marked;
}

/** A field as its schema describes it, without the schema's wrappers (optional, nullable, read-only, default). */
export type Field = Readonly<{
  schema: Schema;
  privacy: Privacy | undefined;
  /** The schema of the JSON in its text. */
  json: Schema | undefined;
  isOptional: boolean;
  isNullable: boolean;
}>;

export function fieldOf(schema: Schema): Field {
  const { privacy, content } = marks.get(schema) ?? {};
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodDefault
  ) {
    const inner = fieldOf(schema.def.innerType);
    return {
      ...inner,
      privacy: privacy ?? inner.privacy,
      isOptional: inner.isOptional || schema instanceof z.ZodOptional,
      isNullable: inner.isNullable || schema instanceof z.ZodNullable,
    };
  }
  const bare = { schema, privacy, json: undefined, isOptional: false, isNullable: false };
  if (!(content instanceof z.ZodType)) return bare;
  return schema instanceof z.ZodString ? { ...bare, json: content } : { ...bare, schema: fieldOf(content).schema };
}

const anySchema: Schema = z.unknown();

const ifKnown = (schema: Schema | undefined): Schema | undefined => (schema instanceof z.ZodUnknown ? undefined : schema);

/** The schema of an object's member; undefined where none describes it. */
export function memberOf(schema: Schema, name: string): Schema | undefined {
  if (schema instanceof z.ZodRecord) return ifKnown(schema.def.valueType);
  if (!(schema instanceof z.ZodObject)) return undefined;
  return Object.hasOwn(schema.shape, name) ? schema.shape[name] : ifKnown(schema.def.catchall);
}

/** The schema of a list's elements. */
export const elementOf = (schema: Schema): Schema => (schema instanceof z.ZodArray ? schema.def.element : anySchema);

const isWord = (schema: Schema): boolean =>
  schema instanceof z.ZodEnum ||
  schema instanceof z.ZodLiteral ||
  schema instanceof z.ZodUUID ||
  schema instanceof z.ZodISODateTime;

const isAmount = (schema: Schema): boolean => schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean;

/**
 * The privacy of a field: its mark; without one, enum values, ids, times and amounts are plain, and everything else is a message.
 */
const privacyOf = ({ privacy, schema }: Field): Privacy => privacy ?? (isWord(schema) || isAmount(schema) ? "plain" : "message");

/** The privacy of a text in a field. A text that does not match the schema of an unmarked field is a message. */
export function privacyOfText(field: Field, text: string): Privacy {
  if (field.privacy !== undefined) return field.privacy;
  return isWord(field.schema) && z.safeParse(field.schema, text).success ? "plain" : "message";
}

/** A field of a schema with its place: `report.findings[].message`. */
export type PlacedField = Readonly<{ place: string; name: string; schema: Schema; privacy: Privacy; isMarked: boolean }>;

/**
 * The fields of a schema that hold a value. A field that is marked as a whole is followed by the differently marked ones within
 * it.
 */
export function fieldsOf(schema: Schema, place = "", name = place): readonly PlacedField[] {
  const field = fieldOf(schema);
  const itself = { place, name, schema, privacy: privacyOf(field), isMarked: field.privacy !== undefined };
  const nested = fieldsWithin(field, place, name);
  if (itself.isMarked) return [itself, ...nested.filter(({ isMarked, privacy }) => isMarked && privacy !== itself.privacy)];
  return nested.length === 0 ? [itself] : nested;
}

function fieldsWithin({ schema, json }: Field, place: string, name: string): readonly PlacedField[] {
  if (json !== undefined) return fieldsOf(json, place, name);
  if (schema instanceof z.ZodArray) return fieldsOf(schema.def.element, `${place}[]`, name);
  if (schema instanceof z.ZodRecord) return fieldsOf(schema.def.valueType, `${place}.*`, "*");
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, member]) => fieldsOf(member, place === "" ? key : `${place}.${key}`, key));
}
