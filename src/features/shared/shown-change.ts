import { modelOverLimit } from "../../kernel/errors.ts";
import { fenced } from "../../kernel/model-text.ts";

/** Longest change that a model is asked about, in characters: what it is not shown it cannot judge. */
const longestChange = 200_000;

/** Longest answer about a change, in tokens. */
export const longestAnswer = 1_500;

/** A change as a model is shown it. @throws model_over_limit */
export function shownChange(patch: string): string {
  const { length } = patch;
  if (length > longestChange) {
    throw modelOverLimit(`the change has ${length} characters, and a model is shown ${longestChange} at most`);
  }
  return fenced("diff", patch);
}
