import crypto from "node:crypto";
import fs, { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { dirname, sep } from "node:path";
import { Readable } from "node:stream";
import { captureStream } from "../support/keeper.ts";
import type { Plan, Step, StepResult } from "./plan.ts";

/*
 * A process that runs the built program many times, one command after the other, as if each were a separate process: the program
 * is reloaded for each command, and a command has ended when the event loop is empty. The plan sets the clock, the random
 * numbers and the machine's name. Usage: node driver.ts <plan.json> <ended.json>
 */
const require = createRequire(import.meta.url);
const [planFile, endedFile] = process.argv.slice(2);
if (planFile === undefined || endedFile === undefined) throw new Error("usage: driver.ts <plan.json> <ended.json>");
const plan: Plan = JSON.parse(readFileSync(planFile, "utf8"));

const RealDate = Date;
const world = { now: 0, host: "", random: (): number => 0 };

/** A `Date` that reads the plan's clock, which does not advance while a command runs. */
class PlannedDate extends RealDate {
  constructor(...args: readonly unknown[]) {
    // Passes the arguments on unchanged; the cast is required because the overloads of Date do not accept a spread.
    super(...((args.length === 0 ? [world.now] : args) as [number]));
  }
  static override now = (): number => world.now;
}
globalThis.Date = PlannedDate as DateConstructor;

/** Returns a generator of numbers from 0 to 1 that depend only on the seed (mulberry32). */
function seededRandom(seed: string): () => number {
  let state = crypto.createHash("sha256").update(seed).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const mixedTwice = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixedTwice ^ (mixedTwice >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fillRandom<T extends ArrayBufferView>(view: T): T {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  for (const index of bytes.keys()) bytes[index] = Math.floor(world.random() * 256);
  return view;
}
const bytes = (size: number): Buffer => fillRandom(Buffer.alloc(size));
function uuid(): string {
  const hex = bytes(16).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
Math.random = () => world.random();
Object.assign(crypto, { randomFillSync: fillRandom, randomBytes: bytes, randomUUID: uuid });
Object.assign(globalThis.crypto, { getRandomValues: fillRandom, randomUUID: uuid });
Object.assign(os, { hostname: () => world.host });
process.exit = (code) => {
  throw new Error(`the program ended itself with ${code}`);
};

/** SQLite is compiled once for all commands, because compilation would take most of each command's time. */
type Wasm = Readonly<{
  compile(source: Uint8Array): Promise<object>;
  instantiate(module: object, imports: unknown): Promise<object>;
}>;
const wasm: Wasm = Reflect.get(globalThis, "WebAssembly");
const { compile, instantiate } = wasm;
const compiled = new Map<number, Promise<object>>();
Object.assign(wasm, {
  async instantiate(source: Uint8Array, imports: unknown) {
    const compiling = compiled.get(source.byteLength) ?? compile(source);
    compiled.set(source.byteLength, compiling);
    const module = await compiling;
    return { module, instance: await instantiate(module, imports) };
  },
});

const replaceStream = (name: "stdin" | "stdout" | "stderr", value: unknown): void => {
  Object.defineProperty(process, name, { value, configurable: true });
};

/** Redirects writes to descriptor 1 to the stream that replaces standard output. */
const { writeSync } = fs;
Object.assign(fs, {
  writeSync(...args: Parameters<typeof writeSync>): number {
    const [descriptor, bytes] = args;
    if (descriptor !== 1 || !Buffer.isBuffer(bytes)) return writeSync(...args);
    process.stdout.write(bytes);
    return bytes.length;
  },
});

/** Inserts values of earlier answers: `{task.id}` is the field `id` in the answer of the step named `task`. */
function resolveArg(arg: string, answers: ReadonlyMap<string, unknown>): string {
  return arg.replace(/\{(\w+)\.([\w.]+)\}/g, (_, name: string, path: string) =>
    String(path.split(".").reduce<unknown>((value, key) => Object(value)[key], answers.get(name))),
  );
}

type RunningStep = Readonly<{ step: Step; stdout: () => string; stderr: () => string }>;
const ended: StepResult[] = [];
const answers = new Map<string, unknown>();
const state: { next: number; running: RunningStep | null } = { next: 0, running: null };

function begin(step: Step): void {
  if (step.fresh !== undefined) {
    rmSync(step.home, { recursive: true, force: true });
    cpSync(step.fresh, step.home, { recursive: true });
  }
  mkdirSync(step.cwd, { recursive: true });
  process.chdir(step.cwd);
  world.now = RealDate.parse(step.at);
  world.host = step.host;
  world.random = seededRandom(`${step.host} ${step.at} ${step.args.join(" ")}`);
  const args = step.args.map((arg) => resolveArg(arg, answers));
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, { HOME: step.home, REWARD_LEDGER_HOME: step.home, XDG_CACHE_HOME: "/nowhere", ...step.env });
  process.argv = [process.execPath, plan.cli, ...args];
  process.exitCode = 0;
  const [stdout, stderr] = [captureStream(), captureStream()];
  if (step.columns !== undefined) Object.assign(stdout.stream, { isTTY: true, columns: step.columns });
  replaceStream("stdin", Readable.from(step.input === undefined ? [] : [step.input]));
  replaceStream("stdout", stdout.stream);
  replaceStream("stderr", stderr.stream);
  state.running = { step, stdout: stdout.text, stderr: stderr.text };
  const folder = dirname(plan.cli) + sep;
  for (const file of Object.keys(require.cache)) if (file.startsWith(folder)) delete require.cache[file];
  require(plan.cli);
  // A process emits `beforeExit` again only after its event loop was busy, which some commands do not cause.
  setImmediate(() => undefined);
}

/** The process's own event listeners, and functions that packages wrap: each wrapper would keep its whole program in memory. */
const ownEvents = new Set([...process.eventNames(), "beforeExit"]);
const { close, closeSync } = fs;
const { emit, cwd, chdir } = process;
const reallyExit: unknown = Reflect.get(process, "reallyExit");

/** Reverts the changes that a command's packages (graceful-fs, signal-exit) made to the process. */
function restoreProcess(): void {
  for (const name of process.eventNames()) if (!ownEvents.has(name)) process.removeAllListeners(name);
  Object.assign(fs, { close, closeSync });
  Object.assign(process, { emit, cwd, chdir, reallyExit });
  Reflect.deleteProperty(process, "__signal_exit_emitter__");
}

function finish({ step, stdout, stderr }: RunningStep): void {
  restoreProcess();
  if (step.name !== undefined) answers.set(step.name, JSON.parse(stdout()));
  ended.push({ code: Number(process.exitCode), stdout: stdout(), stderr: stderr() });
  process.exitCode = 0;
}

process.on("beforeExit", () => {
  if (state.running !== null) finish(state.running);
  state.running = null;
  const step = plan.steps[state.next++];
  if (step !== undefined) begin(step);
  else if (state.next === plan.steps.length + 1) writeFileSync(endedFile, JSON.stringify(ended));
});
