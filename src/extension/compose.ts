import { homedir } from "node:os";
import * as vscode from "vscode";
import type { OperationView } from "../features/operations.ts";
import { toErrorView } from "../kernel/ledger-error.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import { ledgerHome, userFolder } from "../platform/disk/home.ts";
import type { Summary } from "../ports/summary.ts";
import type { SyncProposalView, SyncStatusView } from "../ports/sync.ts";
import { editorWords } from "../render/markdown/words.ts";
import { composeAgentView } from "./agent/compose.ts";
import { composeAgentTools } from "./agent-tools/compose.ts";
import { coalesce } from "./coalesce.ts";
import { commandId } from "./commands/ids.ts";
import { registerCommands } from "./commands/register.ts";
import { agentConnections } from "./connect/connections.ts";
import { notifyFailure } from "./dialogs/notify-failure.ts";
import { composeEvals } from "./evals/compose.ts";
import { composeFindings } from "./findings/compose.ts";
import { openFinding } from "./findings/open.ts";
import { dayOf, type TimeStyle } from "./format/time-text.ts";
import { composeIntake } from "./intake/compose.ts";
import { createModelHandler } from "./models/host.ts";
import { createReportDocuments } from "./report/documents.ts";
import { createTeachAction } from "./rules/teach-action.ts";
import { createRulesTree } from "./rules/tree.ts";
import type { LoadRuns, RunFilter } from "./runs/pages.ts";
import { createRunsTree } from "./runs/tree.ts";
import { createSampleMode } from "./sample/mode.ts";
import { scrubbedLog } from "./scrubbed-log.ts";
import {
  evalSettings,
  modelSettings,
  onSettingsChange,
  readSettings,
  recordingAgent,
  syncSettings,
  timeZone,
} from "./settings.ts";
import { createSpendItem } from "./status/spend-item.ts";
import { createStatusBar } from "./status/status-bar-item.ts";
import { createStatusTree } from "./status/tree.ts";
import { createStore } from "./store/client.ts";
import { type Standings, standingsOf } from "./summary/agent-statuses.ts";
import type { SummarySource } from "./summary/source.ts";
import { createBackgroundSync } from "./sync/background.ts";
import { createConsent } from "./sync/consent.ts";
import { maybeConfigured } from "./sync/maybe-configured.ts";
import { createSessionSecrets } from "./sync/secrets.ts";
import { createSignIn } from "./sync/sign-in.ts";
import { setTerminalPath } from "./terminal/path.ts";
import { createPanelHost } from "./trends/host.ts";
import { createTrendsPanel, type TrendsTarget } from "./trends/panel.ts";
import { createSurroundingsOf } from "./workspace/environment.ts";
import { diskFolders } from "./workspace/folders.ts";
import { createProjects } from "./workspace/projects.ts";
import { createScope } from "./workspace/scope.ts";

/** The running extension, reduced to what must be called at shutdown. */
export type Extension = Readonly<{ close(): Promise<void> }>;

/** Interval in ms at which `summary.json` is polled in addition to its file events. */
const summaryPollMs = 1_000;
/** Time without a call, in ms, after which the store's worker is terminated. */
const storeIdleMs = 5 * 60_000;
/** Time in ms within which `summary.json` is written after a recording. */
const summarySettleMs = 1_000;
/** Coalescing window in ms: changes of the ledger within this time cause one redraw. */
const redrawDelayMs = 150;

