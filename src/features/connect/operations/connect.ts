import * as z from "zod";
import { configurationRefused, notConfirmed, notFound, usage } from "../../../kernel/errors.ts";
import type { AgentFiles } from "../../../ports/agent-files.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { changedLines } from "../documents/changed-lines.ts";
import { connectDocument, planText } from "../documents/connect.ts";
import { type HostId, hostIds, hosts, type Scope } from "../model/hosts.ts";
import type { ConnectView, FileChange, HostView } from "../model/views.ts";
import { inspectAll, inspectHost, scopesOf } from "./inspect.ts";
import { type Edit, planConnect, planRemove } from "./plan.ts";

const input = z.object({
  hosts: z.array(z.enum(hostIds)).optional().describe("Agents; default those that are installed here"),
  check: z.boolean().default(false).describe("Show the state of each agent and change nothing"),
  remove: z.boolean().default(false).describe("Take the entries away again"),
  user: z.boolean().default(false).describe("In your own configuration, for all projects; the default"),
  project: z.boolean().default(false).describe("In files of this project, which may be committed"),
  enforce_budget: z.boolean().default(false).describe("Stop the agent when a spending limit is reached"),
  dry_run: z.boolean().default(false).describe("Show what would be written, and write nothing"),
  yes: z.boolean().default(false).describe("Write without asking"),
});
type Input = z.output<typeof input>;

const actionOf = ({ check, remove }: Input): ConnectView["action"] => (check ? "check" : remove ? "remove" : "connect");

function checkUsage({ check, remove, user, project, enforce_budget: enforce }: Input): void {
  const pairs = [
    [check && remove, "--check and --remove"],
    [user && project, "--user and --project"],
    [check && enforce, "--check and --enforce-budget"],
    [remove && enforce, "--remove and --enforce-budget"],
  ] as const;
  const clash = pairs.find(([both]) => both)?.[1];
  if (clash !== undefined) throw usage(`Failed to connect: ${clash} exclude each other`, "Give only one of them.");
}

/** Returns the named agents, else those that are installed; to remove, those that are connected. @throws not_found if none is */
async function selectHosts(files: AgentFiles, { hosts: requested, remove, project }: Input): Promise<readonly HostId[]> {
  if (requested !== undefined && requested.length > 0) return [...new Set(requested)];
  const scope = project ? "project" : "user";
  const views = await inspect(files, hostIds, scope);
  if (remove) return views.filter(({ state }) => !["not_found", "not_connected"].includes(state)).map(({ host }) => host);
  const found = views.filter(({ state }) => state !== "not_found").map(({ host }) => host);
  if (found.length === 0) {
    throw notFound("a coding agent on this machine", `Name the one to connect: \`reward-ledger connect ${hostIds.join("|")}\`.`);
  }
  return found;
}

const changeOf = ({ host, path, before, after, copy, copies }: Edit, removes: boolean): FileChange => ({
  host: host.id,
  path,
  change: before === null ? "create" : after === null ? "delete" : "update",
  copy: copies && !removes ? copy : null,
  lines: changedLines(before, after),
});

async function applyEdit(files: AgentFiles, { path, before, after, copy, copies }: Edit, removes: boolean): Promise<void> {
  if (copies && !removes && before !== null) await files.keepCopy(path, before, copy);
  await files.replace(path, before, after);
  // The copy is removed last: while it exists, entries that are left to remove can be distinguished from the original content.
  if (copies && removes) await files.replace(copy, await files.read(copy), null);
}

/** Refuses edits of two hosts to one file: the second would be based on the text from before the first and overwrite it. */
function checkDistinct(edits: readonly Edit[]): void {
  const duplicate = edits.find(({ path }, index) => edits.findIndex((one) => one.path === path) !== index);
  if (duplicate !== undefined) {
    throw configurationRefused(
      duplicate.path,
      duplicate.host.name,
      "two agents keep their configuration there",
      "Connect one of them.",
    );
  }
}

/** Asks the user to confirm the changes. @throws not_confirmed */
async function confirmChanges(action: string, changes: readonly FileChange[], { confirm }: CallContext): Promise<void> {
  if (confirm === undefined) {
    throw notConfirmed(action, "`--dry-run` shows what would be written; repeat with --yes to write it.");
  }
  const question = `${planText(changes).join("\n")}\n\nWrite this?`;
  if (!(await confirm(question))) throw notConfirmed(action, "Nothing was written.");
}

const inspect = (files: AgentFiles, ids: readonly HostId[], scope: Scope): Promise<readonly HostView[]> =>
  Promise.all(ids.map((id) => inspectHost(files, hosts[id], scope)));

async function inspectSelected(files: AgentFiles, { user, project, hosts: named = [] }: Input): Promise<readonly HostView[]> {
  const views = user || project ? await inspect(files, hostIds, project ? "project" : "user") : await inspectAll(files);
  return views.filter(({ host }) => named.length === 0 || named.includes(host));
}

export const connect = defineOperation({
  name: "connect",
  summary: "Connect coding agents, so that they record by themselves",
  input,
  positional: ["hosts"],
  effect: "write",
  failed: ({ action, hosts: views }: ConnectView) =>
    action === "check" && views.some(({ state }) => ["stale_path", "broken"].includes(state)),
  examples: [
    { run: "reward-ledger connect", does: "every agent on this machine; shows what it writes, and asks" },
    { run: "reward-ledger connect claude-code --enforce-budget", does: "stop Claude Code at a spending limit" },
    { run: "reward-ledger connect --check", does: "show the state of each agent" },
    { run: "reward-ledger connect --remove", does: "take all of it away again" },
  ],
  document: connectDocument,
  async run(ports, options, context): Promise<ConnectView> {
    checkUsage(options);
    const files = await ports.agentFiles(ports.surroundings.folder);
    const action = actionOf(options);
    if (options.project && !scopesOf(files).includes("project")) {
      throw usage(
        "Failed to connect: this folder is your own, not a project's",
        "Run it in the folder of a project, or without --project.",
      );
    }
    if (action === "check") {
      return { action, written: false, changes: [], hosts: await inspectSelected(files, options), next: [] };
    }
    const scope = options.project ? "project" : "user";
    const removes = action === "remove";
    const ids = await selectHosts(files, options);
    const edits: Edit[] = [];
    for (const id of ids) {
      const plan = removes ? planRemove(files, hosts[id], scope) : planConnect(files, hosts[id], scope, options.enforce_budget);
      edits.push(...(await plan));
    }
    checkDistinct(edits);
    const changes = edits.map((edit) => changeOf(edit, removes));
    const writes = edits.length > 0 && !options.dry_run;
    if (writes && !options.yes) await confirmChanges(removes ? "disconnect" : "connect", changes, context);
    if (writes) for (const edit of edits) await applyEdit(files, edit, removes);
    const next = ids.flatMap((id) => (removes ? [] : (hosts[id].afterwards ?? [])));
    return { action, written: writes, changes, hosts: await inspect(files, ids, scope), next };
  },
});
