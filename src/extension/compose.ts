import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Summary } from "../domain/summary.ts";
import type { OperationView } from "../operations/index.ts";
import { checkCommands } from "./commands/check.ts";
import { commandId } from "./commands/ids.ts";
import { lookCommands } from "./commands/look.ts";
import { navigateCommands } from "./commands/navigate.ts";
import { recordCommands } from "./commands/record.ts";
import { registerCommands } from "./commands/register.ts";
import { resetCommands } from "./commands/reset.ts";
import { scanCommand } from "./commands/scan.ts";
import { scoreCommand } from "./commands/score.ts";
import { transferCommands } from "./commands/transfer.ts";
import { tellFailure } from "./dialogue/failure.ts";
import { createFindingDiagnostics } from "./findings/diagnostics.ts";
import { openFinding } from "./findings/open.ts";
import type { TimeStyle } from "./format/times.ts";
import { runIntake } from "./intake/lifecycle.ts";
import { openSeenFiles } from "./intake/seen.ts";
import { later } from "./later.ts";
import { createReportDocuments } from "./report/documents.ts";
import type { LoadRuns } from "./runs/pages.ts";
import { createRunsTree } from "./runs/tree.ts";
import { onSettingsChange, readSettings, recordingAgent, timeZone } from "./settings.ts";
import { createStatusBar } from "./status/bar.ts";
import { createStatusTree } from "./status/tree.ts";
import { createStore } from "./store/client.ts";
import { ledgerHome } from "./store/home.ts";
import { followSummary } from "./summary/source.ts";
import { type Standings, standingsOf } from "./summary/standings.ts";
import { offerCommandLine } from "./terminal/path.ts";
import { panelAnswers } from "./trends/answers.ts";
import { createTrendsPanel, type TrendsShow } from "./trends/panel.ts";
import { diskFolders } from "./workspace/folders.ts";
import { createProjects } from "./workspace/projects.ts";
import { createScope } from "./workspace/scope.ts";
import { surroundingsFrom } from "./workspace/surroundings.ts";

/** What is built, as far as it must be told of the end. */
export type Extension = Readonly<{ close(): Promise<void> }>;

/** How often `summary.json` is looked at beside its file events, in ms. */
const summaryEvery = 1_000;
/** The store's worker is ended after so long without a call, in ms. */
const storeIdle = 5 * 60_000;
/** The first scan for reports waits so long after the start, in ms. */
const intakeDelay = 1_500;
/** Changes of the ledger that follow each other within so many ms are drawn once. */
const drawWithin = 150;

