import { fstatSync, readSync, writeSync } from "node:fs";
import { backgroundFlag, backgroundIngest, startBackgroundIngest } from "./platform/background-ingest.ts";
import { resolveHome, userFolder } from "./platform/disk/home.ts";
import { maxEventBytes, spoolEvent } from "./platform/spool-writer.ts";

/*
 * `hook EVENT` as agents call it, in a bundle of its own: it is started before and after each use of a tool, so it loads nothing that it
 * does not need. It ends with exit code 0 whatever goes wrong, because some hosts take another code for "blocked".
 */

type Asked = Readonly<{
  event: string | undefined;
  /** What the host sent, for hosts that send it as an argument. */
  payload: string | undefined;
  values: ReadonlyMap<string, string>;
  enforceBudget: boolean;
  /** Whether a hook has started this process to take the spool in. */
  isBackground: boolean;
}>;

/** The command line of a `hook`; undefined for one that asks for help, or is another command's. */
function asked(words: readonly string[]): Asked | undefined {
  const positional: string[] = [];
  const values = new Map<string, string>();
  let [enforceBudget, isBackground] = [false, false];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, name = "", given] = /^--(home|host)(?:=(.*))?$/s.exec(word) ?? [];
    if (name !== "") {
      if (given === undefined) at += 1;
      values.set(name, given ?? words[at] ?? "");
    } else if (word === "--help" || word === "-h") return undefined;
    else if (word === "--enforce-budget") enforceBudget = true;
    else if (word === backgroundFlag) isBackground = true;
    else if (!word.startsWith("-")) positional.push(word);
  }
  const [command, ...rest] = positional;
  if (command !== "hook") return undefined;
  const event = rest.find((word) => !word.startsWith("{"));
  return { event, payload: rest.find((word) => word.startsWith("{")), values, enforceBudget, isBackground };
}

const chunkBytes = 65_536;
/** How long a host may write nothing, and how long all of its input may take, ms: a host waits for its hooks, the shortest limit is 1.5 s. */
const patience = { silence: 1_000, all: 5_000 } as const;
const pause = 5;

/**
 * Has reads of standard input fail at once where nothing is there yet: a host that keeps it open and writes nothing would keep the process
 * until the host's own limit. Node sets that on pipes only by way of `net`, which takes as long to load as all of this; where its binding
 * is not to be had, reads wait.
 */
function readWithoutWaiting(): void {
  const found = fstatSync(0);
  const binding: unknown = Reflect.get(process, "binding");
  if (process.platform === "win32" || !(found.isFIFO() || found.isSocket()) || typeof binding !== "function") return;
  try {
    const { Pipe, constants } = binding.call(process, "pipe_wrap");
    new Pipe(constants.SOCKET).open(0);
  } catch {
    // Reads wait.
  }
}

/** What one read of standard input came to. `late`: the host wrote nothing in time. */
type Read = number | "late";

function readOnce(chunk: Buffer, until: number): Read {
  const end = Math.min(until, Date.now() + patience.silence);
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code !== "EAGAIN") return 0;
      if (Date.now() >= end) return "late";
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

const isWhole = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

type Input = Readonly<{ text: string; isLate: boolean }>;

/**
 * Standard input up to its end, or up to the end of the one JSON text that it holds: a host may keep it open. What is too long is read
 * and dropped, so that the host can write it.
 */
function standardInput(): Input {
  if (fstatSync(0).isCharacterDevice()) return { text: "", isLate: false };
  readWithoutWaiting();
  const until = Date.now() + patience.all;
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const read = readOnce(chunk, until);
    if (read === 0 || read === "late") return { text: Buffer.concat(chunks).toString("utf8"), isLate: read === "late" };
    size += read;
    if (size > maxEventBytes) continue;
    chunks.push(chunk.subarray(0, read));
    if (read < chunkBytes && /\}\s*$/.test(chunk.toString("latin1", Math.max(0, read - 16), read))) {
      const text = Buffer.concat(chunks).toString("utf8");
      if (isWhole(text)) return { text, isLate: false };
    }
  }
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    // It was removed while the agent works.
    return "";
  }
}

/** Answers a command line, if it is one of `hook` that asks for no help. */
export function answeredHook(words: readonly string[]): boolean {
  const question = asked(words);
  if (question === undefined) return false;
  try {
    const { event, payload, values, enforceBudget, isBackground } = question;
    const cwd = workingFolder();
    const home = resolveHome(values.get("home"), process.env, userFolder(process.env), cwd === "" ? "/" : cwd);
    if (isBackground) {
      backgroundIngest(home);
      return true;
    }
    const { text, isLate } = payload === undefined ? standardInput() : { text: payload, isLate: false };
    const { answer, meaning } = spoolEvent({
      home,
      text,
      isLate,
      event,
      host: values.get("host"),
      enforceBudget,
      now: new Date(),
      cwd,
      env: process.env,
    });
    if (answer !== "") writeSync(1, `${answer}\n`);
    if (meaning === "stop" || meaning === "turn" || meaning === "end") startBackgroundIngest(home, process.env);
  } catch {
    // The agent goes on.
  }
  return true;
}
