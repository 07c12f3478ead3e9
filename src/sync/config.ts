import { join } from "node:path";
import * as z from "zod";
import { invalidInput } from "../kernel/errors.ts";
import { problemsOf } from "../kernel/zod-messages.ts";
import { readReason } from "../platform/disk/failure.ts";
import { olderProjectFile, projectFile } from "../ports/settings-files.ts";
import type { HostChoices, SyncChoices, SyncTarget } from "../ports/sync.ts";
import { serverAddress } from "./address.ts";
import {
  addToJsonFile,
  allowanceFor,
  ownerOnly,
  readJsonFile,
  readSettings,
  type Settings,
  settingsPath,
} from "./user-settings.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** A token from the environment. `service`: it is the project's service role key. */
export type EnvToken = Readonly<{ token: string; service: boolean }>;

export type SyncConfig = Readonly<{
  /** Null: no target is configured, or only by a checkout that the user has not agreed to. */
  target: SyncTarget | null;
  /** A target that only a checkout names and that the user has not agreed to. Nothing is sent there, not even a sign-in. */
  proposal: SyncTarget | null;
  /** Where the target or the proposal was read from, for messages. */
  source: string | null;
  /** Why an existing configuration is ignored. */
  complaint: string | null;
  choices: SyncChoices;
  given: EnvToken | null;
}>;

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$/, { error: "must be a team's slug: 2 to 50 of a-z, 0-9 and -" });
const key = z.string().trim().min(1);

const targetSchema = z.object({ supabase_url: serverAddress, supabase_anon_key: key, team_slug: slug });

/** Validates a target that the user typed. @throws invalid_input naming what is wrong */
export function parseTarget(input: SyncTarget): SyncTarget {
  const parsed = validateTarget({ supabase_url: input.url, supabase_anon_key: input.anonKey, team_slug: input.team });
  if (!parsed.success) throw invalidInput("the team's configuration", problemsOf(parsed.error));
  return targetOf(parsed.data);
}

const validateTarget = (value: unknown) => targetSchema.safeParse(value, { reportInput: true });

const targetOf = (one: z.infer<typeof targetSchema>): SyncTarget => ({
  url: one.supabase_url,
  anonKey: one.supabase_anon_key,
  team: one.team_slug,
});

type TargetCandidate = Readonly<{ target: SyncTarget | null; source: string; complaint: string | null }>;

const parseCandidate = (source: string, value: unknown): TargetCandidate => {
  const parsed = validateTarget(value);
  return parsed.success
    ? { target: targetOf(parsed.data), source, complaint: null }
    : { target: null, source, complaint: `${source}: ${problemsOf(parsed.error).join("; ")}` };
};

/** Reads a target from a file; null if there is no file. An invalid file yields no target, but a complaint. */
async function fromFile(path: string): Promise<TargetCandidate | null> {
  try {
    const json = await readJsonFile(path);
    return json === null ? null : parseCandidate(path, json.value);
  } catch (error) {
    return { target: null, source: path, complaint: `${path}: ${readReason(path, error)}` };
  }
}

function fromValues(
  source: string,
  url: string | undefined,
  anonKey: string | undefined,
  team: string | undefined,
): TargetCandidate | null {
  if ((url ?? "") === "" && (anonKey ?? "") === "" && (team ?? "") === "") return null;
  return parseCandidate(source, { supabase_url: url, supabase_anon_key: anonKey, team_slug: team });
}

const fromCheckout = async (gitRoot: string): Promise<TargetCandidate | null> =>
  (await fromFile(join(gitRoot, projectFile))) ?? (await fromFile(join(gitRoot, olderProjectFile)));

const variable = (env: Env, name: string): string | undefined => env[`REWARD_LEDGER_SUPABASE_${name}`]?.trim() || undefined;

/** Reads the environment's token; used only together with the environment's address, so that no checkout can obtain it. */
function envToken(env: Env): EnvToken | null {
  if (variable(env, "URL") === undefined) return null;
  const service = variable(env, "SERVICE_ROLE_KEY");
  if (service !== undefined) return { token: service, service: true };
  const token = variable(env, "ACCESS_TOKEN");
  return token === undefined ? null : { token, service: false };
}

