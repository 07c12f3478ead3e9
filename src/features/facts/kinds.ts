import type * as z from "zod";
import type { Fact, FactKind } from "../../kernel/fact.ts";
import { type AgentFact, type AgentKind, agentKinds, isAgentKind, shapeOf } from "../agent/model/kinds.ts";
import { evalBaseline } from "../evals/model/baseline.ts";
import { evalRecorded } from "../evals/model/recorded.ts";
import { intakeRedone, intakeUndone } from "../intake/model/undo.ts";
import { reviewRecorded } from "../reviews/model/recorded.ts";
import { reviewReset, reviewResetUndone } from "../reviews/model/reset.ts";

/** Every fact kind this version understands. A new kind is one file and one line here; those of the agent's stores are listed in `agent/kinds.ts`. */
export const factKinds = [
  reviewRecorded,
  reviewReset,
  reviewResetUndone,
  evalRecorded,
  evalBaseline,
  intakeUndone,
  intakeRedone,
] as const;

type KindOf<T> = T extends FactKind<infer K, infer S> ? Readonly<{ kind: K; data: z.infer<S> }> : never;

/** The envelope's own fields, those that a newer version may have added left out. */
export type Envelope = Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project" | "prev" | "hash"> & { clock?: unknown }>;

/** What a known fact says, without its envelope: `kind` decides the type of `data`. */
export type KnownContent = KindOf<(typeof factKinds)[number]> | AgentFact;

/** The discriminated union of known facts. */
export type KnownFact = Envelope & KnownContent;

/** The kinds' names. */
export type KnownKind = KnownFact["kind"];

/** The kinds that are not of the agent's stores, each with a shape of its own. */
export type ShapedKind = Exclude<KnownKind, AgentKind>;

/** The schema of each kind's data, as far into it as this version knows. */
export const factSchemas = (): ReadonlyMap<string, z.ZodType> =>
  new Map<string, z.ZodType>([
    ...factKinds.map(({ kind, data }) => [kind, data] as const),
    ...Object.keys(agentKinds)
      .filter(isAgentKind)
      .map((kind) => [kind, shapeOf(kind)] as const),
  ]);
