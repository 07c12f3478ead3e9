import { homedir } from "node:os";
import * as vscode from "vscode";
import type { OperationView } from "../features/operations.ts";
import { toErrorView } from "../kernel/ledger-error.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import { ledgerHome, userFolder } from "../platform/disk/home.ts";
import type { Summary } from "../ports/summary.ts";
import type { SyncProposalView, SyncStatusView } from "../ports/sync.ts";
import { editorWords } from "../render/markdown/words.ts";
import { composeAgent } from "./agent/compose.ts";
import { composeAgents } from "./agent-tools/compose.ts";
import { later } from "./coalesce.ts";
import { commandId } from "./commands/ids.ts";
import { registerCommands } from "./commands/register.ts";
import { agentConnections } from "./connect/connections.ts";
import { tellFailure } from "./dialogs/failure.ts";
import { composeEvals } from "./evals/compose.ts";
import { composeFindings } from "./findings/compose.ts";
import { openFinding } from "./findings/open.ts";
import { dayOf, type TimeStyle } from "./format/time-text.ts";
import { composeIntake } from "./intake/compose.ts";
import { modelAnswers } from "./models/host.ts";
import { createReportDocuments } from "./report/documents.ts";
import { createTeachAction } from "./rules/teach-action.ts";
import { createRulesTree } from "./rules/tree.ts";
import type { LoadRuns, RunFilter } from "./runs/pages.ts";
import { createRunsTree } from "./runs/tree.ts";
import { createSampleMode } from "./sample/mode.ts";
import { scrubbedLog } from "./scrubbed-log.ts";
import { evalChoices, modelChoices, onSettingsChange, readSettings, recordingAgent, syncChoices, timeZone } from "./settings.ts";
import { createSpendItem } from "./status/spend-item.ts";
import { createStatusBar } from "./status/status-bar-item.ts";
import { createStatusTree } from "./status/tree.ts";
import { createStore } from "./store/client.ts";
import { type Standings, standingsOf } from "./summary/agent-statuses.ts";
import type { SummarySource } from "./summary/source.ts";
import { createBackgroundSync } from "./sync/background.ts";
import { createConsent } from "./sync/consent.ts";
import { maybeConfigured } from "./sync/maybe-configured.ts";
import { sessionSecrets } from "./sync/secrets.ts";
import { createSignIn } from "./sync/sign-in.ts";
import { offerCommandLine } from "./terminal/path.ts";
import { panelHost } from "./trends/host.ts";
import { createTrendsPanel, type TrendsShow } from "./trends/panel.ts";
import { surroundingsFrom } from "./workspace/environment.ts";
import { diskFolders } from "./workspace/folders.ts";
import { createProjects } from "./workspace/projects.ts";
import { createScope } from "./workspace/scope.ts";

/** The running extension, reduced to what must be called at shutdown. */
export type Extension = Readonly<{ close(): Promise<void> }>;

/** Interval in ms at which `summary.json` is polled in addition to its file events. */
const summaryEvery = 1_000;
/** Time without a call, in ms, after which the store's worker is terminated. */
const storeIdle = 5 * 60_000;
/** Time in ms within which `summary.json` is written after a recording. */
const summarySettles = 1_000;
/** Coalescing window in ms: changes of the ledger within this time cause one redraw. */
const drawWithin = 150;

