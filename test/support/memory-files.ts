import { dirname } from "node:path";
import type { AppendFile, JournalFiles } from "../../src/ledger/log/files.ts";
import type { WriterLock } from "../../src/ledger/log/lock.ts";
import { between, type Random } from "./random.ts";

type FileNode = { kind: "file"; bytes: Buffer; durable: Buffer; modified: number; readonly identity: string };
type DirNode = { kind: "dir"; modified: number; entries: Map<string, Node>; durable: Map<string, Node> };
type Node = FileNode | DirNode;

/** Files in memory that track what would survive a power failure. */
export type MemoryFiles = JournalFiles &
  Readonly<{
    /**
     * Reduces all files to what a power failure leaves: each directory keeps its durable entries; each file keeps its durable
     * content and a random part of the bytes written since, some of them as zeros.
     */
    cutPower(random: Random): void;
    /** Overwrites a file directly, to simulate damage. */
    tamper(path: string, change: (bytes: Buffer) => Buffer): void;
    /** Removes a file or directory while it is in use. */
    remove(path: string): void;
  }>;

/** An empty file system in memory. */
export function memoryFiles(): MemoryFiles {
  const root: DirNode = { kind: "dir", modified: 0, entries: new Map(), durable: new Map() };
  let ticks = 0;

  const partsOf = (path: string): readonly string[] => path.split("/").filter((part) => part !== "");

  function find(path: string): Node | null {
    let node: Node = root;
    for (const part of partsOf(path)) {
      if (node.kind !== "dir") throw systemError("ENOTDIR", path);
      const next: Node | undefined = node.entries.get(part);
      if (next === undefined) return null;
      node = next;
    }
    return node;
  }

  function dirAt(path: string): DirNode {
    const node = find(path);
    if (node === null) throw systemError("ENOENT", path);
    if (node.kind !== "dir") throw systemError("ENOTDIR", path);
    return node;
  }

  function fileAt(path: string): FileNode | null {
    const node = find(path);
    if (node?.kind === "dir") throw systemError("EISDIR", path);
    return node;
  }

  const nameOf = (path: string): string => partsOf(path).at(-1) ?? "";

  function create(path: string, bytes: Buffer): FileNode {
    const dir = dirAt(dirname(path));
    ticks += 1;
    const node: FileNode = { kind: "file", bytes, durable: Buffer.alloc(0), modified: ticks, identity: `memory:${ticks}` };
    dir.entries.set(nameOf(path), node);
    dir.modified = ticks;
    return node;
  }

  function change(node: FileNode, bytes: Buffer): void {
    ticks += 1;
    node.bytes = bytes;
    node.modified = ticks;
  }

  const files: MemoryFiles = {
    list(dir) {
      const node = find(dir);
      if (node === null) return null;
      if (node.kind !== "dir") throw systemError("ENOTDIR", dir);
      return [...node.entries.keys()];
    },
    look(path) {
      const node = find(path);
      if (node === null) return null;
      return node.kind === "dir"
        ? { size: 0, modified: node.modified, identity: "dir" }
        : { size: node.bytes.length, modified: node.modified, identity: node.identity };
    },
    readAt(path, offset, length) {
      const node = fileAt(path);
      if (node === null) throw systemError("ENOENT", path);
      return Buffer.from(node.bytes.subarray(offset, offset + length));
    },
    readAll: (path) => {
      const node = fileAt(path);
      return node === null ? null : Buffer.from(node.bytes);
    },
    openAppend: (path) => appendTo(fileAt(path) ?? create(path, Buffer.alloc(0)), change),
    makeDir(dir) {
      let node = root;
      for (const part of partsOf(dir)) {
        const next = node.entries.get(part) ?? { kind: "dir", modified: 0, entries: new Map(), durable: new Map() };
        if (next.kind !== "dir") throw systemError("ENOTDIR", dir);
        if (!node.entries.has(part)) {
          ticks += 1;
          node.modified = ticks;
        }
        node.entries.set(part, next);
        node = next;
      }
    },
    async syncDir(dir) {
      await Promise.resolve();
      const node = dirAt(dir);
      node.durable = new Map(node.entries);
    },
    async replace(path, content) {
      await Promise.resolve();
      const node = create(path, Buffer.from(content));
      node.durable = node.bytes;
      await files.syncDir(dirname(path));
    },
    overwrite(path, content) {
      const node = fileAt(path) ?? create(path, Buffer.alloc(0));
      change(node, Buffer.concat([content, node.bytes.subarray(content.length)]));
    },
    // Replacing a file in memory creates no temporary file that a killed process could leave behind.
    sweep: () => undefined,
    remove(path) {
      ticks += 1;
      const dir = dirAt(dirname(path));
      dir.entries.delete(nameOf(path));
      dir.modified = ticks;
    },
    cutPower: (random) => dropVolatile(root, random),
    tamper(path, alter) {
      const node = fileAt(path);
      if (node === null) throw systemError("ENOENT", path);
      change(node, alter(Buffer.from(node.bytes)));
    },
  };
  return files;
}

function appendTo(node: FileNode, change: (node: FileNode, bytes: Buffer) => void): AppendFile {
  return {
    size: () => node.bytes.length,
    write: (bytes) => change(node, Buffer.concat([node.bytes, bytes])),
    truncate: (size) => change(node, node.bytes.subarray(0, size)),
    async sync() {
      const bytes = node.bytes;
      await Promise.resolve();
      node.durable = bytes;
    },
    close: () => undefined,
  };
}

function dropVolatile(node: Node, random: Random): void {
  if (node.kind === "dir") {
    node.entries = new Map(node.durable);
    for (const entry of node.entries.values()) dropVolatile(entry, random);
    return;
  }
  const written = node.bytes.length - node.durable.length;
  if (written > 0) {
    const keptBytes = between(random, 0, written);
    const zeros = between(random, 0, keptBytes);
    const bytes = Buffer.from(node.bytes.subarray(0, node.durable.length + keptBytes));
    bytes.fill(0, bytes.length - zeros);
    node.bytes = bytes;
  } else if (random() < 0.5) {
    // A truncation that was not made durable may be reverted.
    node.bytes = node.durable;
  }
  node.durable = node.bytes;
}

/** An error with a code, like those of the system. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** The writers' lock for logs that share a memory. */
export function memoryLock(): WriterLock {
  let holder: symbol | null = null;
  const waiting: (() => void)[] = [];
  return {
    async acquire() {
      while (holder !== null) await new Promise<void>((resolve) => waiting.push(resolve));
      const token = Symbol("holder");
      holder = token;
      return {
        isOurs: () => holder === token,
        isWanted: () => waiting.length > 0,
        release() {
          holder = null;
          waiting.shift()?.();
        },
      };
    },
    state: async () => ({ held: holder !== null, holder: holder === null ? null : "a writer in memory" }),
  };
}
