import { dirname } from "node:path";
import { compose } from "../../src/compose.ts";
import { findOperation } from "../../src/features/operations.ts";
import type { GoldenHome } from "./record.ts";

const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The operations that the panel, the trees and the status bar of VS Code call, with their inputs. */
const panelCalls: Readonly<Record<string, readonly [operation: string, input: object]>> = {
  trends: ["trends", {}],
  "trends-of-all-time": ["trends", { period: "all", agent: "codex", compare_with: "claude-code" }],
  "trends-of-the-team": ["trends", { period: "90d", team: true }],
  "eval-overview": ["eval overview", {}],
  "eval-overview-of-the-team": ["eval overview", { period: "all", team: true }],
  "eval-spending": ["eval spending", { period: "all" }],
  "spend-trends": ["spend trends", {}],
  "spend-trends-of-all-time": ["spend trends", { period: "all" }],
  "eval-test": ["eval test", { period: "all", tier: "e2e", suite: "checkout", name: "opens the cart (1)" }],
};

/** The answers of operations that VS Code shows and that have no command. */
export async function panelAnswers(golden: GoldenHome, at: string): Promise<ReadonlyMap<string, unknown>> {
  const ports = await compose({
    home: golden.home,
    cwd: golden.work,
    zone: "Europe/Berlin",
    logger: silentLogger,
    assets: dirname(golden.cli),
    clock: { now: () => new Date(at) },
  });
  try {
    const answers = new Map<string, unknown>();
    for (const [name, [operation, input]] of Object.entries(panelCalls)) {
      const found = await findOperation(operation);
      if (found === undefined) throw new Error(`there is no operation ${operation}`);
      answers.set(name, await found.call(ports, input, { onProgress: () => undefined, signal: new AbortController().signal }));
    }
    return answers;
  } finally {
    await ports.close();
  }
}
