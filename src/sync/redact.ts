import { createHmac } from "node:crypto";
import * as z from "zod";
import { everyKind } from "../features/facts/kinds.ts";
import type { Fact, FactKind } from "../kernel/fact.ts";
import { elementOf, type Field, fieldOf, fieldsOf, memberOf, type Privacy, privacyOfText } from "../kernel/privacy.ts";
import type { SyncChoices } from "../ports/sync.ts";
/** A change made to a fact before sending, as listed in its field `redacted`. */
export type Mark = "again" | "messages" | "paths" | "transcripts" | "withheld";

/** Why a fact was sent without its data. */
export type WithheldReason = "project" | "refused" | "unreadable" | "copied";

export type Shared = Readonly<{ fact: Pick<Fact, "kind" | "project" | "data">; marks: readonly Mark[] }>;

/** Kind of a placeholder fact that only keeps the place of another one in its log. */
export const withheldKind = "sync.withheld";

const folded = (text: string): string => text.normalize("NFC").toLowerCase();

/** Whether a name matches a pattern: each part after a `*` is searched once, after the part before it. */
function fits(name: string, pattern: string): boolean {
  const [text, [first = "", ...parts]] = [folded(name), folded(pattern).split("*")];
  const last = parts.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Whether a project's name matches one of the patterns, in which `*` matches any sequence of characters. */
export function isShared(project: string | null, patterns: readonly string[] | null): boolean {
  if (patterns === null || patterns.includes("*")) return true;
  if (project === null) return false;
  return patterns.some((pattern) => fits(project, pattern));
}

/** Placeholder for a fact, containing only the reason why it is withheld. */
export function withheld(reason: WithheldReason): Shared {
  return { fact: { kind: withheldKind, project: null, data: { reason } }, marks: ["withheld"] };
}

type Schema = z.core.$ZodType;
type KnownKind = Pick<FactKind<string, unknown>, "scope" | "isPersonal"> & Readonly<{ schema: Schema }>;
type Content = Pick<Fact, "kind" | "project" | "data">;

const unknown: Schema = z.unknown();

/** Returns the replacement for a transcript, by whether its field may be absent, null, or neither. */
function standIn({ isOptional, isNullable, json, schema }: Field): unknown {
  if (isOptional) return undefined;
  if (isNullable) return null;
  if (json !== undefined) return json instanceof z.ZodArray ? "[]" : "{}";
  return schema instanceof z.ZodArray ? [] : "";
}

/** Finds the fields that schemas describe. */
type Fields = Readonly<{
  of(schema: Schema): Field;
  member(schema: Schema, name: string): Field;
}>;

/**
 * Creates the field lookup. A member that no schema describes is treated like a private field of the same name in the schema of
 * any kind (path fields only if paths are redacted), else as a message.
 */
function openFields(schemas: readonly Schema[], { redactPaths }: SyncChoices): Fields {
  const known = new Map<Schema, Field>();
  const of = (schema: Schema): Field => {
    const field = known.get(schema) ?? fieldOf(schema);
    known.set(schema, field);
    return field;
  };
  const named = new Map(
    schemas
      .flatMap((schema) => fieldsOf(schema))
      .filter(({ isMarked, privacy }) => isMarked && privacy !== "plain" && (privacy !== "path" || redactPaths))
      .map(({ name, schema }) => [name, schema]),
  );
  return { of, member: (schema, name) => of(memberOf(schema, name) ?? named.get(name) ?? unknown) };
}

/** How to replace fields that must not be sent as they are, and the mark that the fact gets for it. */
type Hiding = Readonly<{ mark: Mark; instead(field: Field, value: unknown): unknown }>;

type Hidings = Readonly<Partial<Record<Privacy, Hiding>>>;

function hidings(choices: SyncChoices, hashed: (text: string) => string): Hidings {
  const hashStrings = (value: unknown): unknown => {
    if (typeof value === "string") return value === "" ? value : hashed(value);
    if (Array.isArray(value)) return value.map(hashStrings);
    return isObject(value) ? mapFields(value, (_name, inner) => hashStrings(inner)) : value;
  };
  const hashes = ({ json }: Field, value: unknown): unknown =>
    json !== undefined && typeof value === "string" ? throughJson(value, hashStrings) : hashStrings(value);
  const hashOfHash = (_: Field, value: unknown): unknown => (typeof value === "string" ? `sha256-${hashed(value)}` : null);
  return {
    ...(choices.redactMessages ? { message: { mark: "messages", instead: hashes } } : {}),
    ...(choices.redactPaths ? { path: { mark: "paths", instead: hashes } } : {}),
    ...(choices.transcripts
      ? {}
      : {
          transcript: { mark: "transcripts", instead: standIn },
          "transcript hash": { mark: "transcripts", instead: hashOfHash },
        }),
  };
}

/**
 * Returns a function that reduces facts to what may be sent, based on the privacy of each field in the schemas. Transcripts and
 * prompts are omitted without separate consent. Messages and paths become keyed hashes, whose key stays in the home: equal texts
 * have equal hashes, but nobody else can find the text by guessing.
 * @param secret the home's key
 */
export function sharing(choices: SyncChoices, secret: string): (fact: Content) => Shared {
  const kinds = new Map<string, KnownKind>(everyKind().map((kind) => [kind.kind, { ...kind, schema: kind.shape() }]));
  const fields = openFields(
    [...kinds.values()].map(({ schema }) => schema),
    choices,
  );
  const keyed = (text: string): string => createHmac("sha256", secret).update(text).digest("hex");
  const hashed = (text: string): string => `redacted-${keyed(text).slice(0, 16)}`;
  const usual = hidings(choices, hashed);
  const personal = hidings({ ...choices, redactMessages: choices.redactMessages || !choices.texts }, hashed);

  return (fact) => {
    const { kind, project } = fact;
    const { schema = unknown, scope = "project", isPersonal = true } = kinds.get(kind) ?? {};
    const ofAll = project === null && scope === "all projects";
    if (!ofAll && !(isShared(project, choices.projects) && isShared(project, choices.allowed))) return withheld("project");
    const { data, marks } = hide(fact.data, schema, fields, isPersonal ? personal : usual);
    if (marks.size === 0) return { fact: { kind, project, data: fact.data }, marks: [] };
    // With everything else known, short hidden texts could be guessed from an unkeyed hash of the whole content.
    const isTold = !marks.has("messages") && !marks.has("paths");
    const keyedHash = (name: string, value: unknown): unknown =>
      typeof value === "string" && fields.member(schema, name).privacy === "content hash" ? keyed(value) : value;
    return { fact: { kind, project, data: isTold ? data : mapFields(data, keyedHash) }, marks: [...marks].sort() };
  };
}

/** Replaces the hidden fields of a fact's data. @returns the data and the marks of the changes */
function hide(data: Fact["data"], whole: Schema, fields: Fields, hidings: Hidings) {
  const marks = new Set<Mark>();
  const shared = (field: Field, value: unknown): unknown => {
    if (value === null) return value;
    const privacy = typeof value === "string" && field.json === undefined ? privacyOfText(field, value) : field.privacy;
    const hiding = privacy === undefined ? undefined : hidings[privacy];
    if (hiding === undefined) return typeof value === "string" ? sharedText(field, value) : sharedParts(field.schema, value);
    const instead = hiding.instead(field, value);
    if (instead !== value) marks.add(hiding.mark);
    return instead;
  };
  /** JSON inside a text is treated like fields of the fact itself. A transcript that may be sent is sent whole. */
  const sharedText = ({ json, privacy }: Field, text: string): unknown =>
    json === undefined || privacy === "transcript" ? text : throughJson(text, (value) => shared(fields.of(json), value));
  const sharedParts = (schema: Schema, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => shared(fields.of(elementOf(schema)), one));
    return isObject(value) ? membersOf(schema, value) : value;
  };
  const membersOf = (schema: Schema, value: object) =>
    mapFields(value, (name, inner) => shared(fields.member(schema, name), inner));
  return { data: membersOf(fields.of(whole).schema, data), marks };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Returns a copy of an object with its fields changed; fields that become undefined are omitted. */
function mapFields(fields: object, change: (key: string, value: unknown) => unknown): Record<string, unknown> {
  const mapped: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(fields)) {
    const value = change(key, given);
    // A field may have any name, including `__proto__`.
    if (value !== undefined) Object.defineProperty(mapped, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return mapped;
}

/** Changes the JSON value in a text, or the text itself if it is not JSON. If nothing changes, returns the text unchanged. */
function throughJson(text: string, change: (value: unknown) => unknown): unknown {
  try {
    const changed = JSON.stringify(change(JSON.parse(text)));
    return changed === JSON.stringify(JSON.parse(text)) ? text : changed;
  } catch {
    // Not JSON after all.
    return change(text);
  }
}
