import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { commandList, gateCommands } from "../features/gate/model/commands.ts";
import { command } from "../kernel/command.ts";
import { invalidInput } from "../kernel/errors.ts";
import { problemsOf } from "../kernel/zod-messages.ts";
import { decodeByBom } from "../platform/decode-text.ts";
import { ifMissing, readReason, writeFailure } from "../platform/disk/failure.ts";
import { readRegular } from "../platform/disk/read-regular-file.ts";
import { type ReplaceOptions, replaceFile } from "../platform/disk/replace-file.ts";
import { modelProviders } from "../ports/model-calls.ts";
import { settingsFile } from "../ports/settings-files.ts";
import type { SetUpChoices, SyncTarget } from "../ports/sync.ts";

/** Path of the user's settings in the home. */
export const settingsPath = (home: string): string => join(home, settingsFile);

/** Files of the home are accessible to their owner only. */
export const ownerOnly: ReplaceOptions = { mode: 0o600 };

/** A team that a checkout may name without a prompt: the user has agreed to share these projects with it. */
const allowance = z.object({
  url: z.string(),
  team: z.string(),
  /** As in `sync.projects`; null: all. */
  projects: z.array(z.string().min(1)).nullable(),
});
export type Allowance = Readonly<z.infer<typeof allowance>>;

const settingsSchema = z.looseObject({
  "sessions.keepText": z.boolean().optional(),
  "model.provider": z.enum(modelProviders).optional(),
  "model.name": z.string().optional(),
  "model.baseUrl": z.string().optional(),
  "prompt.documents": z.array(z.string().min(1)).optional(),
  "critique.enabled": z.boolean().optional(),
  "review.onStop": z.array(command).readonly().optional(),
  "gate.commands": gateCommands.optional(),
  "gate.prepare": commandList.optional(),
  "sync.enabled": z.boolean().optional(),
  "sync.transcripts": z.boolean().optional(),
  "sync.texts": z.boolean().optional(),
  "sync.redact": z.array(z.enum(["messages", "paths"])).optional(),
  "sync.projects": z.array(z.string().min(1)).nullable().optional(),
  "sync.url": z.string().optional(),
  "sync.anon_key": z.string().optional(),
  "sync.team": z.string().optional(),
  "sync.allowed": z.array(allowance).optional(),
});
export type Settings = Readonly<z.infer<typeof settingsSchema>>;

/** Maximum size of a settings file in bytes, including files that come with a checkout. */
const maxFileBytes = 1024 * 1024;

/** Reads a JSON file; null if there is no file. @throws SyntaxError and what reading throws */
export async function readJsonFile(path: string): Promise<Readonly<{ value: unknown }> | null> {
  const bytes = await readRegular(path, maxFileBytes).catch(ifMissing(null));
  return bytes === null ? null : { value: JSON.parse(decodeByBom(bytes)) };
}

type SettingsResult = Readonly<{ settings: Settings; problems: readonly string[] }>;

async function loadSettings(home: string): Promise<SettingsResult> {
  try {
    const parsed = settingsSchema.safeParse((await readJsonFile(settingsPath(home)))?.value ?? {}, { reportInput: true });
    return parsed.success ? { settings: parsed.data, problems: [] } : { settings: {}, problems: problemsOf(parsed.error) };
  } catch (error) {
    return { settings: {}, problems: [readReason(settingsPath(home), error)] };
  }
}

/** Reads the settings of a home; if they are unreadable, returns empty settings and the reason. */
export async function readSettings(home: string): Promise<Readonly<{ settings: Settings; complaint: string | null }>> {
  const { settings: userSettings, problems } = await loadSettings(home);
  return { settings: userSettings, complaint: problems.length === 0 ? null : `${settingsPath(home)}: ${problems.join("; ")}` };
}

/** Reads the settings for callers that must not continue with defaults, such as a gate. @throws invalid_input if unreadable */
export async function requireSettings(home: string): Promise<Settings> {
  const { settings: userSettings, problems } = await loadSettings(home);
  if (problems.length > 0) throw invalidInput(settingsPath(home), problems);
  return userSettings;
}

/**
 * Adds members to a JSON file; creates the file if it does not exist.
 * @throws store_unwritable, disk_full; also if the existing content is not JSON
 */
export async function addToJsonFile(
  path: string,
  members: Readonly<Record<string, unknown>>,
  options: ReplaceOptions,
): Promise<void> {
  try {
    const before = (await readJsonFile(path))?.value ?? {};
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const text = `${JSON.stringify({ ...z.looseObject({}).parse(before), ...members }, null, 2)}\n`;
    await replaceFile(path, text, options);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Writes the choices of what may be sent to the home's settings; writes nothing if none were made. @throws store_unwritable */
export async function writeChoices({ projects, redact }: SetUpChoices, home: string): Promise<void> {
  // Projects set up before stay shared; a former `*` (all projects) is replaced by the projects named here.
  const before = projects ? ((await readSettings(home)).settings["sync.projects"] ?? []) : [];
  const changes = {
    ...(projects && { "sync.projects": [...new Set([...before.filter((one) => one !== "*"), ...projects])] }),
    ...(redact && { "sync.redact": redact }),
  };
  if (Object.keys(changes).length > 0) await addToJsonFile(settingsPath(home), changes, ownerOnly);
}

const matchesTarget =
  ({ url, team }: Pick<SyncTarget, "url" | "team">): ((one: Allowance) => boolean) =>
  (one) =>
    one.url === url && one.team === team;

/** Returns what the user has agreed to share with a team. */
export const allowanceFor = (target: SyncTarget, userSettings: Settings): Allowance | undefined =>
  userSettings["sync.allowed"]?.find(matchesTarget(target));

/**
 * Stores that a checkout may name this team, and adds projects to those already shared with it.
 * @throws store_unwritable
 */
export async function saveAllowance(target: SyncTarget, projects: readonly string[], home: string): Promise<void> {
  const { settings: userSettings } = await readSettings(home);
  const before = allowanceFor(target, userSettings);
  // Null means all projects and stays null.
  const shared = before?.projects === null ? null : [...new Set([...(before?.projects ?? []), ...projects])];
  const others = (userSettings["sync.allowed"] ?? []).filter((one) => !matchesTarget(target)(one));
  const { url, team } = target;
  await addToJsonFile(settingsPath(home), { "sync.allowed": [...others, { url, team, projects: shared }] }, ownerOnly);
}
