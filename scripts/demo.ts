/*
 * `npm run demo`: the product on a scratch ledger. Records a history of several agents through the real command line, prints it, and
 * takes pictures of the packaged extension in a real VS Code without a display. `-- --open` then serves that VS Code to a browser.
 */
import { spawn } from "node:child_process";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { mustRun } from "../test/vscode/support/command.ts";
import { recordAgentDay } from "./demo/agent-day.ts";
import { keepOpen } from "./demo/browse.ts";
import { recordEvals } from "./demo/evals.ts";
import { recordHistory } from "./demo/history.ts";
import { takePictures } from "./demo/pictures.ts";
import { output, place, preparePlace, projectRoot } from "./demo/place.ts";

const { values } = parseArgs({ options: { open: { type: "boolean", default: false } } });
const began = performance.now();
const step = (text: string): void =>
  console.log(`\n[${String(Math.round((performance.now() - began) / 1000)).padStart(3)} s] ${text}`);

const env: NodeJS.ProcessEnv = { ...process.env, REWARD_LEDGER_HOME: place.home };

/** Runs the command line with this terminal as its own, so that it draws as it would for the user. */
function show(...args: readonly string[]): Promise<void> {
  console.log(`\n$ reward-ledger ${args.join(" ")}`);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [place.cli, ...args], { cwd: place.folder, env, stdio: "inherit" });
    child.on("error", fail);
    child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`reward-ledger ${args.join(" ")} exited with ${code}`))));
  });
}

step("Building and packaging the extension");
await mustRun("npm", ["run", "--silent", "package"], { cwd: projectRoot });
await preparePlace();

step("Recording a history of three agents, one process a run");
const live = process.stdout.isTTY;
const recorded = await recordHistory({ cli: place.cli, env, cwd: place.folder }, (done, total) => {
  if (live) process.stdout.write(`\r      ${done} of ${total} runs`);
  else if (done % 20 === 0) console.log(`      ${done} of ${total} runs`);
});
if (live) process.stdout.write("\n");

step(`${recorded} runs are recorded. What the terminal says of them:`);
await show("agents");
await show("status", "--agent", "claude-code");
await show("violations");
await show("history", "--limit", "20");

step("A month of eval runs: how the tests fare and what they cost");
await recordEvals({ cli: place.cli, env, cwd: place.folder });
await show("eval", "list", "--limit", "8");
await show("eval", "trend", "--limit", "20");
await show("eval", "compare");
await show("eval", "cost");

step("A day of the agent: tasks, a question, a pause, spending against a ceiling");
await recordAgentDay({ cli: place.cli, env, cwd: place.folder });
await show("overview");
await show("task", "list");
await show("inbox", "list");
await show("budget", "show");
await show("verify");

step("Opening the extension in a real VS Code, headless (the first time fetches it from the npm registry)");
await takePictures({
  ...place,
  output: place.pictures,
  onPicture: (name) => console.log(`      ${relative(projectRoot, output)}/${name}`),
});

step("Done.");
console.log(`
Look at the pictures in ${relative(projectRoot, output)}/.

  In your own VS Code:   code --install-extension ${relative(process.cwd(), place.vsix) || place.vsix}
  In your own browser:   npm run demo -- --open
  In your terminal:      REWARD_LEDGER_HOME=${relative(process.cwd(), place.home)} node dist/cli.cjs --help
`);
if (values.open) await keepOpen(env);
