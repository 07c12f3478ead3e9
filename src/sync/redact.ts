import { createHmac } from "node:crypto";
import * as z from "zod";
import { everyKind } from "../features/facts/kinds.ts";
import type { Fact, FactKind } from "../kernel/fact.ts";
import { elementOf, type Field, fieldOf, fieldsOf, memberOf, type Privacy, privacyOfText } from "../kernel/privacy.ts";
import type { SyncChoices } from "../ports/sync.ts";
/** What was done to a fact before it left, as its field `redacted` tells. */
export type Mark = "again" | "messages" | "paths" | "transcripts" | "withheld";

/** Why a fact left without its data. */
export type WithheldReason = "project" | "refused" | "unreadable" | "copied";

export type Shared = Readonly<{ fact: Pick<Fact, "kind" | "project" | "data">; marks: readonly Mark[] }>;

/** Kind of a fact that keeps another's place in its log. */
export const withheldKind = "sync.withheld";

const folded = (text: string): string => text.normalize("NFC").toLowerCase();

/** Whether a name fits a pattern: each part after a `*` is looked for once, behind the part before it. */
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

/** Whether a project's name fits one of the patterns, in which `*` stands for any run of characters. */
export function isShared(project: string | null, patterns: readonly string[] | null): boolean {
  if (patterns === null || patterns.includes("*")) return true;
  if (project === null) return false;
  return patterns.some((pattern) => fits(project, pattern));
}

/** A fact that keeps another's place and says nothing of it but why. */
export function withheld(reason: WithheldReason): Shared {
  return { fact: { kind: withheldKind, project: null, data: { reason } }, marks: ["withheld"] };
}

type Schema = z.core.$ZodType;
type KnownKind = Pick<FactKind<string, unknown>, "scope" | "isPersonal"> & Readonly<{ schema: Schema }>;
type Content = Pick<Fact, "kind" | "project" | "data">;

const unknown: Schema = z.unknown();

/** What stands in place of a transcript, in a field that may be absent, null, or neither. */
function standIn({ isOptional, isNullable, json, schema }: Field): unknown {
  if (isOptional) return undefined;
  if (isNullable) return null;
  if (json !== undefined) return json instanceof z.ZodArray ? "[]" : "{}";
  return schema instanceof z.ZodArray ? [] : "";
}

/** Finds the fields of what schemas describe. */
type Fields = Readonly<{
  of(schema: Schema): Field;
  member(schema: Schema, name: string): Field;
}>;

/**
 * A member that no schema describes is a message, or what the schema of any kind calls by its name: where paths are redacted a path,
 * else what may hold a transcript.
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

/** What is done to fields of which something stays here, and how the fact says so. */
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
 * What of facts may leave, by what the schemas of their kinds say of each field. Transcripts and prompts are left out without their
 * own consent; messages and paths become hashes with a key that stays at home, so that equal ones stay equal and nobody can find out
 * which they were by trying.
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
    // Whoever has all the rest could try out short texts against a hash of it all.
    const isTold = !marks.has("messages") && !marks.has("paths");
    const keyedHash = (name: string, value: unknown): unknown =>
      typeof value === "string" && fields.member(schema, name).privacy === "content hash" ? keyed(value) : value;
    return { fact: { kind, project, data: isTold ? data : mapFields(data, keyedHash) }, marks: [...marks].sort() };
  };
}

/** Data with what is hidden replaced. */
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
  /** What stands in a text of JSON is treated as what stands in the fact itself. A transcript that may leave does so whole. */
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

/** The same object with its fields changed; those that become undefined are left out. */
function mapFields(fields: object, change: (key: string, value: unknown) => unknown): Record<string, unknown> {
  const mapped: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(fields)) {
    const value = change(key, given);
    // A field may have any name, `__proto__` too.
    if (value !== undefined) Object.defineProperty(mapped, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return mapped;
}

/** Changes what JSON in a text says; of a text that is none, the text. Where nothing changes, the text stays to the letter. */
function throughJson(text: string, change: (value: unknown) => unknown): unknown {
  try {
    const changed = JSON.stringify(change(JSON.parse(text)));
    return changed === JSON.stringify(JSON.parse(text)) ? text : changed;
  } catch {
    // Not JSON after all.
    return change(text);
  }
}
