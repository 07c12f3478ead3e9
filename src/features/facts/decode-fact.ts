import type { Envelope, Fact } from "../../kernel/fact.ts";
import { findKind, type KnownContent, type KnownFact } from "./kinds.ts";

/** Parsed data of a known kind; data of a kind that this version does not know; or the problems of the data, one line each. */
export type DecodedContent =
  | Readonly<{ state: "known"; content: KnownContent }>
  | Readonly<{ state: "unknown" }>
  | Readonly<{ state: "refused"; problems: readonly string[] }>;

/** The same for a whole fact. */
export type DecodedFact =
  | Readonly<{ state: "known"; fact: KnownFact }>
  | Readonly<{ state: "unknown" }>
  | Readonly<{ state: "refused"; reason: string }>;

/** Parses the data of a kind. */
export function decodeContent(kind: string, data: Fact["data"]): DecodedContent {
  const parsed = findKind(kind)?.read(data);
  if (parsed === undefined) return { state: "unknown" };
  return parsed.ok ? { state: "known", content: parsed.content } : { state: "refused", problems: parsed.problems };
}

/** Returns the envelope of a fact. Project names are normalized to NFC, as some systems write the same name decomposed. */
const envelopeOf = ({ id, at, clock, device, seq, project, prev, hash }: Fact): Envelope => ({
  id,
  at,
  clock,
  device,
  seq,
  project: project?.normalize("NFC") ?? null,
  prev,
  hash,
});

/** Returns the known fact for a record and its parsed content. */
export const toKnownFact = (fact: Fact, content: KnownContent): KnownFact => ({ ...envelopeOf(fact), ...content });

/** Parses a fact. */
export function decodeFact(fact: Fact): DecodedFact {
  const decoded = decodeContent(fact.kind, fact.data);
  switch (decoded.state) {
    case "known":
      return { state: "known", fact: toKnownFact(fact, decoded.content) };
    case "refused":
      return { state: "refused", reason: decoded.problems.slice(0, 3).join("; ") };
    case "unknown":
      return decoded;
    default:
      return decoded satisfies never;
  }
}
