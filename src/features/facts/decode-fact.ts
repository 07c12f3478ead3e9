import type { Envelope, Fact } from "../../kernel/fact.ts";
import { findKind, type KnownContent, type KnownFact } from "./kinds.ts";

/** Parsed data of a known kind; data of a kind that this version does not know; or the problems of the data, one line each. */
export type UnderstoodContent =
  | Readonly<{ state: "known"; content: KnownContent }>
  | Readonly<{ state: "unknown" }>
  | Readonly<{ state: "refused"; problems: readonly string[] }>;

/** The same for a whole fact. */
export type Understood =
  | Readonly<{ state: "known"; fact: KnownFact }>
  | Readonly<{ state: "unknown" }>
  | Readonly<{ state: "refused"; reason: string }>;

/** Parses the data of a kind. */
export function understandContent(kind: string, data: Fact["data"]): UnderstoodContent {
  const read = findKind(kind)?.read(data);
  if (read === undefined) return { state: "unknown" };
  return read.ok ? { state: "known", content: read.content } : { state: "refused", problems: read.problems };
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
export const knownFact = (fact: Fact, content: KnownContent): KnownFact => ({ ...envelopeOf(fact), ...content });

/** Parses a fact. */
export function understand(fact: Fact): Understood {
  const understood = understandContent(fact.kind, fact.data);
  switch (understood.state) {
    case "known":
      return { state: "known", fact: knownFact(fact, understood.content) };
    case "refused":
      return { state: "refused", reason: understood.problems.slice(0, 3).join("; ") };
    case "unknown":
      return understood;
    default:
      return understood satisfies never;
  }
}
