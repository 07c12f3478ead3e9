import type { FactPlace } from "./fact.ts";
import { toErrorView } from "./ledger-error.ts";

/**
 * The decision about a draft: it becomes a fact (`accepted`), it repeats a fact (`recorded`) or an earlier draft of the batch
 * (`repeats`), or it is `refused`.
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
