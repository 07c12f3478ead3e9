import { createHmac } from "node:crypto";
import type { Fact } from "../domain/fact.ts";
import type { SyncChoices } from "../domain/sync.ts";

/** What was done to a fact before it left, as its field `redacted` tells. */
export type Mark = "messages" | "paths" | "transcripts" | "withheld";

/** Why a fact left without its data. */
export type WithheldReason = "project" | "refused" | "unreadable";

export type Shared = Readonly<{ fact: Pick<Fact, "kind" | "project" | "data">; marks: readonly Mark[] }>;

/** Kind of a fact that keeps another's place in its log. */
export const withheldKind = "sync.withheld";

const messageKeys: ReadonlySet<string> = new Set([
  "answer",
  "body",
  "comment",
  "content",
  "description",
  "error",
  "message",
  "messages",
  "note",
  "notes",
  "question",
  "reason",
  "stderr",
  "stdout",
  "summary",
  "text",
  "title",
]);
const pathKeys: ReadonlySet<string> = new Set(["file", "files", "path", "paths", "changed_files", "cwd", "folder"]);
const transcriptKeys: ReadonlySet<string> = new Set(["transcript", "transcripts", "prompt", "prompts", "conversation"]);

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
const patternOf = (pattern: string): RegExp => new RegExp(`^${pattern.split("*").map(escaped).join(".*")}$`, "i");

/** Whether a project's name fits one of the patterns, in which `*` stands for any run of characters. */
export function isShared(project: string | null, patterns: readonly string[] | null): boolean {
  if (patterns === null || patterns.includes("*")) return true;
  if (project === null) return false;
  return patterns.some((pattern) => patternOf(pattern).test(project));
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
  if (!isShared(fact.project, choices.projects)) return withheld("project");
  const marks = new Set<Mark>();
  const hashed = (text: string): string => `redacted-${createHmac("sha256", secret).update(text).digest("hex").slice(0, 16)}`;

  const hashStrings = (value: unknown): unknown => {
    if (typeof value === "string") return value === "" ? value : hashed(value);
    return Array.isArray(value) ? value.map(hashStrings) : fieldsOf(value);
  };
  const fieldOf = (key: string, value: unknown): unknown => {
    if (choices.redactMessages && messageKeys.has(key) && value !== null) {
      marks.add("messages");
      return hashStrings(value);
    }
    if (choices.redactPaths && pathKeys.has(key) && value !== null) {
      marks.add("paths");
      return hashStrings(value);
    }
    return fieldsOf(value);
  };
  const fieldsOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fieldsOf);
    return typeof value === "object" && value !== null ? recordOf(value) : value;
  };
  const recordOf = (fields: object): Record<string, unknown> => {
    const kept: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(fields)) {
      if (!choices.transcripts && transcriptKeys.has(key)) marks.add("transcripts");
      else Object.defineProperty(kept, key, { value: fieldOf(key, value), enumerable: true, configurable: true, writable: true });
    }
    return kept;
  };

  const data = recordOf(fact.data);
  const { kind, project } = fact;
  return { fact: { kind, project, data: marks.size === 0 ? fact.data : data }, marks: [...marks].sort() };
}
