import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readFile, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Mark } from "../features/sessions/model/import-state.ts";
import { storeLocked } from "../kernel/errors.ts";
import type { NamedMutex } from "../ports/sync.ts";
import type { TranscriptFile, TranscriptLine, Transcripts } from "../ports/transcripts.ts";
import { codeOf, ifMissing, inputFailure, isMissing, writeFailure } from "./disk/failure.ts";
import { expandHome } from "./disk/home.ts";
import { isWithin } from "./disk/place.ts";
import { irregularFile, irregularKind, nonBlockingFlags, readRegular } from "./disk/read-regular-file.ts";
import { replaceFile } from "./disk/replace-file.ts";

export type TranscriptFilesOptions = Readonly<{
  version: string;
  home: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  userHome: string;
  /** The locks of the home's folder of sessions, loaded on first use. */
  gate(): Promise<NamedMutex>;
  projectOf(folder: string): Promise<string>;
  keepsText(): Promise<boolean>;
  /** Whether the process runs only this program, so that V8's memory flags may be changed. */
  ownsProcess: boolean;
}>;

/**
 * V8 doubles the space of young objects as long as a process makes many, and lets the heap grow far before it collects garbage.
 * An import of transcripts does not benefit: the objects made for a line are garbage after that line. `usual` is V8's default.
 */
const heapFlags = {
  usual: ["--semi-space-growth-factor=2", "--heap-growing-percent=0"],
  small: ["--semi-space-growth-factor=1", "--heap-growing-percent=80"],
} as const;

async function withSmallHeap<T>(ownsProcess: boolean, body: () => Promise<T>): Promise<T> {
  if (!ownsProcess) return body();
  for (const flag of heapFlags.small) setFlagsFromString(flag);
  try {
    return await body();
  } finally {
    // Cached compiled code is accepted only under the flags that it was made with.
    for (const flag of heapFlags.usual) setFlagsFromString(flag);
  }
}

const chunkBytes = 128 * 1024;
/** Maximum length of a line in bytes; a longer one is an accident and is skipped. */
const maxLineBytes = 64 * 1024 * 1024;
/** Maximum size in bytes of a transcript that is one JSON value, which is read as a whole. */
const maxValueBytes = 100 * 1024 * 1024;
/** Number of bytes before a mark that are hashed to detect whether the file is still the one that was read. */
const tailBytes = 512;
/** How long one import waits for another, in ms. */
const lockTimeoutMs = 10 * 60_000;

const newline = 10;

/** A hash of the bytes before an offset. */
async function hashTail(handle: FileHandle, offset: number): Promise<string> {
  const bytes = Buffer.alloc(Math.min(tailBytes, offset));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset - bytes.length);
  return createHash("sha256").update(bytes.subarray(0, bytesRead)).digest("hex").slice(0, 16);
}

const isSingleJson = (path: string): boolean => path.endsWith(".json");

async function withOpenFile<T>({ path }: Pick<TranscriptFile, "path">, body: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const handle = await open(path, nonBlockingFlags);
    try {
      const kind = irregularKind(await handle.stat());
      if (kind !== null) throw irregularFile(path, kind);
      return await body(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Only errors of the system are about the file; anything else, such as a cancellation, is passed on unchanged.
    throw codeOf(error) === undefined ? error : inputFailure(path, error);
  }
}

/** The beginning of a line whose end has not been read yet. */
function createLineBuffer() {
  let parts: Buffer[] = [];
  let bytes = 0;
  return {
    bytes: () => bytes,
    isTooLong: () => bytes > maxLineBytes,
    add(part: Buffer): void {
      bytes += part.length;
      // For lines that are too long, only the length is kept.
      parts = bytes > maxLineBytes ? [] : [...parts, Buffer.from(part)];
    },
    take(last: Buffer): string {
      const text = (parts.length === 0 ? last : Buffer.concat([...parts, last])).toString("utf8");
      parts = [];
      bytes = 0;
      return text;
    },
  };
}

/** Passes the lines of a file after a mark to `onLine`. @returns the mark after the last of them */
async function readLinesAfter(
  handle: FileHandle,
  from: Pick<Mark, "offset" | "lines">,
  onLine: (line: TranscriptLine) => void,
  isWhole: (text: string) => boolean,
  signal: AbortSignal,
): Promise<Mark> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  const pending = createLineBuffer();
  let { offset, lines } = from;
  const emitLine = (last: Buffer): void => {
    lines += 1;
    const bytes = pending.bytes() + last.length;
    const isTooLong = bytes > maxLineBytes;
    const text = pending.take(last);
    if (isTooLong) onLine({ number: lines, bytes });
    else if (text.trim() !== "") onLine({ number: lines, text });
  };
  for (let position = offset; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(chunk, 0, chunkBytes, position);
    if (bytesRead === 0) break;
    const read = chunk.subarray(0, bytesRead);
    let start = 0;
    for (let end = read.indexOf(newline); end !== -1; end = read.indexOf(newline, start)) {
      emitLine(read.subarray(start, end));
      start = end + 1;
      offset = position + start;
    }
    pending.add(read.subarray(start));
    position += bytesRead;
  }
  const left = pending.bytes();
  if (left > 0 && !pending.isTooLong()) {
    const text = pending.take(Buffer.alloc(0));
    if (isWhole(text)) {
      lines += 1;
      offset += left;
      onLine({ number: lines, text });
    }
  }
  return { offset, lines, tail: await hashTail(handle, offset) };
}

const compare = (a: TranscriptFile, b: TranscriptFile): number => a.modified - b.modified || (a.path < b.path ? -1 : 1);

