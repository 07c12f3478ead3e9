import type { Node } from "jsonc-parser";
import { type ErrorView, toErrorView } from "../../../kernel/ledger-error.ts";
import type { AgentFiles } from "../../../ports/agent-files.ts";
import { type FoundHook, findHooks } from "../edits/hooks.ts";
import { parseJsonTree, splitBom } from "../edits/json.ts";
import { findServer } from "../edits/servers.ts";
import { findTomlServer } from "../edits/toml.ts";
import { type Host, hostIds, hosts, type Place, type Scope, scopes } from "../model/hosts.ts";
import type { HostState, HostView } from "../model/views.ts";

/** A file of a host. `needed`: the connection is incomplete without this program's entry in it. */
export type Target = Readonly<{ part: "hooks" | "mcp"; path: string; needed: boolean }>;

const pathOf = (files: AgentFiles, { folder, path }: Place): string => files.path(folder, ...path);

/** Returns the files of a host: first that of its hooks, then those of its MCP servers. */
export async function targetsOf(files: AgentFiles, { hooks, mcp }: Host, scope: Scope): Promise<readonly Target[]> {
  const place = mcp[scope];
  const servers: readonly Target[] =
    place === "editors"
      ? (await files.editors()).map(({ folder, hasExtension }) => ({
          part: "mcp",
          path: `${folder}${files.windows ? "\\" : "/"}mcp.json`,
          needed: !hasExtension,
        }))
      : [{ part: "mcp", path: pathOf(files, place), needed: true }];
  return [{ part: "hooks", path: pathOf(files, hooks[scope]), needed: true }, ...servers];
}

/** This program's entries in a file. */
export type FoundEntries = Readonly<{ hooks: readonly FoundHook[]; programs: readonly string[]; present: boolean }>;

/** @throws unreadable_file, invalid_input, conflict */
export function findEntries(text: string, host: Host, { part, path }: Target): FoundEntries {
  if (part === "hooks") {
    const root: Node | undefined = parseJsonTree(splitBom(text).body, path);
    const hooks = findHooks(root, host);
    return { hooks, programs: hooks.flatMap(({ programs }) => programs), present: hooks.length > 0 };
  }
  const server = host.mcp.format === "toml" ? findTomlServer(text, host, path) : findServer(text, host, path);
  return { hooks: [], programs: server?.programs ?? [], present: server !== undefined };
}

type TargetInspection = Readonly<{ target: Target; found: FoundEntries; problem: ErrorView | null }>;

async function inspectTarget(files: AgentFiles, host: Host, target: Target): Promise<TargetInspection> {
  const noEntries: FoundEntries = { hooks: [], programs: [], present: false };
  try {
    const text = await files.read(target.path);
    return { target, found: text === null ? noEntries : findEntries(text, host, target), problem: null };
  } catch (error) {
    return { target, found: noEntries, problem: toErrorView(error) };
  }
}

async function isInstalled(files: AgentFiles, { signs }: Host): Promise<boolean> {
  const found = await Promise.all(signs.map((sign) => files.exists(pathOf(files, sign))));
  return found.some(Boolean);
}

/** Returns texts on the entries of a connection that are missing or duplicated. */
function missingEntries(host: Host, inspections: readonly TargetInspection[], enforces: boolean): readonly string[] {
  const hooked = inspections.flatMap(({ found }) => found.hooks).map(({ list }) => list);
  const events = new Set([...host.events, ...(enforces ? host.stops : [])]);
  const missing = [...events].filter((event) => !hooked.includes(event));
  const duplicates = new Set(hooked.filter((event, index) => hooked.indexOf(event) !== index));
  const servers = inspections.filter(({ target, found }) => target.part === "mcp" && target.needed && !found.present);
  return [
    ...(missing.length === 0 ? [] : [`hooks are missing: ${missing.join(", ")}`]),
    ...(duplicates.size === 0 ? [] : [`duplicate hooks: ${[...duplicates].join(", ")}`]),
    ...servers.map(({ target }) => `the MCP server is missing in ${target.path}`),
  ];
}

/** Determines the state of a host in one scope. */
export async function inspectHost(files: AgentFiles, host: Host, scope: Scope): Promise<HostView> {
  const targets = await targetsOf(files, host, scope);
  const inspections = await Promise.all(targets.map((target) => inspectTarget(files, host, target)));
  const stops = inspections.flatMap(({ found }) => found.hooks).filter(({ enforce }) => enforce);
  const enforces = stops.length > 0;
  const problem = inspections.find((one) => one.problem !== null)?.problem ?? null;
  const view = (state: HostState, detail: string | null = null): HostView => ({
    host: host.id,
    name: host.name,
    scope,
    state,
    enforces_budget: enforces,
    detail,
    problem,
  });
  if (!inspections.some(({ found }) => found.present)) {
    return view((await isInstalled(files, host)) || problem !== null ? "not_connected" : "not_found");
  }
  if (problem !== null) return view("broken", problem.message);
  const missing = missingEntries(host, inspections, enforces);
  if (missing.length > 0) return view("broken", missing.join("; "));
  for (const program of new Set(inspections.flatMap(({ found }) => found.programs))) {
    if (await files.isRunnable(program)) continue;
    return view("stale_path", /[/\\]/.test(program) ? `${program} does not exist` : `${program} is not on the PATH`);
  }
  return view("connected");
}

/** Returns the possible scopes. In the user's own folder, project files would be the user's, so `project` is left out. */
export const scopesOf = (files: AgentFiles): readonly Scope[] =>
  scopes.filter((scope) => scope === "user" || files.path("project") !== files.path("user"));

/** Returns every host in the user scope, and those that are connected in the project scope. */
export async function inspectAll(files: AgentFiles): Promise<readonly HostView[]> {
  const all = await Promise.all(scopesOf(files).flatMap((scope) => hostIds.map((id) => inspectHost(files, hosts[id], scope))));
  return all.filter(({ scope, state }) => scope === "user" || !["not_found", "not_connected"].includes(state));
}
