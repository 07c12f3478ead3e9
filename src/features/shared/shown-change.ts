import { modelOverLimit } from "../../kernel/errors.ts";
import { fenceText } from "../../kernel/model-text.ts";

/**
 * Maximum length in characters of a change that a model is asked about. A model cannot judge what it is not shown, so changes are
 * never cut.
 */
const maxChangeLength = 200_000;

/** Maximum length of an answer about a change, in tokens. */
export const maxAnswerTokens = 1_500;

/** Returns a change as it is shown to a model. @throws model_over_limit */
export function fenceChange(patch: string): string {
  const { length } = patch;
  if (length > maxChangeLength) {
    throw modelOverLimit(`the change has ${length} characters, and a model is shown ${maxChangeLength} at most`);
  }
  return fenceText("diff", patch);
}
