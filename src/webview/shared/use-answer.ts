import { useCallback, useEffect, useState } from "preact/hooks";
import type { ErrorView } from "../../kernel/errors.ts";
import { failureView } from "./host.ts";

/** One answer of the host: on its way, here, or failed. */
export type Answer<Value> =
  | Readonly<{ state: "loading" }>
  | Readonly<{ state: "ready"; value: Value }>
  | Readonly<{ state: "failed"; error: ErrorView }>;

/**
 * Asks when first used and whenever `ask` is another function; a late answer to a former one is dropped.
 * @returns the answer and a function that asks again
 */
export function useAnswer<Value>(ask: () => Promise<Value>): readonly [Answer<Value>, () => void] {
  const [answer, setAnswer] = useState<Answer<Value>>({ state: "loading" });
  const [attempt, setAttempt] = useState(0);
  const again = useCallback(() => setAttempt((before) => before + 1), []);

  // `attempt` is counted up to ask the same question once more.
  useEffect(() => {
    let wanted = true;
    setAnswer({ state: "loading" });
    ask().then(
      (value) => wanted && setAnswer({ state: "ready", value }),
      (error: unknown) => wanted && setAnswer({ state: "failed", error: failureView(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [ask, attempt]);

  return [answer, again];
}
