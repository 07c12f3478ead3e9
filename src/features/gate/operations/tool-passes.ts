import type { Command } from "../../../kernel/command.ts";
import type { CommandOutcome } from "../../../ports/gate.ts";
import type { CommandPass } from "../model/commands.ts";
import { type DiffFile, presentFiles } from "../model/diff.ts";
import { dangerousCalls, minorFindings } from "../model/line-patterns.ts";
import { failed, finding, type GateFinding, type PassResult, passed, skipped } from "../model/pass-result.ts";
import { parseAudit, parseCoverage, survivingMutants } from "../model/tool-output.ts";
import type { GateContext } from "./pass.ts";
import { relatedTests } from "./regression.ts";

/** Number of lines at the end of a command's output that a finding quotes. */
const quotedLines = 20;
const maxQuoteLength = 2_000;

const commandLine = (command: Command): string => command.join(" ");

/** Returns the end of an output, which is where tools report what is wrong. */
function outputTail(output: string): string {
  const lines = output.trimEnd().split("\n").slice(-quotedLines).join("\n");
  return lines.length > maxQuoteLength ? `…${lines.slice(-maxQuoteLength)}` : lines;
}

type CommandRun = Readonly<{ command: Command; outcome: CommandOutcome }>;

async function runAll(context: GateContext, commands: readonly Command[], signal: AbortSignal): Promise<readonly CommandRun[]> {
  const runs: CommandRun[] = [];
  for (const command of commands) runs.push({ command, outcome: await context.outside.run(command, context.timeoutMs, signal) });
  return runs;
}

/** Returns the finding on a command that failed; null if it succeeded or could not be started. */
function failureOf({ command, outcome }: CommandRun, what: string): GateFinding | null {
  if (outcome.state === "missing" || (outcome.state === "exited" && outcome.code === 0)) return null;
  const how = outcome.state === "timed_out" ? "took too long and was ended" : `ended with code ${outcome.code ?? "none"}`;
  return finding("blocking", `${what}: \`${commandLine(command)}\` ${how}\n${outputTail(outcome.output)}`.trimEnd());
}

/** Messages on the commands that could not be started. */
const missingTools = (ran: readonly CommandRun[]): readonly string[] =>
  ran.flatMap(({ command, outcome }) =>
    outcome.state === "missing" ? [`\`${commandLine(command)}\` could not be started: ${outcome.reason}`] : [],
  );

const toolsOf = (ran: readonly CommandRun[]): readonly string[] =>
  ran.flatMap(({ command, outcome }) => (outcome.state === "missing" ? [] : [commandLine(command)]));

const noCommandReason = (pass: CommandPass): string =>
  `the project has no known command for it; set gate.commands.${pass} in the settings`;

/** Returns the result of a pass that runs commands. A pass in which no tool ran is skipped as unavailable and never green. */
function toPassResult(
  pass: CommandPass,
  {
    ran,
    findings,
    tools = [],
    unchecked = [],
    confidence = null,
  }: Readonly<{
    ran: readonly CommandRun[];
    findings: readonly GateFinding[];
    tools?: readonly string[];
    unchecked?: readonly string[];
    confidence?: number | null;
  }>,
): PassResult {
  const parts = {
    findings,
    confidence,
    tooling_used: [...tools, ...toolsOf(ran)],
    unchecked: [...unchecked, ...missingTools(ran)],
  };
  if (findings.some(({ severity }) => severity === "blocking")) return failed(pass, parts);
  if (parts.tooling_used.length > 0) return passed(pass, parts);
  return skipped(pass, "unavailable", parts.unchecked.join("; ") || noCommandReason(pass), parts);
}

export async function staticPass(context: GateContext, signal: AbortSignal): Promise<PassResult> {
  const ran = await runAll(context, context.commands.static ?? [], signal);
  const failures = ran.flatMap((one) => failureOf(one, "lint or types fail") ?? []);
  return toPassResult("static", { ran, findings: [...failures, ...minorFindings(context.diff)] });
}

export async function functionalPass(context: GateContext, signal: AbortSignal): Promise<PassResult> {
  const { commands: known, outside } = context;
  const commands = await relatedTests({ have: outside.have, commands: known.functional ?? [] }, presentFiles(context.diff));
  const ran = await runAll(context, commands, signal);
  // Tests that cannot be run count as failed tests.
  const missing = missingTools(ran).map((reason) =>
    finding("blocking", `tests cannot run: ${reason}`, { fix: "Install the tool." }),
  );
  const outputs = ran.map(({ outcome }) => (outcome.state === "missing" ? "" : outcome.output));
  const mutants = ran.flatMap(({ command }, n) => survivingMutants(command, outputs[n] ?? ""));
  const failures = ran.flatMap((one) => failureOf(one, "tests fail") ?? []);
  return toPassResult("functional", {
    ran,
    findings: [...missing, ...failures, ...mutants],
    confidence: parseCoverage(outputs.join("\n")),
  });
}

/** Detects secrets in the added lines of a file. */
async function secretsIn({ outside }: GateContext, { path, added }: DiffFile): Promise<readonly GateFinding[]> {
  if (added.length === 0) return [];
  const found = await outside.secrets(added.map(({ text }) => text).join("\n"), path);
  return found.map(({ line, rule }) =>
    finding("blocking", `it adds a secret (${rule})`, {
      file: path,
      line: added[line - 1]?.line ?? null,
      fix: "Take it out of the history too, and revoke it: whoever has read it can use it.",
    }),
  );
}

export async function securityPass(context: GateContext, signal: AbortSignal): Promise<PassResult> {
  const secrets: GateFinding[] = [];
  for (const file of context.diff.files) secrets.push(...(await secretsIn(context, file)));
  const commands = context.commands.security ?? [];
  const ran = await runAll(context, commands, signal);
  const audits = ran.map((one) => {
    const { command, outcome } = one;
    if (outcome.state === "missing") return { findings: [], unread: null };
    const audit =
      outcome.state === "timed_out"
        ? { findings: [], unread: "it took too long" }
        : parseAudit(command, { code: outcome.code, report: outcome.report });
    // For a scanner of the user's own, only its exit is known.
    return audit ?? { findings: [failureOf(one, "a security scan fails") ?? []].flat(), unread: null };
  });
  const unread = audits.flatMap(({ unread: why }, n) =>
    why === null ? [] : [`\`${commandLine(ran[n]?.command ?? [])}\`: ${why}`],
  );
  return toPassResult("security", {
    ran,
    findings: [...secrets, ...dangerousCalls(context.diff), ...audits.flatMap(({ findings }) => findings)],
    tools: ["secretlint"],
    unchecked: [...(commands.length === 0 ? [`no dependency audit: ${noCommandReason("security")}`] : []), ...unread],
  });
}
