import * as vscode from "vscode";
import * as z from "zod";
import { defaultMaxLines } from "../features/rules/model/rules-file.ts";
import { defaultAgent } from "../kernel/agent-name.ts";
import { findZone, thisMachineZone } from "../kernel/time-zone.ts";
import { absolutePath } from "../platform/disk/home.ts";
import { modelProviders } from "../ports/model-calls.ts";
import type { WorkerStart } from "../protocol/store-worker.ts";

const section = "rewardLedger";

/** Globs of report files when the setting is missing or invalid; equal to the manifest's default. */
export const defaultIntakeGlobs = [
  "**/.specfact/code-review*.json",
  "**/.specfact/**/*report*.json",
  "**/review-report.json",
] as const;

/** Default globs of eval and test result files; matching files that are neither are skipped. */
export const defaultEvalGlobs = [
  "**/evals/**/*.{json,xml,tap,eval}",
  "**/eval-results/**/*.{json,xml,tap,eval}",
  "**/*eval-result*.{json,xml,tap}",
  "**/*.eval.json",
  "**/*.eval",
  "**/junit*.xml",
  "**/{surefire-reports,failsafe-reports,test-results}/**/TEST-*.xml",
  "**/ctrf/**/*.json",
  "**/ctrf-report*.json",
] as const;

const usdPerMillion = z.number().min(0);
const price = z.object({
  input: usdPerMillion,
  output: usdPerMillion,
  cache_read: usdPerMillion.optional(),
  cache_creation: usdPerMillion.optional(),
});
const modelName = z.string().trim().min(1).optional();

/** Users type settings by hand, so each falls back to its default when it does not match what the manifest declares. */
const schema = z
  .object({
    home: z.string().catch(""),
    agent: z.string().trim().catch(""),
    scope: z.enum(["all", "workspace"]).catch("all"),
    "statusBar.visible": z.boolean().catch(true),
    "statusBar.content": z.enum(["auto", "coins", "spend", "both"]).catch("auto"),
    "intake.enabled": z.boolean().catch(true),
    "intake.globs": z.array(z.string().min(1)).readonly().catch(defaultIntakeGlobs),
    "intake.evalGlobs": z.array(z.string().min(1)).readonly().catch(defaultEvalGlobs),
    "intake.toolGlobs": z.array(z.string().min(1)).readonly().catch([]),
    "intake.agent": z.string().trim().catch(""),
    "intake.trackedFiles": z.boolean().catch(false),
    "intake.maxAgeDays": z.int().min(1).catch(90),
    "diagnostics.enabled": z.boolean().catch(true),
    "trends.defaultPeriod": z.enum(["7d", "30d", "90d", "365d", "all"]).catch("90d"),
    "evals.prices": z.record(z.string(), price).catch({}),
    "evals.priceFile": z.string().catch(""),
    "evals.models": z.object({ fast: modelName, standard: modelName, full: modelName }).catch({}),
    "evals.folders": z.array(z.string().min(1)).readonly().catch([]),
    "evals.trendRuns": z.int().min(1).max(1_000).catch(10),
    "model.provider": z.enum(["none", ...modelProviders]).catch("none"),
    "model.name": z.string().trim().catch(""),
    "model.baseUrl": z.string().trim().catch(""),
    "rules.maxLines": z.int().min(1).max(1_000).catch(defaultMaxLines),
    "prompt.documents": z.array(z.string().min(1)).catch([]),
    timeZone: z.string().trim().catch(""),
    "terminal.addToPath": z.boolean().catch(true),
    "sync.enabled": z.boolean().catch(true),
    "sync.transcripts": z.boolean().catch(false),
    "sync.redactMessages": z.boolean().catch(false),
    "sync.redactPaths": z.boolean().catch(false),
  })
  .readonly();

export type Settings = z.infer<typeof schema>;