/** The composition root: builds every part once and joins them. */
export function compose(context: vscode.ExtensionContext): Extension {
  const { t } = vscode.l10n;
  const log = vscode.window.createOutputChannel("Reward Ledger", { log: true });
  const setContext = (key: "hasRuns" | "failed" | "runsFiltered", value: boolean): void =>
    void vscode.commands.executeCommand("setContext", `rewardLedger.${key}`, value);
  const tell = (error: unknown): Promise<void> => tellFailure(error, log);
  const home = (): string => ledgerHome(readSettings().home, process.env, homedir());
  const style = (): TimeStyle => ({ locale: vscode.env.language, zone: timeZone(readSettings()), now: new Date() });

  const store = createStore({
    workerFile: context.asAbsolutePath("dist/store-worker.cjs"),
    start: () => ({ home: home(), zone: timeZone(readSettings()) ?? null, assets: context.asAbsolutePath("dist") }),
    log,
    idleAfter: storeIdle,
  });
  const projects = createProjects(store.project, context.workspaceState, () => draw());
  const scope = createScope(() => readSettings().scope === "workspace", projects);
  const surroundingsOf = surroundingsFrom(() => recordingAgent(readSettings()));
  const documents = createReportDocuments();

  const shown: { summary: Summary | undefined; failed: boolean } = { summary: undefined, failed: false };
  const standings = (): Standings => standingsOf(shown.summary, { agent: readSettings().agent, project: scope.known() });
  const knownAgents = (): readonly string[] => (shown.summary?.agents ?? []).map(({ agent }) => agent);
  const setFailed = (failed: boolean): void => {
    if (shown.failed !== failed) setContext("failed", failed);
    shown.failed = failed;
  };

  const loadRuns: LoadRuns = async ({ agent, rule }, limit) => {
    const choice = { agent: agent ?? undefined, project: await scope.ask(), limit };
    const runs =
      rule === null ? (await store.call("history", choice)).toReversed() : await store.call("breaking", { ...choice, rule });
    setFailed(false);
    return runs;
  };
  const loadRun = (factId: string): Promise<OperationView<"show">> => store.call("show", { fact_id: factId });
  const open = async (place: Parameters<typeof openFinding>[0]): Promise<void> =>
    openFinding(place, await projects.of(diskFolders()));

  const bar = createStatusBar();
  const statusTree = createStatusTree(() => ({
    standings: standings(),
    style: style(),
    description: scope.known() ?? t("all projects"),
  }));
  const runsTree = createRunsTree({
    load: loadRuns,
    loadDetail: loadRun,
    style,
    failed: (error) => {
      log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      setFailed(true);
    },
    filtered: ({ agent, rule }) => setContext("runsFiltered", agent !== null || rule !== null),
  });
  const panel = createTrendsPanel({
    extensionUri: context.extensionUri,
    answers: panelAnswers({ store, style, openFinding: open }),
    command: (name) => void vscode.commands.executeCommand(commandId(name)),
    log,
  });
  const openTrends = (show: TrendsShow): void => {
    const { agent, "trends.defaultPeriod": period } = readSettings();
    panel.open(show, { filter: { period, project: scope.known(), agent: agent === "" ? null : agent } });
  };
  const diagnostics = createFindingDiagnostics({
    folders: () => (readSettings()["diagnostics.enabled"] ? diskFolders() : []),
    newestRun: async (folder) => {
      const [run] = await store.call("history", { project: await projects.ask(folder), limit: 1 });
      return run === undefined ? undefined : loadRun(run.fact_id);
    },
    log,
  });

  const draw = (): void => {
    const { "statusBar.visible": visible } = readSettings();
    bar.show({ standings: standings(), project: scope.known(), visible, style: style() });
    statusTree.refresh();
  };
  const drawRest = later(drawWithin, () => {
    runsTree.refresh();
    panel.changed();
    if (readSettings()["diagnostics.enabled"]) void diagnostics.refresh();
  });
  const follow = () =>
    followSummary({
      home: home(),
      log,
      pollEvery: summaryEvery,
      onChange: (summary) => {
        shown.summary = summary;
        setContext("hasRuns", knownAgents().length > 0);
        draw();
        drawRest.soon();
      },
    });
  const summary = { source: follow() };

  const intake = runIntake({
    delay: intakeDelay,
    enabled: () => readSettings()["intake.enabled"],
    options: () => ({
      globs: readSettings()["intake.globs"],
      recorder: (folder) => {
        const surroundings = surroundingsOf(vscode.Uri.file(folder));
        return {
          update: (path) => store.call("update", { from: path }, { surroundings }),
          importAll: (paths) => store.call("import", { paths: [...paths] }, { surroundings }),
        };
      },
      seen: openSeenFiles(context.workspaceState, home(), knownAgents().length === 0),
      log,
    }),
  });

  const refresh = async (): Promise<void> => {
    // After a failure the store is opened anew; otherwise it knows by itself what is new.
    if (shown.failed) await store.restart();
    setFailed(false);
    await summary.source.look();
    draw();
    drawRest.soon();
  };
  const moveHome = async (): Promise<void> => {
    summary.source.close();
    await store.restart();
    summary.source = follow();
    intake.restart();
    offerTerminal();
  };
  const offerTerminal = (): void => {
    const { "terminal.addToPath": enabled, home: setting } = readSettings();
    offerCommandLine(context.environmentVariableCollection, context.asAbsolutePath("bin"), setting === "" ? "" : home(), enabled);
  };

  const openRun = (factId: string): void => openTrends({ tab: "coins", fact_id: factId });
  const usualAgent = (): string => recordingAgent(readSettings());
  const commands = registerCommands(
    {
      ...recordCommands({ store, surroundingsOf, knownAgents, usualAgent, openRun }),
      ...lookCommands({
        store,
        scope: scope.ask,
        style,
        openRun,
        openAgent: (agent) => openTrends({ tab: "coins", filter: { agent } }),
        showRuleRuns: (rule) => {
          runsTree.filter({ agent: null, rule });
          void vscode.commands.executeCommand("rewardLedger.runs.focus");
        },
      }),
      ...transferCommands({ store, surroundingsOf, documents, knownAgents, usualAgent, scope: scope.ask }),
      ...resetCommands(store, tell),
      ...checkCommands(store, documents, surroundingsOf),
      ...scanCommand(intake),
      ...scoreCommand(store),
      ...navigateCommands({
        extensionId: context.extension.id,
        documents,
        agents: () => {
          const { shown: first, others } = standings();
          return first === undefined ? others : [first, ...others];
        },
        style,
        loadRun,
        openTrends,
        openFinding: open,
        filterRuns: runsTree.filter,
        loadMoreRuns: runsTree.loadMore,
        refresh,
        showOutput: () => log.show(),
      }),
    },
    tell,
  );

  offerTerminal();
  context.subscriptions.push(
    log,
    documents,
    bar,
    statusTree,
    runsTree,
    panel,
    diagnostics,
    drawRest,
    intake,
    commands,
    { dispose: () => summary.source.close() },
    onSettingsChange(["home", "timeZone"], () => void moveHome().catch(tell)),
    onSettingsChange(["agent", "scope", "statusBar.visible"], draw),
    onSettingsChange(["scope"], drawRest.soon),
    onSettingsChange(["diagnostics.enabled"], () => void diagnostics.refresh()),
    onSettingsChange(["intake.enabled", "intake.globs"], intake.restart),
    onSettingsChange(["terminal.addToPath"], offerTerminal),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      // The machine may be put to sleep or the window closed next.
      if (!focused) void store.flush();
    }),
  );
  return { close: store.close };
}
