import { hash as digest } from "node:crypto";
import { invalidInput } from "../domain/errors.ts";
import { type Draft, type Fact, factEnvelope } from "../domain/fact.ts";
import { canonical, canonicalJson } from "./canonical.ts";

/** The envelope that the log adds to a draft. */
export type Envelope = Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "prev">>;

/** A fact and the text of its line, without the line feed. */
export type SealedLine = Readonly<{ fact: Fact; text: string }>;

/** What a line turned out to be. `seq` of a damaged line is null where not even that can be read. */
export type CheckedLine = Readonly<{ fact: Fact }> | Readonly<{ fact: null; seq: number | null; reason: string }>;

/**
 * Makes the line of a fact: the canonical JSON of the whole fact, whose `hash` is the SHA-256 (hex) of the canonical JSON of
 * everything else. The two texts differ only by the member `hash`, which stands between `device` and `id`, so the data is
 * serialized once.
 * @throws invalid_input when the data has no JSON form (lone surrogates, NaN, cycles)
 */
export function sealLine(draft: Draft, { at, device, id, prev, seq }: Envelope): SealedLine {
  const data = dataOf(draft);
  const before = `{"at":${JSON.stringify(at)},"data":${data.text},"device":${JSON.stringify(device)},`;
  const after = `"id":${JSON.stringify(id)},"kind":${canonicalJson(draft.kind)},"prev":${JSON.stringify(prev)},"project":${canonicalJson(draft.project)},"seq":${seq}}`;
  const hash = digest("sha256", before + after);
  const fact: Fact = { at, data: data.fields, device, hash, id, kind: draft.kind, prev, project: draft.project, seq };
  return { fact, text: `${before}${hashMember(hash)}${after}` };
}

/** The text of a draft's data, and the data as any reader of the text sees it: later changes to the draft do not reach it. */
function dataOf(draft: Draft): Readonly<{ text: string; fields: Fact["data"] }> {
  try {
    const { text, value } = canonical(draft.data);
    if (!isFields(value)) throw new Error("it is not an object");
    return { text, fields: value };
  } catch (error) {
    throw invalidInput(`the data of ${draft.kind}`, [error instanceof Error ? error.message : String(error)]);
  }
}

/**
 * Reads one line (without its line feed) of a device's log and checks it against its own hash.
 *
 * The quick way takes the member `hash` out of the line's bytes and hashes what is left; it holds for every line that is
 * canonical JSON. For a line that another writer ordered or spaced differently the canonical form is made first.
 */
export function checkLine(bytes: Buffer, device: string): CheckedLine {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    // What the parser has to say about torn or foreign bytes helps nobody; that they are no JSON is the finding.
    return { fact: null, seq: null, reason: "it is not valid JSON" };
  }
  const parsed = factEnvelope.safeParse(value);
  if (!parsed.success) return { fact: null, seq: seqOf(value), reason: "it is not a fact" };
  const fact: Fact = parsed.data;
  if (fact.device !== device) return { fact: null, seq: fact.seq, reason: `it belongs to device ${fact.device}` };
  if (!hashHolds(bytes, fact)) return { fact: null, seq: fact.seq, reason: "its hash does not fit its content" };
  return { fact };
}

function hashHolds(bytes: Buffer, fact: Fact): boolean {
  const member = hashMember(fact.hash);
  const start = bytes.lastIndexOf(member);
  if (start !== -1) {
    const rest = Buffer.allocUnsafe(bytes.length - member.length);
    bytes.copy(rest, 0, 0, start);
    bytes.copy(rest, start, start + member.length);
    if (digest("sha256", rest) === fact.hash) return true;
  }
  const { hash, ...rest } = fact;
  try {
    return digest("sha256", canonicalJson(rest)) === hash;
  } catch {
    // JSON can carry what canonical JSON cannot (lone surrogates, nesting beyond the stack): then the hash cannot be right.
    return false;
  }
}

function isFields(value: unknown): value is Fact["data"] {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hashMember(hash: string): string {
  return `"hash":"${hash}",`;
}

function seqOf(value: unknown): number | null {
  if (typeof value !== "object" || value === null || !("seq" in value)) return null;
  return typeof value.seq === "number" ? value.seq : null;
}