/** The composition root: builds every part once and connects them. */
export function compose(context: vscode.ExtensionContext): Extension {
  const { t } = vscode.l10n;
  const channel = vscode.window.createOutputChannel("Reward Ledger", { log: true });
  const scrub = scrubber(secretsIn(process.env));
  const log = scrubbedLog(channel, scrub);
  const setContext = (key: "hasRuns" | "failed" | "runsFiltered" | "syncing", value: boolean): void =>
    void vscode.commands.executeCommand("setContext", `rewardLedger.${key}`, value);
  const reportFailure = (error: unknown): Promise<void> => notifyFailure(error, log, scrub);
  const ownHome = (): string => ledgerHome(readSettings().home, process.env, userFolder(process.env));
  const home = (): string => sample.home() ?? ownHome();
  const style = (): TimeStyle => ({ locale: vscode.env.language, zone: timeZone(readSettings()), now: new Date() });

  const secrets = createSessionSecrets(context.secrets, () => signIn.changed());
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
      evals: evalSettings(readSettings(), homedir(), dayOf(style().now.toISOString(), style().zone)),
      models: modelSettings(readSettings()),
      texts: vscode.l10n.bundle,
    }),
    log,
    secret: (message) => secrets.answer(message),
    model: createModelHandler(context.secrets),
    idleAfter: storeIdleMs,
  });
  const projects = createProjects(store.project, context.workspaceState, () => redraw());
  const scope = createScope(() => readSettings().scope === "workspace", projects);
  const surroundingsOf = createSurroundingsOf(
    () => recordingAgent(readSettings()),
    () => syncSettings(readSettings()),
  );
  const documents = createReportDocuments(() => editorWords(style(), vscode.l10n.t));

  const viewState: { summary: Summary | undefined; failed: boolean; sync: SyncStatusView | undefined } = {
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
      viewState.sync = status;
      setContext("syncing", status !== undefined);
      redraw();
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
  const standings = (): Standings => standingsOf(viewState.summary, { agent: readSettings().agent, project: scope.known() });
  const knownAgents = (): readonly string[] => (viewState.summary?.agents ?? []).map(({ agent }) => agent);
  const setFailed = (failed: boolean): void => {
    if (viewState.failed !== failed) setContext("failed", failed);
    viewState.failed = failed;
  };

  const loadRuns: LoadRuns = async ({ agent, rule }, limit) => {
    const query = { agent: agent ?? undefined, project: await scope.ask(), limit };
    const runs =
      rule === null ? (await store.call("history", query)).toReversed() : await store.call("breaking", { ...query, rule });
    setFailed(false);
    return runs;
  };
  const loadRun = (factId: string): Promise<OperationView<"show">> => store.call("show", { fact_id: factId });
  const openPlace = async (place: Parameters<typeof openFinding>[0]): Promise<void> =>
    openFinding(place, await projects.of(diskFolders()));

  const viewFailed = (error: unknown): void => {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    setFailed(true);
  };

  const bar = createStatusBar();
  const spendItem = createSpendItem(() => redraw());
  const statusTree = createStatusTree(
    () => ({
      standings: standings(),
      style: style(),
      description: scope.known() ?? t("all projects"),
      sync: viewState.sync,
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
  const agentView = composeAgentView({ store, scope: scope.ask, style, failed: viewFailed, filled: () => setFailed(false) });
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
    host: createPanelHost({ store, style, openFinding: openPlace, home, ...connections }),
    command: (name) => void vscode.commands.executeCommand(commandId(name)),
    log,
  });
  const openTrends = (show: TrendsTarget, agent?: string): void => {
    const { agent: chosen, "trends.defaultPeriod": period } = readSettings();
    panel.open(show, { filter: { period, project: scope.known(), agent: agent ?? (chosen === "" ? null : chosen) } });
  };
  const findings = composeFindings({
    store,
    surroundingsOf,
    projects,
    summary: () => viewState.summary,
    memory: context.globalState,
    style,
    log,
  });

  const redraw = (): void => {
    const settings = readSettings();
    const { "statusBar.visible": visible, "statusBar.content": content } = settings;
    const spend = viewState.summary?.spend;
    const showsSpend = content === "auto" ? spend?.limits !== null : content !== "coins";
    bar.show({
      standings: standings(),
      project: scope.known(),
      visible: visible && content !== "spend",
      style: style(),
      sync: viewState.sync,
    });
    spendItem.show({ spend: visible && showsSpend ? spend : undefined, zone: timeZone(settings), style: style() });
    statusTree.refresh();
  };
  const refreshViews = coalesce(redrawDelayMs, () => {
    runsTree.refresh();
    agentView.refresh();
    evals.refresh();
    rulesTree.refresh();
    // The view itself shows that the store cannot be read.
    agentView
      .drawBadge(viewState.summary?.unanswered ?? 0)
      .catch((error: unknown) => log.warn(`Could not count the questions: ${toErrorView(error).message}`));
    panel.changed();
    void findings.refresh();
  });
  const followHome = async (): Promise<SummarySource> => {
    const { followSummary } = await import("./summary/source.ts");
    return followSummary({
      home: home(),
      log,
      pollEvery: summaryPollMs,
      onChange: (summary) => {
        viewState.summary = summary;
        setContext("hasRuns", knownAgents().length > 0);
        redraw();
        refreshViews.soon();
        evals.look();
        background.soon();
      },
    });
  };
  const summary: { source: Promise<SummarySource> } = { source: followHome() };

  const intake = composeIntake({
    store,
    surroundingsOf,
    memory: context.workspaceState,
    home,
    look: async () => (await summary.source).look(),
    paused: () => sample.home() !== undefined,
    isEmpty: () => ({ reviews: knownAgents().length === 0, ledger: viewState.summary === undefined }),
    log,
  });

  const summaryRepair = coalesce(summarySettleMs, async () => {
    const { repairSummary } = await import("./summary/staleness.ts");
    await repairSummary({ home: home(), settles: summarySettleMs, wake: () => store.call("agents", {}), log });
  });
  const refresh = async (): Promise<void> => {
    // After a failure the store is reopened; otherwise it detects new data itself.
    if (viewState.failed) await store.restart();
    setFailed(false);
    await (await summary.source).look();
    redraw();
    refreshViews.soon();
  };
  const moveHome = async (): Promise<void> => {
    (await summary.source).close();
    await store.restart();
    summary.source = followHome();
    evals.moveHome();
    intake.restart();
    updateTerminalPath();
  };
  /** Asks for the window's project when the window is limited to one whose name is unknown; the answer triggers a redraw. */
  const learnProject = (): void => {
    if (scope.isUnknown()) scope.ask().catch((error: unknown) => log.warn(toErrorView(error).message));
  };
  const updateTerminalPath = (): void => {
    const { "terminal.addToPath": enabled, home: setting } = readSettings();
    setTerminalPath(
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
        openFinding: openPlace,
        filterRuns,
        showRuns: async (filter) => {
          filterRuns(filter);
          await vscode.commands.executeCommand("rewardLedger.runs.focus");
        },
        loadMoreRuns: runsTree.loadMore,
        loadMoreAgentRows: agentView.loadMore,
        evalWindow: () => readSettings()["evals.trendRuns"],
        openEvals: (show) => openTrends({ tab: "evals", ...show }),
        loadMoreEvals: evals.loadMore,
        watchCollector: evals.watchCollector,
        secrets: context.secrets,
        refresh,
        showOutput: () => channel.show(),
        extensionId: context.extension.id,
        failed: reportFailure,
      });
    },
    reportFailure,
  );

  const agentTools = composeAgentTools({
    context,
    store,
    surroundings: () => surroundingsOf(),
    home: ownHome,
    showsSample: () => sample.home() !== undefined,
    scrub,
    log,
  });

  updateTerminalPath();
  learnProject();
  summaryRepair.soon();
  context.subscriptions.push(
    channel,
    documents,
    bar,
    spendItem,
    statusTree,
    runsTree,
    agentView,
    evals,
    rulesTree,
    createTeachAction(),
    panel,
    findings,
    refreshViews,
    summaryRepair,
    intake,
    sample,
    commands,
    background,
    signIn,
    agentTools,
    { dispose: () => void summary.source.then((source) => source.close()) },
    onSettingsChange(["home", "timeZone"], () => void moveHome().catch(reportFailure)),
    onSettingsChange(["sync.enabled", "sync.transcripts", "sync.redactMessages", "sync.redactPaths"], background.soon),
    onSettingsChange(["agent", "scope", "statusBar.visible", "statusBar.content"], redraw),
    onSettingsChange(["scope"], () => {
      learnProject();
      refreshViews.soon();
    }),
    onSettingsChange(["evals.trendRuns"], evals.refresh),
    // The next call starts a new store worker with the settings current at that time.
    onSettingsChange(
      ["evals.prices", "evals.priceFile", "evals.models", "model.provider", "model.name", "model.baseUrl", "prompt.documents"],
      () => void store.restart().catch(reportFailure),
    ),
    onSettingsChange(["diagnostics.enabled"], () => void findings.refresh()),
    onSettingsChange(["intake.enabled", "intake.globs", "intake.evalGlobs", "intake.toolGlobs", "evals.folders"], intake.restart),
    onSettingsChange(["terminal.addToPath"], updateTerminalPath),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      // Once focus is lost, the machine may be put to sleep or the window closed next.
      if (focused) summaryRepair.soon();
      else void store.flush();
    }),
  );
  return { close: store.close };
}
