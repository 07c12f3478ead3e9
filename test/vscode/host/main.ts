/*
 * Entry of the in-host suite: VS Code loads it into its extension host and calls `run`. Writes every result to a file, because
 * the exit code is not reliable: a host that is killed reports success.
 */
import { appendFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { format } from "node:util";
import { type HostResult, hostConsoleVariable, hostResultVariable } from "../support/host-result.ts";
import { activationSuite } from "./activation.ts";
import { agentToolSuite } from "./agent-tools.ts";
import { logSuite } from "./log.ts";
import { manifestSuite } from "./manifest.ts";

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** Runs all suites. @throws when a test failed, after the result is written */
export async function run(): Promise<void> {
  const { default: Mocha } = await import("mocha");
  const consoleFile = variable(hostConsoleVariable);
  // The host's own console cannot be read from outside; mocha's reporter prints through this function only.
  Mocha.reporters.Base.consoleLog = (...parts: readonly unknown[]) => appendFileSync(consoleFile, `${format(...parts)}\n`);
  const mocha = new Mocha({ ui: "bdd", reporter: "spec", color: false, timeout: 120_000 });
  const failures: HostResult["failures"] = [];
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  manifestSuite();
  activationSuite();
  logSuite();
  agentToolSuite();
  let passed = 0;
  await new Promise<void>((done) => {
    mocha
      .run(() => done())
      .on("pass", () => {
        passed += 1;
      })
      .on("fail", (test, error: Error) => failures.push({ title: test.fullTitle(), message: error.stack ?? error.message }));
  });
  const result: HostResult = { passed, failures };
  await writeFile(variable(hostResultVariable), JSON.stringify(result));
  if (failures.length > 0) throw new Error(`${failures.length} in-host tests failed`);
}
