import { createHmac } from "node:crypto";
import * as z from "zod";
import { allKinds } from "../features/facts/kinds.ts";
import type { Fact, FactKind } from "../kernel/fact.ts";
import { elementOf, type Field, fieldOf, fieldsOf, memberOf, type Privacy, privacyOfText } from "../kernel/privacy.ts";
import type { SyncChoices } from "../ports/sync.ts";
/** A change made to a fact before sending, as listed in its field `redacted`. */
export type Mark = "again" | "messages" | "paths" | "transcripts" | "withheld";

/** Why a fact was sent without its data. */
export type WithheldReason = "project" | "refused" | "unreadable" | "copied";

export type SharedContent = Readonly<{ fact: Pick<Fact, "kind" | "project" | "data">; marks: readonly Mark[] }>;

/** Kind of a placeholder fact that only keeps the place of another one in its log. */
export const withheldKind = "sync.withheld";

const normalizeName = (text: string): string => text.normalize("NFC").toLowerCase();

/** Whether a name matches a pattern: each part after a `*` is searched once, after the part before it. */
function matchesPattern(name: string, pattern: string): boolean {
  const [text, [first = "", ...parts]] = [normalizeName(name), normalizeName(pattern).split("*")];
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
  return patterns.some((pattern) => matchesPattern(project, pattern));
}

/** Placeholder for a fact, containing only the reason why it is withheld. */
export function withheldPlaceholder(reason: WithheldReason): SharedContent {
  return { fact: { kind: withheldKind, project: null, data: { reason } }, marks: ["withheld"] };
}

type Schema = z.core.$ZodType;
type KnownKind = Pick<FactKind<string, unknown>, "scope" | "isPersonal"> & Readonly<{ schema: Schema }>;
type Content = Pick<Fact, "kind" | "project" | "data">;

const unknownSchema: Schema = z.unknown();

/** Returns the replacement for a transcript, by whether its field may be absent, null, or neither. */
function transcriptReplacement({ isOptional, isNullable, json, schema }: Field): unknown {
  if (isOptional) return undefined;
  if (isNullable) return null;
  if (json !== undefined) return json instanceof z.ZodArray ? "[]" : "{}";
  return schema instanceof z.ZodArray ? [] : "";
}

/** Finds the fields that schemas describe. */
type FieldLookup = Readonly<{
  of(schema: Schema): Field;
  member(schema: Schema, name: string): Field;
}>;

/**
 * Creates the field lookup. A member that no schema describes is treated like a private field of the same name in the schema of
 * any kind (path fields only if paths are redacted), else as a message.
 */
function createFieldLookup(schemas: readonly Schema[], { redactPaths }: SyncChoices): FieldLookup {
  const cache = new Map<Schema, Field>();
  const of = (schema: Schema): Field => {
    const field = cache.get(schema) ?? fieldOf(schema);
    cache.set(schema, field);
    return field;
  };
  const schemaByName = new Map(
    schemas
      .flatMap((schema) => fieldsOf(schema))
      .filter(({ isMarked, privacy }) => isMarked && privacy !== "plain" && (privacy !== "path" || redactPaths))
      .map(({ name, schema }) => [name, schema]),
  );
  return { of, member: (schema, name) => of(memberOf(schema, name) ?? schemaByName.get(name) ?? unknownSchema) };
}

/** How to replace fields that must not be sent as they are, and the mark that the fact gets for it. */
type Redaction = Readonly<{ mark: Mark; instead(field: Field, value: unknown): unknown }>;

type Redactions = Readonly<Partial<Record<Privacy, Redaction>>>;

function createRedactions(choices: SyncChoices, hashText: (text: string) => string): Redactions {
  const hashStrings = (value: unknown): unknown => {
    if (typeof value === "string") return value === "" ? value : hashText(value);
    if (Array.isArray(value)) return value.map(hashStrings);
    return isObject(value) ? mapFields(value, (_name, inner) => hashStrings(inner)) : value;
  };
  const hashField = ({ json }: Field, value: unknown): unknown =>
    json !== undefined && typeof value === "string" ? mapJson(value, hashStrings) : hashStrings(value);
  const rehash = (_: Field, value: unknown): unknown => (typeof value === "string" ? `sha256-${hashText(value)}` : null);
  return {
    ...(choices.redactMessages ? { message: { mark: "messages", instead: hashField } } : {}),
    ...(choices.redactPaths ? { path: { mark: "paths", instead: hashField } } : {}),
    ...(choices.transcripts
      ? {}
      : {
          transcript: { mark: "transcripts", instead: transcriptReplacement },
          "transcript hash": { mark: "transcripts", instead: rehash },
        }),
  };
}

