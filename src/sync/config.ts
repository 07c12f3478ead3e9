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

/** A token that the environment gives, and with what key it is to be sent. */
export type GivenToken = Readonly<{ token: string; service: boolean }>;

export type SyncConfig = Readonly<{
  /** Null: nothing says where to sync to, or only a checkout that the user has not been asked about. */
  target: SyncTarget | null;
  /** A target that only a checkout names and that the user has not agreed to: nothing is sent there, not even a sign-in. */
  proposal: SyncTarget | null;
  /** What the target or the proposal was read from, for messages. */
  source: string | null;
  /** Why a configuration that is there does not count. */
  complaint: string | null;
  choices: SyncChoices;
  given: GivenToken | null;
}>;

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$/, { error: "must be a team's slug: 2 to 50 of a-z, 0-9 and -" });
const key = z.string().trim().min(1);

const target = z.object({ supabase_url: serverAddress, supabase_anon_key: key, team_slug: slug });

/** Checks what a user typed. @throws invalid_input naming what is wrong */
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

/** A target in a file: null when there is no file. A file that does not say it right is none, and says why. */
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

type Consent = Pick<SyncConfig, "target" | "proposal"> & Pick<SyncChoices, "allowed" | "texts">;

/** A target that the user has set up: everything that `sync.projects` names may go there. */
const ownTarget = (target: SyncTarget | null, mine: Settings): Consent => ({
  target,
  proposal: null,
  allowed: null,
  texts: mine["sync.texts"] !== false,
});

/**
 * What the user has agreed to of what a checkout names: all of it where the own settings name the same team, too. What is not
 * agreed to leaves the own target, if any, in force.
 */
function consentTo(named: SyncTarget, own: SyncTarget | null, mine: Settings): Consent {
  if (named.url === own?.url && named.team === own.team) return ownTarget(named, mine);
  const agreed = allowanceFor(named, mine);
  if (agreed === undefined) return { ...ownTarget(own, mine), proposal: named };
  return { target: named, proposal: null, allowed: agreed.projects, texts: mine["sync.texts"] === true };
}

/**
 * Where to sync to and what may leave. The first that says where: the environment, `.reward-ledger.json` at the top of the
 * checkout, `.gstack-sync.json` there, the home's settings. A file that says it wrong ends the search, for what it means cannot be
 * guessed. A checkout only proposes: what it names counts once the user has agreed to it. Reads at most three small files.
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
  // Settings that cannot be read may have forbidden something: then nothing leaves.
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

/** Writes a team's configuration where it is read from. @returns the file's path @throws store_unwritable */
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
