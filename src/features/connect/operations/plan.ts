import { configurationRefused } from "../../../kernel/errors.ts";
import type { AgentFiles } from "../../../ports/agent-files.ts";
import { connectHooks, removeHooks } from "../edits/hooks.ts";
import { connectServer, removeServer } from "../edits/servers.ts";
import { connectTomlServer, removeTomlServer } from "../edits/toml.ts";
import { hookCommand, type Program, serverEntry } from "../model/commands.ts";
import type { Host, Scope } from "../model/hosts.ts";
import { findEntries, type Target, targetsOf } from "./inspect.ts";

/** A file before and after an edit; null: there is no file. */
export type Edit = Readonly<{
  host: Host;
  path: string;
  before: string | null;
  after: string | null;
  /** Path of the copy of the file as it was without this program's entries; `copies`: whether there is one, or is to be one. */
  copy: string;
  copies: boolean;
}>;

export const copyPath = (path: string): string => `${path}.before-reward-ledger`;

/** Groups targets by path: a host has one file for hooks and servers, or several. */
function byPath(targets: readonly Target[]): ReadonlyMap<string, readonly Target[]> {
  const paths = new Set(targets.map(({ path }) => path));
  return new Map([...paths].map((path) => [path, targets.filter((target) => target.path === path)]));
}

const hasOwnEntries = (text: string, host: Host, targets: readonly Target[]): boolean =>
  targets.some((target) => findEntries(text, host, target).present);

type DesiredEntries = Readonly<{ commands: ReadonlyMap<string, string>; server: ReturnType<typeof serverEntry> }>;

/** Project files may be committed, so they contain no path of this machine. */
const programByName: Program = { executable: "reward-ledger", script: null };

/** Whether a budget stops the host already: connecting it again, as a repair, must not remove that. */
async function hasBudgetHooks(files: AgentFiles, host: Host, targets: readonly Target[]): Promise<boolean> {
  const target = targets.find(({ part }) => part === "hooks");
  const text = target === undefined ? null : await files.read(target.path);
  return target !== undefined && text !== null && findEntries(text, host, target).hooks.some(({ enforce }) => enforce);
}

async function buildEntries(files: AgentFiles, host: Host, scope: Scope, enforceBudget: boolean): Promise<DesiredEntries> {
  const program = scope === "project" ? programByName : await files.program();
  const home = scope === "project" ? null : files.home;
  const shell = files.windows ? host.hooks.windowsShell : "posix";
  const events = new Set([...host.events, ...(enforceBudget ? host.stops : [])]);
  const commands = [...events].map((event) => {
    const enforce = enforceBudget && host.stops.includes(event);
    return [event, hookCommand(program, shell, { event, host: host.id, enforce, home })] as const;
  });
  return { commands: new Map(commands), server: serverEntry(program, files.windows, home) };
}

/** The author of a checkout may have put links to anywhere in it; links in the user's own configuration are the user's own. */
const checkPlace = (files: AgentFiles, path: string, scope: Scope): Promise<void> =>
  scope === "project" ? files.checkWritable(path, "project") : files.checkWritable(path);

/** Returns the edits that connect a host; unchanged files are left out. @throws the error that refuses a file */
export async function planConnect(files: AgentFiles, host: Host, scope: Scope, enforceBudget: boolean): Promise<readonly Edit[]> {
  const all = await targetsOf(files, host, scope);
  const stops = enforceBudget || (await hasBudgetHooks(files, host, all));
  const { commands, server } = await buildEntries(files, host, scope, stops);
  const edit = (text: string, target: Target): string => {
    if (target.part === "hooks") return connectHooks(text, host, commands, target.path);
    if (!target.needed && !findEntries(text, host, target).present) return text;
    const connect = host.mcp.format === "toml" ? connectTomlServer : connectServer;
    return connect(text, host, server, target.path);
  };
  const edits: Edit[] = [];
  for (const [path, targets] of byPath(all)) {
    const before = await files.read(path);
    if (before === null && targets.every(({ needed }) => !needed)) continue;
    const after = targets.reduce(edit, before ?? "");
    if (after === before) continue;
    await checkPlace(files, path, scope);
    edits.push({
      host,
      path,
      before,
      after,
      copy: copyPath(path),
      copies: before !== null && !hasOwnEntries(before, host, targets),
    });
  }
  return edits;
}

/** Returns the edits that remove a host's entries. @throws the error that refuses a file */
export async function planRemove(files: AgentFiles, host: Host, scope: Scope): Promise<readonly Edit[]> {
  const edits: Edit[] = [];
  for (const [path, targets] of byPath(await targetsOf(files, host, scope))) {
    const before = await files.read(path);
    if (before === null || !hasOwnEntries(before, host, targets)) continue;
    const copy = copyPath(path);
    const original = await files.read(copy);
    const edit = (text: string | null, target: Target): string | null => {
      if (text === null) return null;
      if (target.part === "hooks") return removeHooks(text, host, original, path);
      const remove = host.mcp.format === "toml" ? removeTomlServer : removeServer;
      return remove(text, host, original, path);
    };
    const after = targets.reduce<string | null>(edit, before);
    if (after !== null && hasOwnEntries(after, host, targets)) {
      throw configurationRefused(path, host.name, "an entry could not be taken out", "Remove it by hand.");
    }
    await checkPlace(files, path, scope);
    edits.push({ host, path, before, after, copy, copies: original !== null });
  }
  return edits;
}