/**
 * Returns a function that reduces facts to what may be sent, based on the privacy of each field in the schemas. Transcripts and
 * prompts are omitted without separate consent. Messages and paths become keyed hashes, whose key stays in the home: equal texts
 * have equal hashes, but nobody else can find the text by guessing.
 * @param secret the home's key
 */
export function createRedactor(choices: SyncChoices, secret: string): (fact: Content) => SharedContent {
  const kinds = new Map<string, KnownKind>(allKinds().map((kind) => [kind.kind, { ...kind, schema: kind.shape() }]));
  const fields = createFieldLookup(
    [...kinds.values()].map(({ schema }) => schema),
    choices,
  );
  const hmac = (text: string): string => createHmac("sha256", secret).update(text).digest("hex");
  const hashText = (text: string): string => `redacted-${hmac(text).slice(0, 16)}`;
  const defaultRedactions = createRedactions(choices, hashText);
  const personalRedactions = createRedactions({ ...choices, redactMessages: choices.redactMessages || !choices.texts }, hashText);

  return (fact) => {
    const { kind, project } = fact;
    const { schema = unknownSchema, scope = "project", isPersonal = true } = kinds.get(kind) ?? {};
    const isGlobal = project === null && scope === "all projects";
    if (!isGlobal && !(isShared(project, choices.projects) && isShared(project, choices.allowed)))
      return withheldPlaceholder("project");
    const { data, marks } = redactData(fact.data, schema, fields, isPersonal ? personalRedactions : defaultRedactions);
    if (marks.size === 0) return { fact: { kind, project, data: fact.data }, marks: [] };
    // With everything else known, short hidden texts could be guessed from an unkeyed hash of the whole content.
    const hasNoHashes = !marks.has("messages") && !marks.has("paths");
    const keyedHash = (name: string, value: unknown): unknown =>
      typeof value === "string" && fields.member(schema, name).privacy === "content hash" ? hmac(value) : value;
    return { fact: { kind, project, data: hasNoHashes ? data : mapFields(data, keyedHash) }, marks: [...marks].sort() };
  };
}

/** Replaces the hidden fields of a fact's data. @returns the data and the marks of the changes */
function redactData(data: Fact["data"], rootSchema: Schema, fields: FieldLookup, redactions: Redactions) {
  const marks = new Set<Mark>();
  const redactValue = (field: Field, value: unknown): unknown => {
    if (value === null) return value;
    const privacy = typeof value === "string" && field.json === undefined ? privacyOfText(field, value) : field.privacy;
    const redaction = privacy === undefined ? undefined : redactions[privacy];
    if (redaction === undefined) return typeof value === "string" ? redactText(field, value) : redactParts(field.schema, value);
    const replacement = redaction.instead(field, value);
    if (replacement !== value) marks.add(redaction.mark);
    return replacement;
  };
  /** JSON inside a text is treated like fields of the fact itself. A transcript that may be sent is sent whole. */
  const redactText = ({ json, privacy }: Field, text: string): unknown =>
    json === undefined || privacy === "transcript" ? text : mapJson(text, (value) => redactValue(fields.of(json), value));
  const redactParts = (schema: Schema, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => redactValue(fields.of(elementOf(schema)), one));
    return isObject(value) ? redactMembers(schema, value) : value;
  };
  const redactMembers = (schema: Schema, value: object) =>
    mapFields(value, (name, inner) => redactValue(fields.member(schema, name), inner));
  return { data: redactMembers(fields.of(rootSchema).schema, data), marks };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Returns a copy of an object with its fields changed; fields that become undefined are omitted. */
function mapFields(fields: object, change: (key: string, value: unknown) => unknown): Record<string, unknown> {
  const mapped: Record<string, unknown> = {};
  for (const [key, original] of Object.entries(fields)) {
    const value = change(key, original);
    // A field may have any name, including `__proto__`.
    if (value !== undefined) Object.defineProperty(mapped, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return mapped;
}

/** Changes the JSON value in a text, or the text itself if it is not JSON. If nothing changes, returns the text unchanged. */
function mapJson(text: string, change: (value: unknown) => unknown): unknown {
  try {
    const changed = JSON.stringify(change(JSON.parse(text)));
    return changed === JSON.stringify(JSON.parse(text)) ? text : changed;
  } catch {
    // Not JSON after all.
    return change(text);
  }
}