/** The composition root: builds every part once and connects them. */
export function compose(context: vscode.ExtensionContext): Extension {
  const { t } = vscode.l10n;
  const channel = vscode.window.createOutputChannel("Reward Ledger", { log: true });
  const scrub = scrubber(secretsIn(process.env));
  const log = scrubbedLog(channel, scrub);
  const setContext = (key: "hasRuns" | "failed" | "runsFiltered" | "syncing", value: boolean): void =>
    void vscode.commands.executeCommand("setContext", `rewardLedger.${key}`, value);
  const tell = (error: unknown): Promise<void> => tellFailure(error, log, scrub);
  const ownHome = (): string => ledgerHome(readSettings().home, process.env, userFolder(process.env));
  const home = (): string => sample.home() ?? ownHome();
  const style = (): TimeStyle => ({ locale: vscode.env.language, zone: timeZone(readSettings()), now: new Date() });

  const secrets = sessionSecrets(context.secrets, () => signIn.changed());
  const sample = createSampleMode({
    moveHome: () => moveHome(),
    fill: async () => void (await store.call("sample fill", {})),
  });
  const store = createStore({
    workerFile: context.asAbsolutePath("dist/program.cjs"),
    start: () => ({
      home: home(),
      zone: readSettings().timeZone || null,
      assets: context.asAbsolutePath("dist"),
      evals: evalChoices(readSettings(), homedir(), dayOf(style().now.toISOString(), style().zone)),
      models: modelChoices(readSettings()),
      texts: vscode.l10n.bundle,
    }),
    log,
    secret: (message) => secrets.answer(message),
    model: modelAnswers(context.secrets),
    idleAfter: storeIdle,
  });
  const projects = createProjects(store.project, context.workspaceState, () => draw());
  const scope = createScope(() => readSettings().scope === "workspace", projects);
  const surroundingsOf = surroundingsFrom(
    () => recordingAgent(readSettings()),
    () => syncChoices(readSettings()),
  );
  const documents = createReportDocuments(() => editorWords(style(), vscode.l10n.t));

  const shown: { summary: Summary | undefined; failed: boolean; sync: SyncStatusView | undefined } = {
    summary: undefined,
    failed: false,
    sync: undefined,
  };
  const consent = createConsent({ store, documents, surroundingsOf, memory: context.workspaceState });
  const background = createBackgroundSync({
    store,
    surroundingsOf,
    configured: async () => sample.home() === undefined && (await maybeConfigured(home(), diskFolders(), process.env)),
    onStatus: (status) => {
      shown.sync = status;
      setContext("syncing", status !== undefined);
      draw();
      if (status?.proposal) void announce(status.proposal);
    },
    log,
  });
  const announce = async (proposal: SyncProposalView): Promise<void> => {
    try {
      if (await consent.announce(proposal)) await background.look();
    } catch (error) {
      // The user did not start this; the Status view still shows that consent is missing.
      log.warn(`Consent to sync: ${toErrorView(error).message}`);
    }
  };
  const { status: syncStatus } = background;
  const signIn = createSignIn({ store, secrets, surroundingsOf, extensionId: context.extension.id, status: syncStatus });
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

  const viewFailed = (error: unknown): void => {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    setFailed(true);
  };

  const bar = createStatusBar();
  const spendItem = createSpendItem(() => draw());
  const statusTree = createStatusTree(
    () => ({
      standings: standings(),
      style: style(),
      description: scope.known() ?? t("all projects"),
      sync: shown.sync,
    }),
    viewFailed,
  );
  const runsTree = createRunsTree({
    load: loadRuns,
    loadDetail: loadRun,
    style,
    failed: viewFailed,
    filtered: ({ agent, rule }) => setContext("runsFiltered", agent !== null || rule !== null),
  });
  const agent = composeAgent({ store, scope: scope.ask, style, failed: viewFailed, filled: () => setFailed(false) });
  const rulesTree = createRulesTree({ store, surroundingsOf, style, log });
  const evals = composeEvals({
    store,
    documents,
    home,
    scope: scope.ask,
    style,
    window: () => readSettings()["evals.trendRuns"],
    failed: viewFailed,
    filled: () => setFailed(false),
    log,
  });
  const connections = agentConnections({ store, surroundingsOf, documents, sample, changed: () => panel.changed() });
  const panel = createTrendsPanel({
    extensionUri: context.extensionUri,
    host: panelHost({ store, style, openFinding: open, home, ...connections }),
    command: (name) => void vscode.commands.executeCommand(commandId(name)),
    log,
  });
  const openTrends = (show: TrendsShow, agent?: string): void => {
    const { agent: chosen, "trends.defaultPeriod": period } = readSettings();
    panel.open(show, { filter: { period, project: scope.known(), agent: agent ?? (chosen === "" ? null : chosen) } });
  };
  const findings = composeFindings({
    store,
    surroundingsOf,
    projects,
    summary: () => shown.summary,
    memory: context.globalState,
    style,
    log,
  });

  const draw = (): void => {
    const settings = readSettings();
    const { "statusBar.visible": visible, "statusBar.content": content } = settings;
    const spend = shown.summary?.spend;
    const showsSpend = content === "auto" ? spend?.limits !== null : content !== "coins";
    bar.show({
      standings: standings(),
      project: scope.known(),
      visible: visible && content !== "spend",
      style: style(),
      sync: shown.sync,
    });
    spendItem.show({ spend: visible && showsSpend ? spend : undefined, zone: timeZone(settings), style: style() });
    statusTree.refresh();
  };
  const drawRest = later(drawWithin, () => {
    runsTree.refresh();
    agent.refresh();
    evals.refresh();
    rulesTree.refresh();
    // The view itself shows that the store cannot be read.
    agent
      .drawBadge(shown.summary?.unanswered ?? 0)
      .catch((error: unknown) => log.warn(`Could not count the questions: ${toErrorView(error).message}`));
    panel.changed();
    void findings.refresh();
  });
  const follow = async (): Promise<SummarySource> => {
    const { followSummary } = await import("./summary/source.ts");
    return followSummary({
      home: home(),
      log,
      pollEvery: summaryEvery,
      onChange: (summary) => {
        shown.summary = summary;
        setContext("hasRuns", knownAgents().length > 0);
        draw();
        drawRest.soon();
        evals.look();
        background.soon();
      },
    });
  };
  const summary: { source: Promise<SummarySource> } = { source: follow() };

  const intake = composeIntake({
    store,
    surroundingsOf,
    memory: context.workspaceState,
    home,
    look: async () => (await summary.source).look(),
    paused: () => sample.home() !== undefined,
    isEmpty: () => ({ reviews: knownAgents().length === 0, ledger: shown.summary === undefined }),
    log,
  });

  const mending = later(summarySettles, async () => {
    const { mendSummary } = await import("./summary/staleness.ts");
    await mendSummary({ home: home(), settles: summarySettles, wake: () => store.call("agents", {}), log });
  });
  const refresh = async (): Promise<void> => {
    // After a failure the store is reopened; otherwise it detects new data itself.
    if (shown.failed) await store.restart();
    setFailed(false);
    await (await summary.source).look();
    draw();
    drawRest.soon();
  };
  const moveHome = async (): Promise<void> => {
    (await summary.source).close();
    await store.restart();
    summary.source = follow();
    evals.moveHome();
    intake.restart();
    offerTerminal();
  };
  /** Asks for the window's project when the window is limited to one whose name is unknown; the answer triggers a redraw. */
  const learnProject = (): void => {
    if (scope.isUnknown()) scope.ask().catch((error: unknown) => log.warn(toErrorView(error).message));
  };
  const offerTerminal = (): void => {
    const { "terminal.addToPath": enabled, home: setting } = readSettings();
    offerCommandLine(
      context.environmentVariableCollection,
      context.asAbsolutePath("bin"),
      setting === "" ? "" : ownHome(),
      enabled,
    );
  };

  const filterRuns = (filter: RunFilter): void => runsTree.filter(filter);
  const commands = registerCommands(
    context.extension.packageJSON,
    async () => {
      const { allHandlers } = await import("./commands/handlers.ts");
      return allHandlers({
        store,
        surroundingsOf,
        documents,
        signIn,
        background,
        consent,
        intake,
        sample,
        style,
        knownAgents,
        usualAgent: () => recordingAgent(readSettings()),
        scope: scope.ask,
        agents: () => {
          const { shown: first, others } = standings();
          return first === undefined ? others : [first, ...others];
        },
        loadRun,
        openTrends,
        openFinding: open,
        filterRuns,
        showRuns: async (filter) => {
          filterRuns(filter);
          await vscode.commands.executeCommand("rewardLedger.runs.focus");
        },
        loadMoreRuns: runsTree.loadMore,
        loadMoreAgentRows: agent.loadMore,
        evalWindow: () => readSettings()["evals.trendRuns"],
        openEvals: (show) => openTrends({ tab: "evals", ...show }),
        loadMoreEvals: evals.loadMore,
        watchCollector: evals.watchCollector,
        secrets: context.secrets,
        refresh,
        showOutput: () => channel.show(),
        extensionId: context.extension.id,
        failed: tell,
      });
    },
    tell,
  );

  const agents = composeAgents({
    context,
    store,
    surroundings: () => surroundingsOf(),
    home: ownHome,
    showsSample: () => sample.home() !== undefined,
    scrub,
    log,
  });

  offerTerminal();
  learnProject();
  mending.soon();
  context.subscriptions.push(
    channel,
    documents,
    bar,
    spendItem,
    statusTree,
    runsTree,
    agent,
    evals,
    rulesTree,
    createTeachAction(),
    panel,
    findings,
    drawRest,
    mending,
    intake,
    sample,
    commands,
    background,
    signIn,
    agents,
    { dispose: () => void summary.source.then((source) => source.close()) },
    onSettingsChange(["home", "timeZone"], () => void moveHome().catch(tell)),
    onSettingsChange(["sync.enabled", "sync.transcripts", "sync.redactMessages", "sync.redactPaths"], background.soon),
    onSettingsChange(["agent", "scope", "statusBar.visible", "statusBar.content"], draw),
    onSettingsChange(["scope"], () => {
      learnProject();
      drawRest.soon();
    }),
    onSettingsChange(["evals.trendRuns"], evals.refresh),
    // The next call starts a new store worker with the settings current at that time.
    onSettingsChange(
      ["evals.prices", "evals.priceFile", "evals.models", "model.provider", "model.name", "model.baseUrl", "prompt.documents"],
      () => void store.restart().catch(tell),
    ),
    onSettingsChange(["diagnostics.enabled"], () => void findings.refresh()),
    onSettingsChange(["intake.enabled", "intake.globs", "intake.evalGlobs", "intake.toolGlobs", "evals.folders"], intake.restart),
    onSettingsChange(["terminal.addToPath"], offerTerminal),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      // Once focus is lost, the machine may be put to sleep or the window closed next.
      if (focused) mending.soon();
      else void store.flush();
    }),
  );
  return { close: store.close };
}
