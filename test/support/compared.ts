import { evalCompare } from "../../src/features/evals/operations/show.ts";
import type { EvalCompareView } from "../../src/features/evals/operations/views.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { quietCall } from "./ports.ts";

/** A comparison of two eval runs. @throws when there is no run to compare with */
export async function compareRuns(ports: Ports, input: Readonly<Record<string, unknown>>): Promise<EvalCompareView> {
  const answer = await evalCompare.call(ports, input, quietCall);
  if (answer.before === null) throw new Error(`there is nothing to compare ${answer.after.id} with`);
  return answer;
}
