import type * as z from "zod";
import { isAgentKind, readChange } from "./agent/kinds.ts";
import { evalBaseline } from "./eval/baseline.ts";
import { evalRecorded } from "./eval/recorded.ts";
import type { Fact, FactKind } from "./fact.ts";
import type { Envelope, KnownFact, ShapedKind } from "./kinds.ts";
import { problemsOf } from "./problems.ts";
import { reviewRecorded } from "./review/recorded.ts";
import { reviewReset, reviewResetUndone } from "./review/reset.ts";

type Known<K extends string, D> = Envelope & Readonly<{ kind: K; data: D }>;

/** A fact of a known kind with its data parsed, a fact of a kind this version does not know, or one that breaks its kind's schema. */
export type Understood =
  | Readonly<{ state: "known"; fact: KnownFact }>
  | Readonly<{ state: "unknown" }>
  | Readonly<{ state: "refused"; reason: string }>;

const parse =
  <const K extends ShapedKind, S extends z.ZodType>(kind: FactKind<K, S>, join: (fact: Known<K, z.output<S>>) => KnownFact) =>
  (fact: Fact): Understood => {
    const parsed = kind.data.safeParse(fact.data, { reportInput: true });
    return parsed.success
      ? { state: "known", fact: join({ ...fact, kind: kind.kind, data: parsed.data }) }
      : { state: "refused", reason: problemsOf(parsed.error).slice(0, 3).join("; ") };
  };

const parsers: Readonly<Record<ShapedKind, (fact: Fact) => Understood>> = {
  "review.recorded": parse(reviewRecorded, (fact) => fact),
  "review.reset": parse(reviewReset, (fact) => fact),
  "review.reset_undone": parse(reviewResetUndone, (fact) => fact),
  "eval.recorded": parse(evalRecorded, (fact) => fact),
  "eval.baseline": parse(evalBaseline, (fact) => fact),
};

const isShaped = (kind: string): kind is ShapedKind => Object.hasOwn(parsers, kind);

/** Parses a fact's data by the schema of its kind. */
export function understand(fact: Fact): Understood {
  if (isShaped(fact.kind)) return parsers[fact.kind](fact);
  if (!isAgentKind(fact.kind)) return { state: "unknown" };
  const read = readChange(fact.kind, fact.data);
  const { id, at, device, seq, project, prev, hash } = fact;
  return read.ok
    ? { state: "known", fact: { id, at, device, seq, project, prev, hash, ...read.fact } }
    : { state: "refused", reason: read.problems.slice(0, 3).join("; ") };
}
