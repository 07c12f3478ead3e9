import { failed, type PassName, type PassResult, skipped } from "../model/pass-result.ts";
import { proseFindings } from "../model/prose.ts";
import { modelParts } from "./model-parts.ts";
import type { GateContext, Pass } from "./pass.ts";
import { functionalPass, securityPass, staticPass } from "./tool-passes.ts";

async function prosePass(context: GateContext, signal: AbortSignal): Promise<PassResult> {
  const { title, body } = context;
  if (title === null && body === null) return skipped("prose", "not_needed", "deferred: there is no title or description yet");
  const findings = proseFindings(title, body);
  const parts = { findings, tooling_used: ["text rules"] };
  if (findings.some(({ severity }) => severity === "blocking")) return failed("prose", parts);
  const reviewed = await modelParts.prose(context, signal);
  return {
    ...reviewed,
    findings: [...findings, ...reviewed.findings],
    tooling_used: [...parts.tooling_used, ...reviewed.tooling_used],
  };
}

const definePass = (name: PassName, run: Pass["run"]): Pass => ({
  name,
  async run(context, signal) {
    const started = performance.now();
    const result = await run(context, signal);
    return { ...result, duration_ms: Math.round(performance.now() - started) };
  },
});

/** The passes in the order in which they run. */
export const passes: readonly Pass[] = [
  definePass("static", staticPass),
  definePass("functional", functionalPass),
  definePass("architectural", modelParts.architectural),
  definePass("security", securityPass),
  definePass("prose", prosePass),
  definePass("adversarial", modelParts.adversarial),
  definePass("feedback", async (context, signal) =>
    context.feedback === null
      ? skipped("feedback", "not_needed", "the change is no self-fix")
      : modelParts.feedback(context, signal),
  ),
];