export type ConfigOptions = Readonly<{
  home: string;
  env: Env;
  /** Top of the checkout; null outside of one, or if the checkout is not trusted. */
  gitRoot: string | null;
  /** Choices made in VS Code's settings. `transcripts` overrides the home's setting; else the more private setting applies. */
  choices: HostChoices;
}>;

type Consent = Pick<SyncConfig, "target" | "proposal"> & Pick<SyncChoices, "allowed" | "texts">;

/** Consent for a target that the user has set up: all projects in `sync.projects` may be sent there. */
const ownTargetConsent = (target: SyncTarget | null, userSettings: Settings): Consent => ({
  target,
  proposal: null,
  allowed: null,
  texts: userSettings["sync.texts"] !== false,
});

/**
 * Returns the user's consent to the target that a checkout names. It is complete if the user's own settings name the same team.
 * Without consent, the user's own target, if any, stays in force.
 */
function consentTo(proposed: SyncTarget, own: SyncTarget | null, userSettings: Settings): Consent {
  if (proposed.url === own?.url && proposed.team === own.team) return ownTargetConsent(proposed, userSettings);
  const allowance = allowanceFor(proposed, userSettings);
  if (allowance === undefined) return { ...ownTargetConsent(own, userSettings), proposal: proposed };
  return { target: proposed, proposal: null, allowed: allowance.projects, texts: userSettings["sync.texts"] === true };
}

/**
 * Reads the sync target and what may be sent. The first source that names a target is used: the environment,
 * `.reward-ledger.json` at the top of the checkout, `.gstack-sync.json` there, the home's settings. An invalid file ends the
 * search, as its intent cannot be guessed. A checkout only proposes a target, which is used once the user has agreed to it. Reads
 * at most three small files.
 */
export async function readConfig({ home, env, gitRoot, choices }: ConfigOptions): Promise<SyncConfig> {
  const user = await readSettings(home);
  const { settings: userSettings } = user;
  const fromEnv = fromValues(
    "the environment",
    variable(env, "URL"),
    variable(env, "SERVICE_ROLE_KEY") ?? variable(env, "ANON_KEY"),
    variable(env, "TEAM"),
  );
  const checkout = fromEnv === null && gitRoot !== null ? await fromCheckout(gitRoot) : null;
  const own = fromValues(settingsPath(home), userSettings["sync.url"], userSettings["sync.anon_key"], userSettings["sync.team"]);
  const candidate = fromEnv ?? checkout ?? own;
  const namedTarget = candidate?.target ?? null;
  // Unreadable settings may have forbidden something, so nothing is sent then.
  const usable = user.complaint === null && namedTarget !== null;
  const { target, proposal, allowed, texts } =
    usable && candidate === checkout
      ? consentTo(namedTarget, own?.target ?? null, userSettings)
      : ownTargetConsent(usable ? namedTarget : null, userSettings);
  return {
    target,
    proposal,
    source: candidate?.source ?? null,
    complaint: user.complaint ?? candidate?.complaint ?? null,
    choices: {
      enabled: userSettings["sync.enabled"] !== false && choices.enabled !== false,
      transcripts: choices.transcripts ?? userSettings["sync.transcripts"] === true,
      redactMessages: userSettings["sync.redact"]?.includes("messages") === true || choices.redactMessages === true,
      redactPaths: userSettings["sync.redact"]?.includes("paths") === true || choices.redactPaths === true,
      projects: userSettings["sync.projects"] ?? null,
      allowed,
      texts,
    },
    given: envToken(env),
  };
}

/** Writes a team's configuration to the file that it is read from. @returns the file's path @throws store_unwritable */
export async function writeTarget(
  one: SyncTarget,
  where: Readonly<{ gitRoot: string }> | Readonly<{ home: string }>,
): Promise<string> {
  if ("gitRoot" in where) {
    const path = join(where.gitRoot, projectFile);
    await addToJsonFile(path, { supabase_url: one.url, supabase_anon_key: one.anonKey, team_slug: one.team }, {});
    return path;
  }
  const path = settingsPath(where.home);
  await addToJsonFile(path, { "sync.url": one.url, "sync.anon_key": one.anonKey, "sync.team": one.team }, ownerOnly);
  return path;
}
