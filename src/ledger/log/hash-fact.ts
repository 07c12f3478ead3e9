import { hash as digest } from "node:crypto";
import { foreignRefused } from "../../kernel/errors.ts";
import type { Fact } from "../../kernel/fact.ts";
import { canonicalJson } from "./canonical-json.ts";
import type { SealedLine } from "./record-codec.ts";

/** The end of a log, which its next fact has to continue. */
type End = Readonly<{ seq: number; hash: string | null }>;

/**
 * The hash of a fact: SHA-256 (hex) of the canonical JSON of everything in it but the hash.
 * @throws Error for what JSON cannot carry
 */
export function hashFact(content: Omit<Fact, "hash">): string {
  return digest("sha256", canonicalJson(content));
}

/**
 * The lines of facts that continue a log. Facts that the log already has are skipped, so that taking the same facts again changes
 * nothing. Each other fact must follow the one before it, have that fact's hash as its `prev`, and match its own hash.
 * @throws foreign_refused naming the first fact that does not fit
 */
export function foreignLines(device: string, end: End, facts: readonly Fact[]): readonly SealedLine[] {
  let last = end;
  const lines: SealedLine[] = [];
  for (const fact of facts) {
    const refuse = (reason: string): Error => foreignRefused(device, fact.seq, reason);
    if (fact.device !== device) throw refuse(`it belongs to device ${fact.device}`);
    if (fact.seq <= last.seq) {
      if (fact.seq === last.seq && fact.hash !== last.hash) throw refuse("another fact is already there");
      continue;
    }
    if (fact.seq !== last.seq + 1) throw refuse(`${fact.seq - last.seq - 1} facts before it are missing`);
    if (fact.prev !== last.hash) throw refuse("it does not continue the fact before it");
    lines.push({ fact, line: Buffer.from(`${verifiedText(fact, refuse)}\n`) });
    last = fact;
  }
  return lines;
}

function verifiedText(fact: Fact, refuse: (reason: string) => Error): string {
  let text: string;
  try {
    text = canonicalJson(fact);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  // Without the member `hash` (which `id` follows), this text is the canonical text of the rest, so it is made only once. A
  // fact's data cannot contain the fact's own hash, so the member can be found by its text.
  if (digest("sha256", text.replace(`"hash":"${fact.hash}",`, "")) !== fact.hash)
    throw refuse("its hash does not fit its content");
  return text;
}
