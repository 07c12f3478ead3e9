import { stripBom } from "../../../../kernel/byte-order-mark.ts";
import { invalidEval } from "../../../../kernel/errors.ts";
import type { ReadResults, ResultFormat, ResultText } from "./format.ts";
import { buildRun, failureText, joinNames, numberDuplicates, optionalField, type ResultTest } from "./result-run.ts";

/** `not ok 3 - name # SKIP why`. */
const testLine = /^(\s*)(not )?ok\b(?: (\d+))?(?: -)? ?(.*)$/;
/** `1..3`, or `1..0 # SKIP why` for a file of which nothing ran. */
const planLine = /^(\s*)1\.\.(\d+)\s*(?:#\s*(skip\b)?.*)?$/i;
/** Lines that configure the reader of the output and say nothing of a test. */
const controlLine = /^\s*(?:TAP version \d+|pragma [-+]\S.*)\s*$/;
const bailLine = /^\s*Bail out!/i;

/** The tests of one indentation that belong together: those of the file, or those of a suite. */
type Block = {
  readonly depth: number;
  readonly parent: Block | undefined;
  /** That of the suite; its line, which may follow the block, decides. */
  name: string | undefined;
  /** Whether a test in it failed. */
  failed: boolean;
};

/** A test or a suite whose line was read. */
type TapPoint = Readonly<{ block: Block; name: string; passed: boolean | null }> & {
  isSuite: boolean;
  /** The tests of a suite. */
  tests: Block | undefined;
  durationMs: number | undefined;
  readonly notes: string[];
};

/** Splits a description into the name and the content of its directives. A `#` within a word begins no directive. */
function parseDescription(text: string) {
  const directive = /(?:^|\s)#\s+(?:skip\S*|todo\b)/i.exec(text);
  const time = /(?:^|\s)#\s*time=([\d.]+)(m?s)/.exec(text);
  const end = Math.min(directive?.index ?? text.length, time?.index ?? text.length);
  const name = text
    .slice(0, end)
    .trim()
    .replace(/\\([#\\])/g, "$1");
  return {
    name,
    isSkipped: directive !== null,
    durationMs: time === null ? undefined : Number(time[1]) * (time[2] === "s" ? 1000 : 1),
  };
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Returns the lines of tests that end with a brace, and whose tests a line with the closing brace ends, as Vitest writes suites. */
function bracedLines(lines: readonly string[]): ReadonlySet<number> {
  const braced = new Set<number>();
  const open: { depth: number; index: number }[] = [];
  lines.forEach((line, index) => {
    const text = line.trim();
    if (text === "") return;
    const depth = indentOf(line);
    while ((open.at(-1)?.depth ?? -1) > depth) open.pop();
    const last = open.at(-1);
    if (last?.depth === depth) {
      open.pop();
      if (text === "}") braced.add(last.index);
    }
    if (text.endsWith("{") && testLine.test(line)) open.push({ depth, index });
  });
  return braced;
}

/** The state of the parser: the innermost open block, and what was read so far. */
type ParserState = {
  readonly points: TapPoint[];
  block: Block;
  /** The suite that a comment announced; its block may follow. */
  announced: string | undefined;
  /** Indentation of the open YAML block; undefined outside of a block. Lines inside a block are not tests. */
  yaml: number | undefined;
  planned: number | undefined;
  isSkipped: boolean;
  outermost: number;
  bailed: boolean;
};

const openBlock = (depth: number, parent: Block | undefined, name?: string): Block => ({ depth, parent, name, failed: false });

/** Closes the blocks that are indented deeper than a line. Returns the outermost of them, whose suite the line may be. */
function closeBlocks(state: ParserState, depth: number): Block | undefined {
  let closed: Block | undefined;
  for (let { parent } = state.block; state.block.depth > depth && parent !== undefined; { parent } = state.block) {
    closed = state.block;
    state.block = parent;
  }
  return closed;
}

/** Enters the block of a line, which a deeper indentation begins. */
function enterBlock(state: ParserState, depth: number): void {
  if (depth > state.block.depth) state.block = openBlock(depth, state.block, state.announced);
  state.announced = undefined;
}

function readTest(state: ParserState, depth: number, line: RegExpExecArray, isBraced: boolean): void {
  const { points } = state;
  const text = line[4] ?? "";
  const { name, isSkipped, durationMs } = parseDescription(isBraced ? text.replace(/\s*\{\s*$/, "") : text);
  const closed = closeBlocks(state, depth);
  enterBlock(state, depth);
  if (depth === 0) state.outermost += 1;
  const tests = isBraced ? openBlock(depth + 1, state.block) : closed;
  const point = {
    block: state.block,
    name: name === "" ? `test ${line[3] ?? points.length + 1}` : name,
    passed: isSkipped ? null : line[2] === undefined,
    isSuite: tests !== undefined,
    tests,
    durationMs,
    notes: [],
  };
  if (tests !== undefined) tests.name = point.name;
  points.push(point);
  if (isBraced && tests !== undefined) state.block = tests;
}

/** Whether a line is part of a YAML block, which begins and ends with lines of its own. */
function readYaml(state: ParserState, line: string): boolean {
  const depth = indentOf(line);
  if (state.yaml === undefined) {
    if (depth === 0 || line.trim() !== "---") return false;
    state.yaml = depth;
  } else if (depth <= state.yaml && line.trim() === "...") state.yaml = undefined;
  else addNote(state.points.at(-1), line.slice(state.yaml));
  return true;
}

function readLine(state: ParserState, line: string, isBraced: boolean): void {
  if (readYaml(state, line)) return;
  const depth = indentOf(line);
  const subtest = /^\s*# Subtest: (.*)$/.exec(line);
  const test = testLine.exec(line);
  const plan = planLine.exec(line);
  if (subtest !== null) {
    closeBlocks(state, depth);
    enterBlock(state, depth);
    state.announced = parseDescription(subtest[1] ?? "").name;
  } else if (test !== null) readTest(state, depth, test, isBraced);
  else if (plan !== null) {
    if (depth > 0) return;
    state.planned = Number(plan[2]);
    state.isSkipped = plan[2] === "0" && plan[3] !== undefined;
  } else if (bailLine.test(line)) state.bailed = true;
  else if (line.trim() === "}") closeBlocks(state, depth);
  else if (depth > 0 && !controlLine.test(line)) addNote(state.points.at(-1), line.trim());
}

/**
 * Reads the lines. The tests of a suite are indented: below its line, which ends with a brace (Vitest), or above it, with a
 * comment that names the suite before them (Node) or without one.
 */
function readPoints(text: string, target: string): Pick<ParserState, "points" | "bailed" | "isSkipped"> {
  const state: ParserState = {
    points: [],
    block: openBlock(0, undefined),
    announced: undefined,
    yaml: undefined,
    planned: undefined,
    isSkipped: false,
    outermost: 0,
    bailed: false,
  };
  const lines = text.split(/\r?\n/);
  const braced = bracedLines(lines);
  for (const [index, line] of lines.entries()) readLine(state, line, braced.has(index));
  const { planned, outermost, bailed } = state;
  if (!bailed && planned === undefined) throw invalidEval(target, ["it has no plan (1..N), so it ends in the middle"]);
  if (!bailed && planned !== outermost) throw invalidEval(target, [`its plan has ${planned} tests, it holds ${outermost}`]);
  return state;
}

function addNote(point: TapPoint | undefined, line: string): void {
  if (point === undefined) return;
  const duration = /^duration_ms: ['"]?([\d.]+(?:e[-+]?\d+)?)['"]?$/i.exec(line);
  if (duration !== null) point.durationMs = Number(duration[1]);
  else if (line === "type: 'suite'") point.isSuite = true;
  else point.notes.push(line);
}

/** Returns the lines of a YAML block that begins after `|` or `>` at the end of a line. */
function blockAfter(notes: readonly string[], at: number): readonly string[] {
  const own = indentOf(notes[at] ?? "");
  const below = notes.slice(at + 1);
  const end = below.findIndex((line) => line.trim() !== "" && indentOf(line) <= own);
  return (end === -1 ? below : below.slice(0, end)).map((line) => line.trim());
}

/** Returns the fields that the producer calls `error` or `message`, else all of its notes. */
function reasonOf(notes: readonly string[]): string {
  const errors: string[] = [];
  for (let at = 0; at < notes.length; at += 1) {
    const message = /^\s*(?:error|message): ['"]?(.+?)['"]?$/.exec(notes[at] ?? "")?.[1];
    if (message === undefined) continue;
    const block = /^[|>][-+\d]*$/.test(message) ? blockAfter(notes, at) : undefined;
    errors.push(block?.join("\n") ?? message);
    at += block?.length ?? 0;
  }
  return errors.join("\n") || notes.map((line) => line.trim()).join("\n");
}

function suitesOf(block: Block): readonly string[] {
  const names: string[] = [];
  for (let one: Block | undefined = block; one !== undefined; one = one.parent)
    if (one.name !== undefined) names.unshift(one.name);
  return names;
}

function testOf({ block, name, passed, durationMs, notes }: TapPoint): ResultTest {
  return {
    name: joinNames(...suitesOf(block), name),
    passed,
    ...(passed === null ? {} : optionalField("duration_ms", durationMs)),
    ...(passed === false ? optionalField("error", failureText(reasonOf(notes))) : {}),
  };
}

/** Returns the tests, and the suites that failed on their own, such as in a hook: no test in them failed. */
function testsOf(points: readonly TapPoint[]): readonly TapPoint[] {
  const markFailed = (block: Block): void => {
    for (let one: Block | undefined = block; one !== undefined && !one.failed; one = one.parent) one.failed = true;
  };
  for (const { block, passed, isSuite } of points) if (!isSuite && passed === false) markFailed(block);
  const failedAlone = new Set<TapPoint>();
  // A suite that failed on its own explains the failure of those around it.
  const suites = points.filter(({ isSuite, passed }) => isSuite && passed === false);
  for (const suite of suites.toSorted((a, b) => b.block.depth - a.block.depth)) {
    if (suite.tests?.failed === true) continue;
    failedAlone.add(suite);
    markFailed(suite.block);
  }
  return points.filter((point) => !point.isSuite || failedAlone.has(point));
}

function read({ text, target }: ResultText): ReadResults {
  const { points, bailed, isSkipped } = readPoints(text, target);
  return buildRun(target, {
    format: "tap",
    tier: "tap",
    tests: numberDuplicates(testsOf(points).map((point) => [testOf(point)])),
    // How many tests were skipped is not stated: the file counts as one.
    alsoSkipped: isSkipped ? 1 : 0,
    partial: bailed,
  });
}

const startsAsTap = (text: string): boolean => {
  const line = stripBom(text)
    .split(/\r?\n/)
    .find((one) => one.trim() !== "" && !one.trimStart().startsWith("#"));
  return line !== undefined && [testLine, planLine, controlLine, bailLine].some((one) => one.test(line));
};

export const tap: ResultFormat = {
  id: "tap",
  title: "TAP",
  claims: ({ isXml, text }) => !isXml && startsAsTap(text.slice(0, 4096)),
  read,
};
