import type * as z from "zod";
import type { Fact, FactKind } from "../../kernel/fact.ts";
import { soundOf } from "../../kernel/fast-validation.ts";
import { problemsOf } from "../../kernel/zod-messages.ts";
import { isAgentKind, readChange } from "../agent/model/kinds.ts";
import { evalBaseline } from "../evals/model/baseline.ts";
import { evalRecorded } from "../evals/model/recorded.ts";
import { intakeRedone, intakeUndone } from "../intake/model/undo.ts";
import { reviewRecorded } from "../reviews/model/recorded.ts";
import { reviewReset, reviewResetUndone } from "../reviews/model/reset.ts";
import type { Envelope, KnownContent, KnownFact, ShapedKind } from "./kinds.ts";

/** Data of a known kind, parsed; data of a kind this version does not know; or what is wrong with them, one line each. */
export type UnderstoodContent =
  | Readonly<{ state: "known"; content: KnownContent }>
  | Readonly<{ state: "unknown" }>
  | Readonly<{ state: "refused"; problems: readonly string[] }>;

/** The same of a whole fact. */
export type Understood =
  | Readonly<{ state: "known"; fact: KnownFact }>
  | Readonly<{ state: "unknown" }>
  | Readonly<{ state: "refused"; reason: string }>;

const neverSure = (_: unknown): _ is never => false;

/** @param isSound tells of data that the schema need not be asked about */
const parse =
  <const K extends ShapedKind, S extends z.ZodType>(
    { kind, data: schema }: FactKind<K, S>,
    join: (content: Readonly<{ kind: K; data: z.output<S> }>) => KnownContent,
    isSound: (data: unknown) => data is z.output<S> = neverSure,
  ) =>
  (data: Fact["data"]): UnderstoodContent => {
    if (isSound(data)) return { state: "known", content: join({ kind, data }) };
    const parsed = schema.safeParse(data, { reportInput: true });
    return parsed.success
      ? { state: "known", content: join({ kind, data: parsed.data }) }
      : { state: "refused", problems: problemsOf(parsed.error) };
  };

const parsers: Readonly<Record<ShapedKind, (data: Fact["data"]) => UnderstoodContent>> = {
  "review.recorded": parse(reviewRecorded, (content) => content),
  "review.reset": parse(reviewReset, (content) => content),
  "review.reset_undone": parse(reviewResetUndone, (content) => content),
  "eval.recorded": parse(evalRecorded, (content) => content, soundOf(evalRecorded.data)),
  "eval.baseline": parse(evalBaseline, (content) => content),
  "intake.undone": parse(intakeUndone, (content) => content),
  "intake.redone": parse(intakeRedone, (content) => content),
};

const isShaped = (kind: string): kind is ShapedKind => Object.hasOwn(parsers, kind);

/** Parses data by the schema of their kind. */
export function understandContent(kind: string, data: Fact["data"]): UnderstoodContent {
  if (isShaped(kind)) return parsers[kind](data);
  if (!isAgentKind(kind)) return { state: "unknown" };
  const read = readChange(kind, data);
  return read.ok ? { state: "known", content: read.fact } : { state: "refused", problems: read.problems };
}

const envelopeOf = ({ id, at, clock, device, seq, project, prev, hash }: Fact): Envelope => ({
  id,
  at,
  clock,
  device,
  seq,
  project,
  prev,
  hash,
});

/** A known fact of its record and what that was found to say. */
export const knownFact = (fact: Fact, content: KnownContent): KnownFact => ({ ...envelopeOf(fact), ...content });

/** Parses a fact's data by the schema of its kind. */
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
