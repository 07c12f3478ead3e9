/*
 * `npm run demo`: shows the product on scratch ledgers. Records the results of this repository's own linter and tests, then a
 * history of several agents, all through the real command line, prints it, and takes pictures of the packaged extension in a real
 * VS Code without a display. `-- --open` then serves that VS Code to a browser.
 */
import { spawn } from "node:child_process";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { packageExtension } from "../test/support/build.ts";
import { runFeedbackFlow } from "../test/support/feedback-to-fix.ts";
import { recordAgentDay } from "./demo/agent-day.ts";
import { serveDemo } from "./demo/browse.ts";
import { recordEvals } from "./demo/evals.ts";
import { makeDemoHistory, recordEach, writeExport } from "./demo/history.ts";
import { makeOwnResults } from "./demo/own-results.ts";
import {
  emptyState,
  historyPictures,
  type MissingPicture,
  openHistory,
  pictureNames,
  takePictures,
  themes,
} from "./demo/pictures.ts";
import { outputFolder, paths, prepareFolders, projectRoot } from "./demo/place.ts";
import { fetchStudio, openStudio, type Studio } from "./demo/studio.ts";

const { values } = parseArgs({ options: { open: { type: "boolean", default: false } } });
const startTime = performance.now();
const step = (text: string): void =>
  console.log(`\n[${String(Math.round((performance.now() - startTime) / 1000)).padStart(3)} s] ${text}`);

const env: NodeJS.ProcessEnv = { ...process.env, REWARD_LEDGER_HOME: paths.home };

/** Runs the command line on this terminal, so that its output looks as it does for the user. */
const showIn =
  (cwd: string, home: string, more: NodeJS.ProcessEnv = {}) =>
  (...args: readonly string[]): Promise<void> => {
    console.log(`\n$ reward-ledger ${args.join(" ")}`);
    return new Promise((done, fail) => {
      const spawnOptions = { cwd, env: { ...env, ...more, REWARD_LEDGER_HOME: home }, stdio: "inherit" } as const;
      const child = spawn(process.execPath, [paths.cli, ...args], spawnOptions);
      child.on("error", fail);
      child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`reward-ledger ${args.join(" ")} exited with ${code}`))));
    });
  };
const show = showIn(paths.folder, paths.home);

/** The result of work that runs in parallel with the terminal part; a failure is reported when it is awaited. */
const toResult = <T>(work: Promise<T>) =>
  work.then(
    (value) => ({ ok: true, value }) as const,
    (error: unknown) => ({ ok: false, error }) as const,
  );

step("Building and packaging the extension; VS Code is fetched meanwhile, the first time");
const fetching = toResult(fetchStudio());
await packageExtension();
await prepareFolders();

/** Opens VS Code on an empty home and takes its picture, while the terminal records to another home. */
async function openEmptyStudio(): Promise<Readonly<{ studio: Studio; missing: readonly MissingPicture[] }>> {
  const fetched = await fetching;
  if (!fetched.ok) throw fetched.error;
  const studio = await openStudio({
    data: join(paths.scratch, "code"),
    vsix: paths.vsix,
    folder: paths.folder,
    settings: {
      "workbench.colorTheme": themes[0].id,
      "rewardLedger.home": paths.emptyHome,
      // An explicit value prevents the question about this setting, which would cover part of every picture.
      "rewardLedger.diagnostics.enabled": true,
    },
  });
  return { studio, missing: await takePictures(studio, [emptyState], paths.pictures, () => undefined) };
}
const opening = toResult(openEmptyStudio());

step("A ledger of this repository: what its own linter and tests say of a part of it");
const ownResults = await makeOwnResults(env);
const showOwn = showIn(projectRoot, paths.ownHome);
const relativePath = ({ file }: Readonly<{ file: string }>): string => relative(projectRoot, file);
console.log(`\n$ ${ownResults.lint.command}`);
await showOwn("review", relativePath(ownResults.lint), "--all");
console.log(`\n$ ${ownResults.tests.command}`);
await showOwn("eval", "import", relativePath(ownResults.tests));
console.log("\nRules that this repository does not ask of its code would have cost coins:");
console.log(`\n$ ${ownResults.stricter.command}`);
await showOwn("review", relativePath(ownResults.stricter), "--all", "--dry-run");
await showOwn("status");

const { before, after } = makeDemoHistory();
step(
  `A history of three agents: ${before.length} runs from one file, then ${after.length} as hooks record them, one process each`,
);
const file = join(paths.scratch, "history.json");
await writeExport(file, before);
await show("import", relative(paths.folder, file));
const live = process.stdout.isTTY;
await recordEach({ cli: paths.cli, env, cwd: paths.folder }, after, (done) => {
  if (live) process.stdout.write(`\r      ${done} of ${after.length} runs`);
});
console.log(live ? "" : `      ${after.length} runs`);

step("What the terminal says of them:");
await show("agents");
await show("status", "--agent", "claude-code");
await show("violations");
await show("history", "--limit", "20");

step("A month of eval runs: how the tests fare and what they cost");
await recordEvals({ cli: paths.cli, env, cwd: paths.folder });
await show("eval", "list", "--limit", "8");
await show("eval", "trend", "--limit", "20");
await show("eval", "compare");
await show("eval", "cost");

step("A day of the agent: tasks, a question, a pause, spending against a limit");
await recordAgentDay({ cli: paths.cli, env, cwd: paths.folder });
await show("overview");
await show("task", "list");
await show("inbox", "list");
await show("budget", "show");
await show("verify");

step("Feedback that becomes a tested fix; a script stands in for the model");
await runFeedbackFlow(paths.fixed, paths.fixedHome, ({ cwd, env: extraEnv }, ...words) =>
  showIn(cwd, paths.fixedHome, extraEnv)(...words),
);

step("The extension in a real VS Code, headless");
const onPicture = (name: string): void => console.log(`      ${relative(projectRoot, outputFolder)}/${name}`);

async function takeAll(): Promise<readonly MissingPicture[]> {
  const openResult = await opening;
  if (!openResult.ok)
    return pictureNames.map((name) => ({ name, reason: `VS Code could not be opened: ${String(openResult.error)}` }));
  const { studio, missing } = openResult.value;
  try {
    if (missing.length === 0) onPicture(`${emptyState.name}.png`);
    const switchResult = await toResult(openHistory(studio, paths.home));
    if (!switchResult.ok)
      return [...missing, ...historyPictures.map(({ name }) => ({ name, reason: String(switchResult.error) }))];
    return [...missing, ...(await takePictures(studio, historyPictures, paths.pictures, onPicture))];
  } finally {
    await studio.close();
  }
}
const missing = await takeAll();

step(`Done. ${pictureNames.length - missing.length} of ${pictureNames.length} pictures are taken.`);
for (const { name, reason } of missing) console.error(`\n${name}.png is missing: ${reason}`);
if (missing.length > 0) process.exitCode = 1;
console.log(`
Look at the pictures in ${relative(projectRoot, outputFolder)}/.

  In your own VS Code:   code --install-extension ${relative(process.cwd(), paths.vsix) || paths.vsix}
  In your own browser:   npm run demo -- --open
  In your terminal:      REWARD_LEDGER_HOME=${relative(process.cwd(), paths.home)} node dist/cli.cjs --help
`);
if (values.open) await serveDemo(env);
