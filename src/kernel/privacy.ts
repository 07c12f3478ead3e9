import * as z from "zod";

/**
 * What the text of a field is, which decides whether it may leave the machine: it leaves as it is (`plain`), unless messages or paths
 * are redacted (`message`, `path`), or with its own consent only (`transcript`). A hash tells whether a guess at what it covers is
 * right: that of transcripts leaves as they do, that of a fact's content when nothing else was taken from the fact.
 */
export type Privacy = "plain" | "message" | "path" | "transcript" | "transcript hash" | "content hash";

type Schema = z.core.$ZodType;

const marks = z.registry<{ privacy?: Privacy; content?: unknown }>();

/** The schema itself stays unmarked, so that one schema can stand in fields of several kinds. */
const marking =
  (privacy: Privacy) =>
  <S extends z.ZodType>(schema: S): S => {
    const marked = schema.clone();
    marks.add(marked, { privacy });
    return marked;
  };

/** Ids, names, versions and links. */
export const plain = marking("plain");
/** What people and agents wrote, and what evals put out; so is every text without a mark. */
export const message = marking("message");
/** Names of files and folders. */
export const path = marking("path");
/** What was said to an agent and what it did, in full. */
export const transcript = marking("transcript");
export const transcriptHash = marking("transcript hash");
export const contentHash = marking("content hash");

/** A field of which more is known than its schema asks for: what the JSON of a text, or an object of any form, usually holds. */
export function holding<S extends z.ZodType>(schema: S, content: z.ZodType): S {
  const marked = schema.clone();
  marks.add(marked, { content });
  return marked;
}

/** A field as its schema describes it, without what wraps the schema. */
export type Field = Readonly<{
  schema: Schema;
  privacy: Privacy | undefined;
  /** The schema of the JSON that its text holds. */
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

const anything: Schema = z.unknown();

const known = (schema: Schema | undefined): Schema | undefined => (schema instanceof z.ZodUnknown ? undefined : schema);

/** The schema of an object's member; undefined where none says what it is. */
export function memberOf(schema: Schema, name: string): Schema | undefined {
  if (schema instanceof z.ZodRecord) return known(schema.def.valueType);
  if (!(schema instanceof z.ZodObject)) return undefined;
  return Object.hasOwn(schema.shape, name) ? schema.shape[name] : known(schema.def.catchall);
}

/** The schema of a list's elements. */
export const elementOf = (schema: Schema): Schema => (schema instanceof z.ZodArray ? schema.def.element : anything);

const isWord = (schema: Schema): boolean =>
  schema instanceof z.ZodEnum ||
  schema instanceof z.ZodLiteral ||
  schema instanceof z.ZodUUID ||
  schema instanceof z.ZodISODateTime;

const isAmount = (schema: Schema): boolean => schema instanceof z.ZodNumber || schema instanceof z.ZodBoolean;

/** What a field is: as marked; without a mark, words of a list, ids, times and amounts are plain, and all else is a message. */
const privacyOf = ({ privacy, schema }: Field): Privacy => privacy ?? (isWord(schema) || isAmount(schema) ? "plain" : "message");

/** What a text in a field is. One that does not fit an unmarked field's schema is a message, whatever it should have been. */
export function privacyOfText(field: Field, text: string): Privacy {
  if (field.privacy !== undefined) return field.privacy;
  return isWord(field.schema) && z.safeParse(field.schema, text).success ? "plain" : "message";
}

/** A field of a schema with its place: `report.findings[].message`. */
export type PlacedField = Readonly<{ place: string; name: string; schema: Schema; privacy: Privacy; isMarked: boolean }>;

/** The fields of a schema that hold a value, and those that are marked as a whole together with what is marked otherwise within them. */
export function fieldsOf(schema: Schema, place = "", name = place): readonly PlacedField[] {
  const field = fieldOf(schema);
  const itself = { place, name, schema, privacy: privacyOf(field), isMarked: field.privacy !== undefined };
  const within = fieldsWithin(field, place, name);
  if (itself.isMarked) return [itself, ...within.filter(({ isMarked, privacy }) => isMarked && privacy !== itself.privacy)];
  return within.length === 0 ? [itself] : within;
}

function fieldsWithin({ schema, json }: Field, place: string, name: string): readonly PlacedField[] {
  if (json !== undefined) return fieldsOf(json, place, name);
  if (schema instanceof z.ZodArray) return fieldsOf(schema.def.element, `${place}[]`, name);
  if (schema instanceof z.ZodRecord) return fieldsOf(schema.def.valueType, `${place}.*`, "*");
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, member]) => fieldsOf(member, place === "" ? key : `${place}.${key}`, key));
}
