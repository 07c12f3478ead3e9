import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { writeFailure } from "../disk/failure.ts";
import { type ReplaceOptions, replaceFile } from "../disk/replace-file.ts";
import { invalidInput } from "../domain/errors.ts";
import { problemsOf } from "../domain/problems.ts";
import type { GivenChoices, SetUpChoices, SyncChoices, SyncTarget } from "../domain/sync.ts";
import { isMissing, reasonOf } from "./failure.ts";

/** File at the top of a checkout that names its team; committed, for it holds nothing secret. */
export const projectFile = ".reward-ledger.json";
/** The same by an older tool. */
const olderFile = ".gstack-sync.json";
/** The user's own choices, in the home. */
const settingsFile = "settings.json";

type Env = Readonly<Record<string, string | undefined>>;

/** A token that the environment gives, and with what key it is to be sent. */
export type GivenToken = Readonly<{ token: string; service: boolean }>;

export type SyncConfig = Readonly<{
  /** Null: nothing says where to sync to. */
  target: SyncTarget | null;
  /** What the target was read from, for messages. */
  source: string | null;
  /** Why a configuration that is there does not count. */
  complaint: string | null;
  choices: SyncChoices;
  given: GivenToken | null;
}>;

const local: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Tokens travel to this address: in the clear to this very machine only. */
const address = z
  .url({ protocol: /^https?$/, error: "must be the project's address, as in https://abc.supabase.co" })
  .refine((url) => url.startsWith("https:") || local.has(new URL(url).hostname), { error: "must begin with https://" })
  .transform((url) => url.replace(/\/+$/, ""));
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$/, { error: "must be a team's slug: 2 to 50 of a-z, 0-9 and -" });
const key = z.string().trim().min(1);

const target = z.object({ supabase_url: address, supabase_anon_key: key, team_slug: slug });

const settings = z.looseObject({
  "sync.enabled": z.boolean().optional(),
  "sync.transcripts": z.boolean().optional(),
  "sync.redact": z.array(z.enum(["messages", "paths"])).optional(),
  "sync.projects": z.array(z.string().min(1)).nullable().optional(),
  "sync.url": z.string().optional(),
  "sync.anon_key": z.string().optional(),
  "sync.team": z.string().optional(),
});
type Settings = z.infer<typeof settings>;

/** Checks what a user typed. @throws invalid_input naming what is wrong */
export function parseTarget(given: SyncTarget): SyncTarget {
  const parsed = target.safeParse({ supabase_url: given.url, supabase_anon_key: given.anonKey, team_slug: given.team });
  if (!parsed.success) throw invalidInput("the team's configuration", problemsOf(parsed.error));
  return targetOf(parsed.data);
}

const targetOf = (one: z.infer<typeof target>): SyncTarget => ({
  url: one.supabase_url,
  anonKey: one.supabase_anon_key,
  team: one.team_slug,
});

type Found = Readonly<{ target: SyncTarget | null; source: string; complaint: string | null }>;

async function jsonOf(path: string): Promise<Readonly<{ value: unknown }> | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  return { value: JSON.parse(text) };
}

/** A target in a file: null when there is no file. A file that does not say it right is none, and says why. */
async function fromFile(path: string): Promise<Found | null> {
  try {
    const read = await jsonOf(path);
    if (read === null) return null;
    const parsed = target.safeParse(read.value);
    return parsed.success
      ? { target: targetOf(parsed.data), source: path, complaint: null }
      : { target: null, source: path, complaint: `${path}: ${problemsOf(parsed.error).join("; ")}` };
  } catch (error) {
    return { target: null, source: path, complaint: `${path}: ${reasonOf(error)}` };
  }
}

function fromValues(
  source: string,
  url: string | undefined,
  anonKey: string | undefined,
  team: string | undefined,
): Found | null {
  if ((url ?? "") === "" && (anonKey ?? "") === "" && (team ?? "") === "") return null;
  const parsed = target.safeParse({ supabase_url: url ?? "", supabase_anon_key: anonKey ?? "", team_slug: team ?? "" });
  return parsed.success
    ? { target: targetOf(parsed.data), source, complaint: null }
    : { target: null, source, complaint: `${source}: ${problemsOf(parsed.error).join("; ")}` };
}

async function readSettings(home: string): Promise<Readonly<{ settings: Settings; complaint: string | null }>> {
  const path = join(home, settingsFile);
  try {
    const parsed = settings.safeParse((await jsonOf(path))?.value ?? {});
    return parsed.success
      ? { settings: parsed.data, complaint: null }
      : { settings: {}, complaint: `${path}: ${problemsOf(parsed.error).join("; ")}` };
  } catch (error) {
    return { settings: {}, complaint: `${path}: ${reasonOf(error)}` };
  }
}

