import type { FactPlace } from "./fact.ts";
import { toErrorView } from "./ledger-error.ts";

/**
 * What is to become of a draft: a fact of its own, nothing because a fact or an earlier draft of the batch says the same, or nothing
 * at all.
 */
export type Verdict =
  | Readonly<{ state: "accepted" }>
  | Readonly<{ state: "recorded"; place: FactPlace }>
  | Readonly<{ state: "repeats"; draft: number }>
  | Readonly<{ state: "refused"; error: Error }>;

export const accepted: Verdict = { state: "accepted" };

export const refused = (error: unknown): Extract<Verdict, Readonly<{ state: "refused" }>> => ({
  state: "refused",
  error: error instanceof Error ? error : new Error(toErrorView(error).message),
});