/** All current settings. @param resource scope to read for, as a workspace folder may have settings of its own */
export function readSettings(resource?: vscode.Uri): Settings {
  const configuration = vscode.workspace.getConfiguration(section, resource);
  return schema.parse(Object.fromEntries(Object.keys(schema.unwrap().shape).map((key) => [key, configuration.get(key)])));
}

/** Calls `changed` when one of the named settings changes. */
export function onSettingsChange(keys: readonly (keyof Settings)[], changed: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (keys.some((key) => event.affectsConfiguration(`${section}.${key}`))) changed();
  });
}

/** Writes a setting to the workspace when it is already set there, else to the user settings. */
async function writeSetting(key: keyof Settings, value: string | boolean | undefined): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(section);
  const inWorkspace = configuration.inspect(key)?.workspaceValue !== undefined;
  await configuration.update(key, value, inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

/** Sets the agent to show; empty: the agent of the newest run. */
export const writeAgent = (agent: string): Promise<void> => writeSetting("agent", agent === "" ? undefined : agent);

/** Turns the display of findings in editors and file lists on or off. */
export const writeDiagnostics = (enabled: boolean): Promise<void> => writeSetting("diagnostics.enabled", enabled);

/** Whether a setting is set explicitly in any scope. */
export function isSet(key: keyof Settings): boolean {
  const inspected = vscode.workspace.getConfiguration(section).inspect(key);
  return [inspected?.globalValue, inspected?.workspaceValue, inspected?.workspaceFolderValue].some(
    (value) => value !== undefined,
  );
}

/** The time zone in which days are counted: setting, else `REWARD_LEDGER_TZ`, else the machine's. Invalid names are skipped. */
export function timeZone(settings: Settings): string {
  const candidates = [
    { source: "rewardLedger.timeZone", name: settings.timeZone },
    { source: "REWARD_LEDGER_TZ", name: process.env["REWARD_LEDGER_TZ"] },
  ];
  return findZone(candidates, thisMachineZone(process.env), Date.now()).zone;
}

/** The agent name under which runs are recorded: setting, else `REWARD_LEDGER_AGENT`, else the store's default. */
export const recordingAgent = (settings: Settings): string =>
  settings["intake.agent"] || process.env["REWARD_LEDGER_AGENT"]?.trim() || defaultAgent;

/**
 * The settings for sync, and whether the workspace is trusted: files of an untrusted folder do not configure sync. `transcripts`
 * is included only when the user has set it, because a default is not the user's choice.
 */
export function syncSettings(settings: Settings) {
  const isChosen = vscode.workspace.getConfiguration(section).inspect("sync.transcripts")?.globalValue !== undefined;
  return {
    trusted: vscode.workspace.isTrusted,
    enabled: settings["sync.enabled"],
    ...(isChosen && { transcripts: settings["sync.transcripts"] }),
    redactMessages: settings["sync.redactMessages"],
    redactPaths: settings["sync.redactPaths"],
  };
}

/** The settings for prices and models of evals. @param day today, `YYYY-MM-DD`: prices from settings are dated with it */
export function evalSettings(settings: Settings, userHome: string, day: string): NonNullable<WorkerStart["evals"]> {
  const priceFile = absolutePath(settings["evals.priceFile"], userHome);
  const models = settings["evals.prices"];
  return {
    models: settings["evals.models"],
    ...(priceFile === undefined ? {} : { priceFile }),
    ...(Object.keys(models).length === 0 ? {} : { prices: { source: "settings", date: day, models } }),
  };
}

/** The settings for models; what they leave unset comes from the environment and the home. */
export function modelSettings(settings: Settings): NonNullable<WorkerStart["models"]> {
  const { "model.provider": provider, "model.name": model, "model.baseUrl": baseUrl } = settings;
  const documents = [...settings["prompt.documents"]];
  return {
    ...(provider === "none" ? {} : { provider, model, baseUrl }),
    ...(documents.length > 0 && { documents }),
  };
}