const variable = (env: Env, name: string): string | undefined => env[`REWARD_LEDGER_SUPABASE_${name}`]?.trim() || undefined;

/** A token of the environment counts only together with its address: what a checkout names must not get it. */
function givenToken(env: Env): GivenToken | null {
  if (variable(env, "URL") === undefined) return null;
  const service = variable(env, "SERVICE_ROLE_KEY");
  if (service !== undefined) return { token: service, service: true };
  const token = variable(env, "ACCESS_TOKEN");
  return token === undefined ? null : { token, service: false };
}

export type ConfigOptions = Readonly<{
  home: string;
  env: Env;
  /** Top of the checkout, null outside of one or where the checkout is not trusted. */
  gitRoot: string | null;
  /** Choices made elsewhere (VS Code's settings); of these and those of the home the more private one counts. */
  choices: GivenChoices;
}>;

/**
 * Where to sync to and what may leave. The first that says where: the environment, `.reward-ledger.json` at the top of the
 * checkout, `.gstack-sync.json` there, the home's settings. A file that says it wrong ends the search, for what it means cannot be
 * guessed. Reads at most three small files.
 */
export async function readConfig({ home, env, gitRoot, choices }: ConfigOptions): Promise<SyncConfig> {
  const user = await readSettings(home);
  const { settings: mine } = user;
  const found =
    fromValues(
      "the environment",
      variable(env, "URL"),
      variable(env, "SERVICE_ROLE_KEY") ?? variable(env, "ANON_KEY"),
      variable(env, "TEAM"),
    ) ??
    (gitRoot === null ? null : ((await fromFile(join(gitRoot, projectFile))) ?? (await fromFile(join(gitRoot, olderFile))))) ??
    fromValues(join(home, settingsFile), mine["sync.url"], mine["sync.anon_key"], mine["sync.team"]);
  // Settings that cannot be read may have forbidden something: then nothing leaves.
  const usable = user.complaint === null;
  return {
    target: usable ? (found?.target ?? null) : null,
    source: found?.source ?? null,
    complaint: user.complaint ?? found?.complaint ?? null,
    choices: {
      enabled: mine["sync.enabled"] !== false && choices.enabled !== false,
      transcripts: choices.transcripts ?? mine["sync.transcripts"] === true,
      redactMessages: mine["sync.redact"]?.includes("messages") === true || choices.redactMessages === true,
      redactPaths: mine["sync.redact"]?.includes("paths") === true || choices.redactPaths === true,
      projects: mine["sync.projects"] ?? null,
    },
    given: givenToken(env),
  };
}

/** Files of the home are for the eyes of their owner. */
const ownersOnly: ReplaceOptions = { mode: 0o600 };

/** Adds members to a file of JSON, made if need be. @throws store_unwritable, also where what stands there is no JSON */
async function addTo(path: string, members: Readonly<Record<string, unknown>>, options: ReplaceOptions): Promise<void> {
  try {
    const before = (await jsonOf(path))?.value ?? {};
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await replaceFile(path, `${JSON.stringify({ ...z.looseObject({}).parse(before), ...members }, null, 2)}\n`, options);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Writes a team's configuration where it is read from. @returns the file's path @throws store_unwritable */
export async function writeTarget(
  one: SyncTarget,
  where: Readonly<{ gitRoot: string }> | Readonly<{ home: string }>,
): Promise<string> {
  const path = "gitRoot" in where ? join(where.gitRoot, projectFile) : join(where.home, settingsFile);
  const names =
    "gitRoot" in where
      ? { supabase_url: one.url, supabase_anon_key: one.anonKey, team_slug: one.team }
      : { "sync.url": one.url, "sync.anon_key": one.anonKey, "sync.team": one.team };
  await addTo(path, names, "home" in where ? ownersOnly : {});
  return path;
}

/** Writes what may leave to the settings of the home; nothing where nothing was chosen. @throws store_unwritable */
export async function writeChoices({ projects, redact }: SetUpChoices, home: string): Promise<void> {
  // Whoever sets up a second project has not given up the first; whoever had shared all and names some has given up the others.
  const before = projects ? ((await readSettings(home)).settings["sync.projects"] ?? []) : [];
  const chosen = {
    ...(projects && { "sync.projects": [...new Set([...before.filter((one) => one !== "*"), ...projects])] }),
    ...(redact && { "sync.redact": redact }),
  };
  if (Object.keys(chosen).length > 0) await addTo(join(home, settingsFile), chosen, ownersOnly);
}
