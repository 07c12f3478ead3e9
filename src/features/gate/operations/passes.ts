import { failed, type PassName, type PassResult, skipped } from "../model/pass-result.ts";
import { proseFindings } from "../model/prose.ts";
import { modelParts } from "./model-parts.ts";
import type { GateContext, Pass } from "./pass.ts";
import { functionalPass, securityPass, staticPass } from "./tool-passes.ts";

async function prosePass(context: GateContext, signal: AbortSignal): Promise<PassResult> {
  const { title, body } = context;
  if (title === null && body === null) return skipped("prose", "not_needed", "deferred: there is no title or description yet");
  const findings = proseFindings(title, body);
  const told = { findings, tooling_used: ["text rules"] };
  if (findings.some(({ severity }) => severity === "blocking")) return failed("prose", told);
  const more = await modelParts.prose(context, signal);
  return { ...more, findings: [...findings, ...more.findings], tooling_used: [...told.tooling_used, ...more.tooling_used] };
}

const define = (name: PassName, run: Pass["run"]): Pass => ({
  name,
  async run(context, signal) {
    const started = performance.now();
    const result = await run(context, signal);
    return { ...result, duration_ms: Math.round(performance.now() - started) };
  },
});

/** The passes in the order in which they run. */
export const passes: readonly Pass[] = [
  define("static", staticPass),
  define("functional", functionalPass),
  define("architectural", modelParts.architectural),
  define("security", securityPass),
  define("prose", prosePass),
  define("adversarial", modelParts.adversarial),
  define("feedback", async (context, signal) =>
    context.feedback === null
      ? skipped("feedback", "not_needed", "the change is no self-fix")
      : modelParts.feedback(context, signal),
  ),
];
