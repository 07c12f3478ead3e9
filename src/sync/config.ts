import { join } from "node:path";
import * as z from "zod";
import { invalidInput } from "../kernel/errors.ts";
import { problemsOf } from "../kernel/zod-messages.ts";
import { readReason } from "../platform/disk/failure.ts";
import { olderProjectFile, projectFile } from "../ports/settings-files.ts";
import type { GivenChoices, SyncChoices, SyncTarget } from "../ports/sync.ts";
import { serverAddress } from "./address.ts";
import { addTo, allowanceFor, jsonOf, ownerOnly, readSettings, type Settings, settingsPath } from "./user-settings.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** A token from the environment. `service`: it is the project's service role key. */
export type GivenToken = Readonly<{ token: string; service: boolean }>;

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
  given: GivenToken | null;
}>;

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$/, { error: "must be a team's slug: 2 to 50 of a-z, 0-9 and -" });
const key = z.string().trim().min(1);

const target = z.object({ supabase_url: serverAddress, supabase_anon_key: key, team_slug: slug });

/** Validates a target that the user typed. @throws invalid_input naming what is wrong */
export function parseTarget(given: SyncTarget): SyncTarget {
  const parsed = parsedTarget({ supabase_url: given.url, supabase_anon_key: given.anonKey, team_slug: given.team });
  if (!parsed.success) throw invalidInput("the team's configuration", problemsOf(parsed.error));
  return targetOf(parsed.data);
}

const parsedTarget = (value: unknown) => target.safeParse(value, { reportInput: true });

const targetOf = (one: z.infer<typeof target>): SyncTarget => ({
  url: one.supabase_url,
  anonKey: one.supabase_anon_key,
  team: one.team_slug,
});

type Found = Readonly<{ target: SyncTarget | null; source: string; complaint: string | null }>;

const foundIn = (source: string, value: unknown): Found => {
  const parsed = parsedTarget(value);
  return parsed.success
    ? { target: targetOf(parsed.data), source, complaint: null }
    : { target: null, source, complaint: `${source}: ${problemsOf(parsed.error).join("; ")}` };
};

/** Reads a target from a file; null if there is no file. An invalid file yields no target, but a complaint. */
async function fromFile(path: string): Promise<Found | null> {
  try {
    const read = await jsonOf(path);
    return read === null ? null : foundIn(path, read.value);
  } catch (error) {
    return { target: null, source: path, complaint: `${path}: ${readReason(path, error)}` };
  }
}

function fromValues(
  source: string,
  url: string | undefined,
  anonKey: string | undefined,
  team: string | undefined,
): Found | null {
  if ((url ?? "") === "" && (anonKey ?? "") === "" && (team ?? "") === "") return null;
  return foundIn(source, { supabase_url: url, supabase_anon_key: anonKey, team_slug: team });
}

const inCheckout = async (gitRoot: string): Promise<Found | null> =>
  (await fromFile(join(gitRoot, projectFile))) ?? (await fromFile(join(gitRoot, olderProjectFile)));

const variable = (env: Env, name: string): string | undefined => env[`REWARD_LEDGER_SUPABASE_${name}`]?.trim() || undefined;

/** Reads the environment's token; used only together with the environment's address, so that no checkout can obtain it. */
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
  /** Top of the checkout; null outside of one, or if the checkout is not trusted. */
  gitRoot: string | null;
  /** Choices made in VS Code's settings. `transcripts` overrides the home's setting; else the more private setting applies. */
  choices: GivenChoices;
}>;

type Consent = Pick<SyncConfig, "target" | "proposal"> & Pick<SyncChoices, "allowed" | "texts">;

/** Consent for a target that the user has set up: all projects in `sync.projects` may be sent there. */
const ownTarget = (target: SyncTarget | null, mine: Settings): Consent => ({
  target,
  proposal: null,
  allowed: null,
  texts: mine["sync.texts"] !== false,
});

/**
 * Returns the user's consent to the target that a checkout names. It is complete if the user's own settings name the same team.
 * Without consent, the user's own target, if any, stays in force.
 */
function consentTo(named: SyncTarget, own: SyncTarget | null, mine: Settings): Consent {
  if (named.url === own?.url && named.team === own.team) return ownTarget(named, mine);
  const agreed = allowanceFor(named, mine);
  if (agreed === undefined) return { ...ownTarget(own, mine), proposal: named };
  return { target: named, proposal: null, allowed: agreed.projects, texts: mine["sync.texts"] === true };
}

/**
 * Reads the sync target and what may be sent. The first source that names a target is used: the environment,
 * `.reward-ledger.json` at the top of the checkout, `.gstack-sync.json` there, the home's settings. An invalid file ends the
 * search, as its intent cannot be guessed. A checkout only proposes a target, which is used once the user has agreed to it. Reads
 * at most three small files.
 */
export async function readConfig({ home, env, gitRoot, choices }: ConfigOptions): Promise<SyncConfig> {
  const user = await readSettings(home);
  const { settings: mine } = user;
  const given = fromValues(
    "the environment",
    variable(env, "URL"),
    variable(env, "SERVICE_ROLE_KEY") ?? variable(env, "ANON_KEY"),
    variable(env, "TEAM"),
  );
  const checkout = given === null && gitRoot !== null ? await inCheckout(gitRoot) : null;
  const own = fromValues(settingsPath(home), mine["sync.url"], mine["sync.anon_key"], mine["sync.team"]);
  const found = given ?? checkout ?? own;
  const named = found?.target ?? null;
  // Unreadable settings may have forbidden something, so nothing is sent then.
  const usable = user.complaint === null && named !== null;
  const { target, proposal, allowed, texts } =
    usable && found === checkout ? consentTo(named, own?.target ?? null, mine) : ownTarget(usable ? named : null, mine);
  return {
    target,
    proposal,
    source: found?.source ?? null,
    complaint: user.complaint ?? found?.complaint ?? null,
    choices: {
      enabled: mine["sync.enabled"] !== false && choices.enabled !== false,
      transcripts: choices.transcripts ?? mine["sync.transcripts"] === true,
      redactMessages: mine["sync.redact"]?.includes("messages") === true || choices.redactMessages === true,
      redactPaths: mine["sync.redact"]?.includes("paths") === true || choices.redactPaths === true,
      projects: mine["sync.projects"] ?? null,
      allowed,
      texts,
    },
    given: givenToken(env),
  };
}

/** Writes a team's configuration to the file that it is read from. @returns the file's path @throws store_unwritable */
export async function writeTarget(
  one: SyncTarget,
  where: Readonly<{ gitRoot: string }> | Readonly<{ home: string }>,
): Promise<string> {
  if ("gitRoot" in where) {
    const path = join(where.gitRoot, projectFile);
    await addTo(path, { supabase_url: one.url, supabase_anon_key: one.anonKey, team_slug: one.team }, {});
    return path;
  }
  const path = settingsPath(where.home);
  await addTo(path, { "sync.url": one.url, "sync.anon_key": one.anonKey, "sync.team": one.team }, ownerOnly);
  return path;
}
