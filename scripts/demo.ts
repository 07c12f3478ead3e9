/*
 * `npm run demo`: shows the product on scratch ledgers. Records the results of this repository's own linter and tests, then a
 * history of several agents, all through the real command line, prints it, and takes pictures of the packaged extension in a real
 * VS Code without a display. `-- --open` then serves that VS Code to a browser.
 */
import { spawn } from "node:child_process";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { packageExtension } from "../test/support/build.ts";
import { walkFeedback } from "../test/support/feedback-to-fix.ts";
import { recordAgentDay } from "./demo/agent-day.ts";
import { keepOpen } from "./demo/browse.ts";
import { recordEvals } from "./demo/evals.ts";
import { makeDemoHistory, recordEach, writeExport } from "./demo/history.ts";
import { makeOwnResults } from "./demo/own-results.ts";
import { emptyState, historyPictures, type Missing, openHistory, pictureNames, takePictures, themes } from "./demo/pictures.ts";
import { output, place, preparePlace, projectRoot } from "./demo/place.ts";
import { fetchStudio, openStudio, type Studio } from "./demo/studio.ts";

const { values } = parseArgs({ options: { open: { type: "boolean", default: false } } });
const began = performance.now();
const step = (text: string): void =>
  console.log(`\n[${String(Math.round((performance.now() - began) / 1000)).padStart(3)} s] ${text}`);

const env: NodeJS.ProcessEnv = { ...process.env, REWARD_LEDGER_HOME: place.home };

/** Runs the command line on this terminal, so that its output looks as it does for the user. */
const showIn =
  (cwd: string, home: string, more: NodeJS.ProcessEnv = {}) =>
  (...args: readonly string[]): Promise<void> => {
    console.log(`\n$ reward-ledger ${args.join(" ")}`);
    return new Promise((done, fail) => {
      const around = { cwd, env: { ...env, ...more, REWARD_LEDGER_HOME: home }, stdio: "inherit" } as const;
      const child = spawn(process.execPath, [place.cli, ...args], around);
      child.on("error", fail);
      child.on("exit", (code) => (code === 0 ? done() : fail(new Error(`reward-ledger ${args.join(" ")} exited with ${code}`))));
    });
  };
const show = showIn(place.folder, place.home);

/** The result of work that runs in parallel with the terminal part; a failure is reported when it is awaited. */
const settled = <T>(work: Promise<T>) =>
  work.then(
    (value) => ({ ok: true, value }) as const,
    (error: unknown) => ({ ok: false, error }) as const,
  );

step("Building and packaging the extension; VS Code is fetched meanwhile, the first time");
const fetching = settled(fetchStudio());
await packageExtension();
await preparePlace();

/** Opens VS Code on an empty home and takes its picture, while the terminal records to another home. */
async function openEmptyStudio(): Promise<Readonly<{ studio: Studio; missing: readonly Missing[] }>> {
  const fetched = await fetching;
  if (!fetched.ok) throw fetched.error;
  const studio = await openStudio({
    data: join(place.scratch, "code"),
    vsix: place.vsix,
    folder: place.folder,
    settings: {
      "workbench.colorTheme": themes[0].id,
      "rewardLedger.home": place.emptyHome,
      // An explicit value prevents the question about this setting, which would cover part of every picture.
      "rewardLedger.diagnostics.enabled": true,
    },
  });
  return { studio, missing: await takePictures(studio, [emptyState], place.pictures, () => undefined) };
}
const opening = settled(openEmptyStudio());

step("A ledger of this repository: what its own linter and tests say of a part of it");
const own = await makeOwnResults(env);
const showOwn = showIn(projectRoot, place.ownHome);
const named = ({ file }: Readonly<{ file: string }>): string => relative(projectRoot, file);
console.log(`\n$ ${own.lint.command}`);
await showOwn("review", named(own.lint), "--all");
console.log(`\n$ ${own.tests.command}`);
await showOwn("eval", "import", named(own.tests));
console.log("\nRules that this repository does not ask of its code would have cost coins:");
console.log(`\n$ ${own.stricter.command}`);
await showOwn("review", named(own.stricter), "--all", "--dry-run");
await showOwn("status");

const { before, after } = makeDemoHistory();
step(
  `A history of three agents: ${before.length} runs from one file, then ${after.length} as hooks record them, one process each`,
);
const file = join(place.scratch, "history.json");
await writeExport(file, before);
await show("import", relative(place.folder, file));
const live = process.stdout.isTTY;
await recordEach({ cli: place.cli, env, cwd: place.folder }, after, (done) => {
  if (live) process.stdout.write(`\r      ${done} of ${after.length} runs`);
});
console.log(live ? "" : `      ${after.length} runs`);

step("What the terminal says of them:");
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

step("A day of the agent: tasks, a question, a pause, spending against a limit");
await recordAgentDay({ cli: place.cli, env, cwd: place.folder });
await show("overview");
await show("task", "list");
await show("inbox", "list");
await show("budget", "show");
await show("verify");

step("Feedback that becomes a tested fix; a script stands in for the model");
await walkFeedback(place.fixed, place.fixedHome, ({ cwd, env: around }, ...words) =>
  showIn(cwd, place.fixedHome, around)(...words),
);

step("The extension in a real VS Code, headless");
const onPicture = (name: string): void => console.log(`      ${relative(projectRoot, output)}/${name}`);

async function takeAll(): Promise<readonly Missing[]> {
  const opened = await opening;
  if (!opened.ok) return pictureNames.map((name) => ({ name, reason: `VS Code could not be opened: ${String(opened.error)}` }));
  const { studio, missing } = opened.value;
  try {
    if (missing.length === 0) onPicture(`${emptyState.name}.png`);
    const moved = await settled(openHistory(studio, place.home));
    if (!moved.ok) return [...missing, ...historyPictures.map(({ name }) => ({ name, reason: String(moved.error) }))];
    return [...missing, ...(await takePictures(studio, historyPictures, place.pictures, onPicture))];
  } finally {
    await studio.close();
  }
}
const missing = await takeAll();

step(`Done. ${pictureNames.length - missing.length} of ${pictureNames.length} pictures are taken.`);
for (const { name, reason } of missing) console.error(`\n${name}.png is missing: ${reason}`);
if (missing.length > 0) process.exitCode = 1;
console.log(`
Look at the pictures in ${relative(projectRoot, output)}/.

  In your own VS Code:   code --install-extension ${relative(process.cwd(), place.vsix) || place.vsix}
  In your own browser:   npm run demo -- --open
  In your terminal:      REWARD_LEDGER_HOME=${relative(process.cwd(), place.home)} node dist/cli.cjs --help
`);
if (values.open) await keepOpen(env);
