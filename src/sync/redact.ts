import { createHmac } from "node:crypto";
import type { Fact } from "../kernel/fact.ts";
import type { SyncChoices } from "../ports/sync.ts";
import {
  contentHash,
  jsonColumns,
  messageFields,
  pathFields,
  transcriptColumns,
  transcriptFields,
  transcriptHash,
} from "./private-fields.ts";

/** What was done to a fact before it left, as its field `redacted` tells. */
export type Mark = "again" | "messages" | "paths" | "transcripts" | "withheld";

/** Why a fact left without its data. */
export type WithheldReason = "project" | "refused" | "unreadable" | "copied";

export type Shared = Readonly<{ fact: Pick<Fact, "kind" | "project" | "data">; marks: readonly Mark[] }>;

/** Kind of a fact that keeps another's place in its log. */
export const withheldKind = "sync.withheld";

/** Kinds that say nothing of any project where they belong to none, and without which other machines count differently. */
const ofAllProjects: ReadonlySet<string> = new Set([
  "review.reset",
  "review.reset_undone",
  "intake.undone",
  "intake.redone",
  "eval.baseline",
  "budget.set",
  "budget.extended",
]);

/** Kinds whose texts people write to each other and to their agents. */
const isPersonal = (kind: string): boolean => kind.startsWith("inbox.") || kind.startsWith("memory.");

/** Whether a name fits a pattern: each part after a `*` is looked for once, behind the part before it. */
function fits(name: string, pattern: string): boolean {
  const [text, [first = "", ...parts]] = [name.toLowerCase(), pattern.toLowerCase().split("*")];
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

/**
 * What of a fact may leave. Transcripts and prompts are left out without their own consent; messages and paths become hashes with
 * a key that stays at home, so that equal ones stay equal and nobody can find out which they were by trying.
 * @param secret the home's key
 */
export function share(fact: Pick<Fact, "kind" | "project" | "data">, choices: SyncChoices, secret: string): Shared {
  const ofAll = fact.project === null && ofAllProjects.has(fact.kind);
  const mayLeave = isShared(fact.project, choices.projects) && isShared(fact.project, choices.allowed);
  if (!ofAll && !mayLeave) return withheld("project");
  const redactMessages = choices.redactMessages || (!choices.texts && isPersonal(fact.kind));
  const marks = new Set<Mark>();
  const keyed = (text: string): string => createHmac("sha256", secret).update(text).digest("hex");
  const hashed = (text: string): string => `redacted-${keyed(text).slice(0, 16)}`;

  const hashStrings = (value: unknown): unknown => {
    if (typeof value === "string") return value === "" ? value : hashed(value);
    if (Array.isArray(value)) return value.map(hashStrings);
    return isObject(value) ? mapFields(value, (_key, inner) => hashStrings(inner)) : value;
  };
  const kept = (mark: Mark, key: string, value: unknown): unknown => {
    const changed = jsonColumns.has(key) && typeof value === "string" ? throughJson(value, hashStrings) : hashStrings(value);
    if (changed !== value) marks.add(mark);
    return changed;
  };
  const without = (key: string, value: unknown, instead: unknown): unknown => {
    if (value !== instead) marks.add("transcripts");
    return key === transcriptHash && typeof value === "string" ? `sha256-${hashed(value)}` : instead;
  };
  const fieldOf = (key: string, value: unknown): unknown => {
    if (value === null) return value;
    if (!choices.transcripts && (transcriptColumns.has(key) || key === transcriptHash)) {
      return without(key, value, transcriptColumns.get(key) ?? null);
    }
    if (redactMessages && messageFields.has(key)) return kept("messages", key, value);
    if (choices.redactPaths && pathFields.has(key)) return kept("paths", key, value);
    // What stands in a text of JSON is treated as what stands in the fact itself.
    return jsonColumns.has(key) && typeof value === "string" ? throughJson(value, fieldsOf) : fieldsOf(value);
  };
  const fieldsOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fieldsOf);
    return isObject(value) ? recordOf(value) : value;
  };
  const recordOf = (fields: object): Record<string, unknown> =>
    mapFields(fields, (key, value) => {
      if (choices.transcripts || !transcriptFields.has(key)) return fieldOf(key, value);
      marks.add("transcripts");
      return undefined;
    });

  const data = recordOf(fact.data);
  const { kind, project } = fact;
  const whole = data[contentHash];
  // Whoever has all the rest could try out short texts against it.
  if ((marks.has("messages") || marks.has("paths")) && typeof whole === "string") data[contentHash] = keyed(whole);
  return { fact: { kind, project, data: marks.size === 0 ? fact.data : data }, marks: [...marks].sort() };
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

/** Changes what JSON in a text says; of a text that is none, the text. */
function throughJson(text: string, change: (value: unknown) => unknown): unknown {
  try {
    return JSON.stringify(change(JSON.parse(text)));
  } catch {
    // Not JSON after all.
    return change(text);
  }
}
