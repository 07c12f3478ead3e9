import * as z from "zod";
import type { Fact } from "../../../kernel/fact.ts";
import type { OnProgress } from "../../../kernel/progress.ts";
import type { Ports } from "../../../ports/ports.ts";
import { force } from "../../shared/fields.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { checkOutput, writeOutput } from "../../shared/write-output.ts";
import { gateDocument } from "../documents/gate.ts";
import { type GateRan, gateRan } from "../model/gate-ran.ts";
import { findingSeverities, type PassName, type PassResult, passNames, passStatuses, skipped } from "../model/pass-result.ts";
import { gateVerdicts, isStopped, judgeGate } from "../model/verdict.ts";
import { mergeObjections } from "./merge-policy.ts";
import type { GateContext, KnownResults } from "./pass.ts";
import { passes } from "./passes.ts";
import { agentInputs, changeInput, commandsOf, resolveChange, resolveContext } from "./prepare.ts";
import { reportOf } from "./report.ts";
import type { GateRunView, GateView } from "./views.ts";

/** The view of a recorded run. */
export const runView = ({ id, at, project }: Pick<Fact, "id" | "at" | "project">, data: GateRan): GateRunView => ({
  id,
  at,
  project,
  agent: data.agent,
  base: { commit: data.base.commit, name: data.base.name },
  head: data.head,
  branch: data.branch,
  title: data.title,
  feedback: data.feedback,
  files: data.files,
  verdict: data.verdict,
  confidence: data.passes.find(({ pass }) => pass === "adversarial")?.confidence ?? null,
  short_circuited: data.short_circuited,
  blockers: data.blockers,
  auto_merge: { allowed: data.auto_merge.allowed, reasons: data.auto_merge.reasons },
  passes: data.passes,
  duration_ms: data.duration_ms,
});

/** Runs the passes in order. Once one of them ends the gate, the rest are skipped. */
async function runPasses(
  context: GateContext,
  { onProgress, signal }: Readonly<{ onProgress: OnProgress; signal: AbortSignal }>,
) {
  const results: PassResult[] = [];
  for (const pass of passes) {
    signal.throwIfAborted();
    onProgress({ done: results.length, total: passes.length, message: pass.name });
    const failedPass = results.find((one) => isStopped([one]));
    results.push(
      failedPass === undefined
        ? await pass.run(context, signal)
        : skipped(pass.name, "short_circuit", `pass ${failedPass.pass} failed`),
    );
  }
  onProgress({ done: passes.length, total: passes.length, message: "" });
  return results;
}

const passShape = z.object({
  pass: z.enum(passNames),
  status: z.enum(passStatuses),
  confidence: z.int().nullable(),
  reason: toolText().nullable(),
  unchecked: z.array(toolText()),
  findings: z.array(
    z.object({
      severity: z.enum(findingSeverities),
      description: toolText(),
      file: toolName().nullable(),
      line: z.int().nullable(),
      fix: toolText().nullable(),
    }),
  ),
});

async function recordRun(ports: Ports, data: GateRan): Promise<GateRunView> {
  const project = await ports.surroundings.project();
  const [outcome] = await ports.ledger.record([{ kind: gateRan.kind, project, data }]);
  if (outcome?.recorded === true) return runView(outcome.fact.fact, data);
  throw outcome?.reason === "refused" ? outcome.error : new TypeError("the ledger took a new run of the gate for a known one");
}

const input = changeInput.extend({
  dry_run: z.boolean().optional().describe("Show what would be judged and run; run and record nothing"),
  report: z
    .string()
    .min(1)
    .optional()
    .describe("Also write the findings as a review report to this file, which `update` records"),
  force,
});

/** Runs the gate and records the result. @param known results that need not be determined again */
export async function runGate(
  ports: Ports,
  options: z.output<typeof input>,
  context: CallContext,
  known: KnownResults | null = null,
): Promise<GateRunView> {
  const started = performance.now();
  const { report } = options;
  // A run takes long and its models cost money, so problems with writing the report are raised before it starts.
  const replace = report !== undefined && (await checkOutput(ports, report, { replace: options.force, context }));
  const { branch, gate } = await resolveContext(ports, options, context, passNames, known);
  const agent = options.agent ?? ports.surroundings.agent;
  const against = await mergeObjections(ports, agent, gate.feedback);
  const results = await runPasses(gate, context);
  const isProven = results.some(({ pass, status }) => pass === "feedback" && status === "pass");
  const regression = gate.mergesAsIs && isProven ? "green" : null;
  const { verdict, short_circuited, blockers, auto_merge } = judgeGate(results, { against, regression });
  const view = await recordRun(ports, {
    agent,
    base: gate.base,
    head: gate.head,
    branch,
    title: gate.title,
    feedback: gate.feedback?.id ?? null,
    files: gate.diff.files.length,
    verdict,
    short_circuited,
    blockers,
    auto_merge,
    passes: results,
    duration_ms: Math.round(performance.now() - started),
  });
  if (report !== undefined) await writeOutput(ports, report, reportOf(view), { replace, context });
  return view;
}

export const gateRun = defineOperation({
  name: "gate run",
  summary: "Judge a change by seven passes; exit code 0 for pass, 1 for request-changes or block",
  input,
  effect: "write",
  idempotent: false,
  failed: (view: GateView) => !view.dry_run && view.verdict !== "pass",
  examples: [
    { run: "reward-ledger gate run", does: "judge what changed since the branch left the one it goes to" },
    {
      run: "reward-ledger gate run --base v1.2.0 --title 'fix: keep the order' --body-file pr.md",
      does: "with title and description",
    },
    { run: "reward-ledger gate run --dry-run", does: "what would be judged and run" },
  ],
  document: gateDocument,
  tool: {
    about: "Judge the change in the working directory by all seven review passes, in order, and record the verdict",
    takes: agentInputs,
    outside: true,
    output: z.object({
      id: toolName(),
      verdict: z.enum(gateVerdicts),
      confidence: z.int().nullable(),
      short_circuited: z.boolean(),
      auto_merge: z.object({ allowed: z.boolean(), reasons: z.array(toolText()) }),
      passes: z.array(passShape),
    }),
  },
  async run(ports, options, context): Promise<GateView> {
    if (options.dry_run === true) {
      const outside = await ports.gate(ports.surroundings.folder);
      const { change } = await resolveChange(ports, outside, options, context.signal);
      const files = change.diff.files.map(({ path }) => path);
      return { dry_run: true, base: change.base, files, commands: await commandsOf(ports, outside) };
    }
    return { ...(await runGate(ports, options, context)), dry_run: false };
  },
});

/** A single pass, for agents that need only its result. Nothing is recorded, as a verdict requires all passes. */
export const gatePass = (name: PassName, about: string) =>
  defineOperation({
    name: `gate pass ${name}`,
    summary: about,
    input: changeInput,
    // It writes nothing to the ledger, but it runs the project's commands.
    effect: "write",
    tool: { takes: agentInputs, output: passShape, outside: true },
    async run(ports: Ports, options, context: CallContext): Promise<PassResult> {
      const pass = passes.find((one) => one.name === name);
      if (pass === undefined) throw new TypeError(`there is no pass ${name}`);
      // The feedback pass runs the project's tests.
      const neededPasses: readonly PassName[] = name === "feedback" ? ["functional", name] : [name];
      return pass.run((await resolveContext(ports, options, context, neededPasses)).gate, context.signal);
    },
  });