async function toTranscriptFile(path: string): Promise<TranscriptFile | undefined> {
  const found = await stat(path, { bigint: true }).catch(ifMissing(undefined));
  if (found?.isFile() !== true) return undefined;
  return { path, size: Number(found.size), modified: Number(found.mtimeMs), inode: `${found.dev}:${found.ino}` };
}

/** The list of prompts in Claude Code's own folder. */
const promptList = "history.jsonl";
const transcriptName = /^(?:.+\.jsonl|session-.+\.json)$/;

/** Where agents keep transcripts: pairs of a folder and a pattern of paths below it. */
function transcriptGlobs({
  env,
  userHome,
}: Pick<TranscriptFilesOptions, "env" | "userHome">): readonly (readonly [string, string])[] {
  const envValue = (name: string): string | undefined => env[name]?.trim() || undefined;
  const folder = (path: string): string => resolve(userHome, expandHome(path.trim(), userHome));
  const config = envValue("XDG_CONFIG_HOME") ?? join(userHome, ".config");
  const claude = envValue("CLAUDE_CONFIG_DIR")?.split(",") ?? [join(config, "claude"), join(userHome, ".claude")];
  const codex = folder(envValue("CODEX_HOME") ?? ".codex");
  return [
    ...claude.map(folder).flatMap((path): readonly (readonly [string, string])[] => [
      [path, promptList],
      [join(path, "projects"), "**/*.jsonl"],
    ]),
    [join(codex, "sessions"), "**/rollout-*.jsonl"],
    [join(codex, "archived_sessions"), "**/rollout-*.jsonl"],
    // Transcripts of sub-agents are in a folder named after the session that started them.
    [join(userHome, ".gemini", "tmp"), "*/chats/{**/session-*.{json,jsonl},*/*.jsonl}"],
  ];
}

/** The transcripts on this machine, and `sessions/imported.jsonl` of the home, which records how far they have been read. */
export function transcriptFiles(options: TranscriptFilesOptions): Transcripts {
  const { version, home, cwd, gate, projectOf, keepsText, ownsProcess } = options;
  const folder = join(home, "sessions");
  const importedFile = join(folder, "imported.jsonl");

  const globBelow = async (path: string, pattern: string): Promise<readonly string[]> => {
    if ((await stat(path).catch(ifMissing(undefined)))?.isDirectory() !== true) return [];
    const { glob } = await import("tinyglobby");
    return glob(pattern, { cwd: path, absolute: true, dot: true, onlyFiles: true, followSymbolicLinks: false });
  };
  const filesAt = async (path: string): Promise<readonly string[]> => {
    const at = resolve(cwd, expandHome(path, options.userHome));
    try {
      return (await stat(at)).isDirectory() ? await globBelow(at, "**/{*.jsonl,session-*.json}") : [at];
    } catch (error) {
      throw inputFailure(path, error);
    }
  };

  return {
    version,
    async files(paths) {
      const lists =
        paths.length === 0
          ? await Promise.all(transcriptGlobs(options).map(([path, pattern]) => globBelow(path, pattern)))
          : await Promise.all(paths.map(filesAt));
      const found = await Promise.all([...new Set(lists.flat())].map(toTranscriptFile));
      return found.flatMap((one) => one ?? []).sort(compare);
    },
    async accepted(path) {
      const real = (at: string): Promise<string | null> => realpath(at).catch(() => null);
      const file = isAbsolute(path) ? await real(path) : null;
      if (file === null || !transcriptName.test(basename(file))) return [];
      const folders = transcriptGlobs(options).filter(([, pattern]) => pattern !== promptList);
      const roots = (await Promise.all(folders.map(([at]) => real(at)))).flatMap((at) => at ?? []);
      const isBelowRoot = roots.some((root) => isWithin(root, file));
      if (!isBelowRoot || (await toTranscriptFile(file)) === undefined) return [];
      const subAgents = file.slice(0, file.lastIndexOf("."));
      // A link is not followed: it could lead anywhere.
      return (await real(subAgents)) === subAgents ? [file, subAgents] : [file];
    },
    read: (file, from, each, isWhole, signal) =>
      withOpenFile(file, async (handle) => {
        if (!isSingleJson(file.path)) return readLinesAfter(handle, from ?? { offset: 0, lines: 0 }, each, isWhole, signal);
        const text = (await readRegular(file.path, maxValueBytes)).toString("utf8");
        each({ number: 1, text });
        const offset = Buffer.byteLength(text);
        return { offset, lines: 1, tail: await hashTail(handle, offset) };
      }),
    goesOn: (file, from) =>
      withOpenFile(file, async (handle) => {
        if (isSingleJson(file.path) || file.size < from.offset) return false;
        return (await hashTail(handle, from.offset)) === from.tail;
      }),
    async remembered(which) {
      try {
        if (which === "all") return (await readFile(importedFile, "utf8")).trimEnd().split("\n");
        const handle = await open(importedFile);
        try {
          for await (const line of handle.readLines({ autoClose: false })) return [line];
          return undefined;
        } finally {
          await handle.close();
        }
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw inputFailure(importedFile, error);
      }
    },
    async remember(pieces) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replaceFile(importedFile, pieces, { mode: 0o600 });
      } catch (error) {
        throw writeFailure(importedFile, error);
      }
    },
    async exclusively(body, signal, waits) {
      const result = await (await gate()).pass(
        "import",
        waits ? lockTimeoutMs : 0,
        () => withSmallHeap(ownsProcess, body),
        signal,
      );
      if (result === null) throw storeLocked(folder, "another import of sessions");
      return result.value;
    },
    projectOf,
    keepsText,
    async withoutSecrets(text) {
      const { withoutSecrets } = await import("./scrub-secrets.ts");
      return withoutSecrets(text);
    },
  };
}
