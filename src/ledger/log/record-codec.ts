import { hash as digest } from "node:crypto";
import { invalidInput } from "../../kernel/errors.ts";
import { type Draft, type Fact, factEnvelope } from "../../kernel/fact.ts";
import { LINE_FEED } from "./bytes.ts";
import { canonical, canonicalJson } from "./canonical-json.ts";

/** The envelope that the log adds to a draft. */
export type Envelope = Readonly<
  Pick<Fact, "id" | "at" | "device" | "seq" | "prev"> & {
    /** The time that the clock showed, where it lies too far behind `at`. */
    clock?: string | undefined;
  }
>;

/** The serialized data of a draft: canonical JSON, and the data that parsing it returns. */
export type SerializedData = Readonly<{ text: string; data: Fact["data"] }>;

/** A fact and the bytes of its line, with the line feed. */
export type SealedLine = Readonly<{ fact: Fact; line: Buffer }>;

/** The result of checking a line. `seq` of a damaged line is null where not even that can be read. */
export type CheckedLine = Readonly<{ fact: Fact }> | Readonly<{ fact: null; seq: number | null; reason: string }>;

/**
 * Builds the line of a fact: the canonical JSON of the whole fact, whose `hash` is the SHA-256 (hex) of the canonical JSON of
 * everything else. The two differ only by the member `hash`, which is between `device` and `id`, so the rest is serialized once.
 * @param serialized the draft's data, if they are already serialized
 * @throws invalid_input when the draft has no JSON form (lone surrogates, NaN, cycles)
 */
export function sealLine(
  draft: Draft,
  { at, clock, device, id, prev, seq }: Envelope,
  serialized: SerializedData = serializeData(draft),
): SealedLine {
  const { kind, project } = draft;
  const after = `"id":${JSON.stringify(id)},"kind":${nameText(draft, kind)},"prev":${JSON.stringify(prev)},"project":${nameText(draft, project)},"seq":${seq}}`;
  const before = `{"at":${JSON.stringify(at)}${clock === undefined ? "" : `,"clock":${JSON.stringify(clock)}`}`;
  const content = Buffer.from(`${before},"data":${serialized.text},"device":${JSON.stringify(device)},${after}`);
  const hash = digest("sha256", content);
  const fact: Fact = {
    at,
    ...(clock === undefined ? {} : { clock }),
    data: serialized.data,
    device,
    hash,
    id,
    kind,
    prev,
    project,
    seq,
  };
  return { fact, line: insertMember(content, content.length - Buffer.byteLength(after), hashMember(hash)) };
}

/** The bytes of a line: the content with a member inserted at a place, and a line feed. */
function insertMember(content: Buffer, place: number, member: string): Buffer {
  const line = Buffer.allocUnsafe(content.length + member.length + 1);
  content.copy(line, 0, 0, place);
  line.write(member, place, "latin1");
  content.copy(line, place + member.length, place);
  line[line.length - 1] = LINE_FEED;
  return line;
}

/**
 * Serializes the data of a draft. Later changes to the draft do not affect the result.
 * @throws invalid_input when the data have no JSON form (lone surrogates, NaN, cycles)
 */
export function serializeData(draft: Draft): SerializedData {
  return orInvalidInput(draft, () => {
    const { text, value } = canonical(draft.data);
    if (!isFields(value)) throw new Error("it is not an object");
    return { text, data: value };
  });
}

const nameText = (draft: Draft, name: string | null): string => orInvalidInput(draft, () => canonicalJson(name));

function orInvalidInput<T>({ kind }: Draft, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw invalidInput(`the data of ${kind}`, [error instanceof Error ? error.message : String(error)]);
  }
}

/**
 * Reads one line (without its line feed) of a device's log and checks it against its own hash.
 *
 * The fast path removes the member `hash` from the line's bytes and hashes the rest; it works for every line that is canonical
 * JSON. For a line that another writer ordered or spaced differently, the canonical form is computed first.
 */
export function checkLine(bytes: Buffer, device: string): CheckedLine {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    // The parser's message about torn or foreign bytes helps nobody; it is enough to report that they are not JSON.
    return { fact: null, seq: null, reason: "it is not valid JSON" };
  }
  const parsed = factEnvelope.safeParse(value);
  if (!parsed.success) return { fact: null, seq: seqOf(value), reason: "it is not a fact" };
  const fact: Fact = parsed.data;
  if (fact.device !== device) return { fact: null, seq: fact.seq, reason: `it belongs to device ${fact.device}` };
  if (!isHashValid(bytes, fact)) return { fact: null, seq: fact.seq, reason: "its hash does not fit its content" };
  return { fact };
}

function isHashValid(bytes: Buffer, fact: Fact): boolean {
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
