import type { Node } from "jsonc-parser";
import { type OwnHook, readHook } from "../model/commands.ts";
import type { Host } from "../model/hosts.ts";
import {
  addValue,
  checkPath,
  isBlank,
  nodeAt,
  type Original,
  type Path,
  parseJsonTree,
  prune,
  removeValue,
  setValue,
  splitBom,
} from "./json.ts";

/** A hook of this program in a file. `entry`: the part to remove with it, which is its whole group if it is alone there. */
export type FoundHook = OwnHook & Readonly<{ list: string; command: string; at: Path; entry: Path }>;

const textAt = (node: Node | undefined): string | undefined => (node?.type === "string" ? String(node.value) : undefined);

/** Returns this program's hooks for one host in a file, in order. */
export function findHooks(root: Node | undefined, host: Host): readonly FoundHook[] {
  const lists = nodeAt(root, ["hooks"]);
  if (lists?.type !== "object") return [];
  return (lists.children ?? []).flatMap((property) => {
    const list = String(property.children?.[0]?.value);
    const groups = property.children?.[1];
    if (groups?.type !== "array") return [];
    return (groups.children ?? []).flatMap((group, index) => {
      const path = ["hooks", list, index];
      const handlers = nodeAt(group, ["hooks"]);
      const several = handlers?.type === "array" ? (handlers.children ?? []) : [];
      const places = [
        { at: [...path, "command"], entry: path },
        ...several.map((_, handler) => {
          const inside = [...path, "hooks", handler];
          return { at: [...inside, "command"], entry: several.length === 1 ? path : inside };
        }),
      ];
      return places.flatMap(({ at, entry }) => {
        const command = textAt(nodeAt(root, at));
        const own = command === undefined ? undefined : readHook(command);
        return command === undefined || own?.host !== host.id ? [] : [{ ...own, list, command, at, entry }];
      });
    });
  });
}

function createHandler({ hooks: { shape, timeout } }: Host, command: string): unknown {
  switch (shape) {
    case "groups":
      return { hooks: [{ type: "command", command, timeout }] };
    case "typed":
      return { type: "command", command, timeout };
    case "bare":
      return { command, timeout };
    default:
      return shape satisfies never;
  }
}

/** Edits a file to call this program once at each of these events only. @param wanted commands by event @throws invalid_input */
export function connectHooks(text: string, host: Host, wanted: ReadonlyMap<string, string>, path: string): string {
  const { bom, body } = splitBom(text);
  const root = parseJsonTree(body, path);
  for (const event of wanted.keys()) checkPath(body, root, ["hooks", event], "list", path);
  const found = findHooks(root, host);
  const kept = new Map<string, FoundHook>();
  for (const hook of found) if (wanted.has(hook.list) && !kept.has(hook.list)) kept.set(hook.list, hook);
  // From the end, so that the paths of earlier hooks stay valid.
  let edited = found.toReversed().reduce((current, hook) => {
    const command = wanted.get(hook.list);
    if (kept.get(hook.list) !== hook || command === undefined) {
      return prune(removeValue(current, hook.entry), hook.entry.slice(0, -1), null);
    }
    return hook.command === command ? current : setValue(current, hook.at, command);
  }, body);
  const { version } = host.hooks;
  if (version !== undefined && nodeAt(root, ["version"]) === undefined) edited = addValue(edited, ["version"], version, false);
  for (const [event, command] of wanted) {
    if (!kept.has(event)) edited = addValue(edited, ["hooks", event], createHandler(host, command), true);
  }
  return bom + edited;
}

export const parseOriginal = (text: string | null, path: string): Original | null => {
  if (text === null) return null;
  const { body } = splitBom(text);
  return { body, root: parseJsonTree(body, path) };
};

/** Returns a file without this program's entries. If empty: null if there was no file before, else its original blank text. */
export function remainingFile(bom: string, body: string, original: Original | null): string | null {
  const root = parseJsonTree(body, "");
  const isEmpty = root?.type === "object" && (root.children ?? []).length === 0;
  if (!isEmpty) return bom + body;
  if (original === null) return /^\s*\{\s*\}\s*$/.test(body) ? null : bom + body;
  return isBlank(original.body) ? bom + original.body : bom + prune(body, [], original);
}

/** Removes what `connectHooks` added to a file. @param before the file as it was before that; null if there was none */
export function removeHooks(text: string, host: Host, before: string | null, path: string): string | null {
  const { bom, body } = splitBom(text);
  const original = parseOriginal(before, path);
  const found = findHooks(parseJsonTree(body, path), host);
  if (found.length === 0) return text;
  const rest = found
    .toReversed()
    .reduce((current, hook) => prune(removeValue(current, hook.entry), hook.entry.slice(0, -1), original), body);
  const root = parseJsonTree(rest, path);
  // Hooks that the user has added to a file that this program created need its version.
  const isFree = original?.root !== undefined || nodeAt(root, ["hooks"]) === undefined;
  const isVersionOurs =
    host.hooks.version !== undefined &&
    nodeAt(root, ["version"])?.value === host.hooks.version &&
    nodeAt(original?.root, ["version"]) === undefined &&
    isFree;
  return remainingFile(bom, isVersionOurs ? removeValue(rest, ["version"]) : rest, original);
}
