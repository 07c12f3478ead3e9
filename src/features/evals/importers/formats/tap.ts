import { stripBom } from "../../../../kernel/byte-order-mark.ts";
import { invalidEval } from "../../../../kernel/errors.ts";
import type { ReadResults, ResultFormat, ResultText } from "./format.ts";
import { buildRun, failureText, joinNames, numberDuplicates, optionalField, type ResultTest } from "./result-run.ts";

/** `not ok 3 - name # SKIP why`; in Vitest's output, a line with nested tests ends with a brace. */
const testLine = /^(\s*)(not )?ok\b(?: (\d+))?(?: -)? ?(.*)$/;
const planLine = /^(\s*)1\.\.(\d+)/;
const startLine = /^(?:TAP version \d+|1\.\.\d+|(?:not )?ok\b.*)\s*$/;

/** A test or a suite whose line was read; `names` are those of the enclosing suites. */
type TapPoint = Readonly<{ names: readonly string[]; name: string; passed: boolean | null }> & {
  /** Whether it contains tests. */
  isSuite: boolean;
  durationMs: number | undefined;
  readonly notes: string[];
};

/** Splits a description into the name and the content of its directives. */
function parseDescription(text: string) {
  const directive = /(?<!\\)#\s*(skip|todo)\b/i.exec(text);
  const time = /(?<!\\)#\s*time=([\d.]+)(m?s)/.exec(text);
  const end = /(?<!\\)\s*(?<!\\)#\s*(?:skip\b|todo\b|time=)/i.exec(text)?.index ?? text.length;
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

/** The state of the parser: the open suites, outermost first, and what was read so far. */
type ParserState = {
  readonly points: TapPoint[];
  readonly open: { readonly depth: number; readonly name: string; hasTests: boolean }[];
  /** Indentation of the open YAML block; undefined outside of a block. Lines inside a block are not tests. */
  block: number | undefined;
  planned: number | undefined;
  outermost: number;
  bailed: boolean;
};

const closeSuites = ({ open }: ParserState, isClosed: (depth: number) => boolean): void => {
  for (let last = open.at(-1); last !== undefined && isClosed(last.depth); last = open.at(-1)) open.pop();
};

function readTest(state: ParserState, depth: number, line: RegExpExecArray): void {
  const { open, points } = state;
  const text = line[4] ?? "";
  const opensSuite = /\{\s*$/.test(text);
  const { name, isSkipped, durationMs } = parseDescription(opensSuite ? text.replace(/\s*\{\s*$/, "") : text);
  closeSuites(state, (one) => one > depth);
  const own = open.at(-1)?.depth === depth ? open.pop() : undefined;
  const parent = open.at(-1);
  if (parent !== undefined) parent.hasTests = true;
  if (depth === 0) state.outermost += 1;
  points.push({
    names: open.map((one) => one.name),
    name: name === "" ? `test ${line[3] ?? points.length + 1}` : name,
    passed: isSkipped ? null : line[2] === undefined,
    isSuite: opensSuite || own?.hasTests === true,
    durationMs,
    notes: [],
  });
  if (opensSuite) open.push({ depth, name, hasTests: true });
}

function readLine(state: ParserState, line: string): void {
  const depth = line.length - line.trimStart().length;
  if (state.block !== undefined) {
    if (depth <= state.block && line.trim() === "...") state.block = undefined;
    else addNote(state.points.at(-1), line.slice(state.block));
    return;
  }
  if (depth > 0 && line.trim() === "---") {
    state.block = depth;
    return;
  }
  const subtest = /^\s*# Subtest: (.*)$/.exec(line);
  const test = testLine.exec(line);
  const plan = planLine.exec(line);
  if (subtest !== null) {
    closeSuites(state, (one) => one >= depth);
    state.open.push({ depth, name: parseDescription(subtest[1] ?? "").name, hasTests: false });
  } else if (test !== null) readTest(state, depth, test);
  else if (plan !== null && depth === 0) state.planned = Number(plan[2]);
  else if (/^Bail out!/i.test(line)) state.bailed = true;
  else if (line.trim() === "}") closeSuites(state, (one) => one >= depth);
  else if (depth > 0) addNote(state.points.at(-1), line.trim());
}

/**
 * Reads the lines. Suites are detected by the lines indented below them (Vitest, whose suite lines end with a brace) or above
 * them (Node, which names suites in a comment).
 */
function readPoints(text: string, target: string): Pick<ParserState, "points" | "bailed"> {
  const state: ParserState = { points: [], open: [], block: undefined, planned: undefined, outermost: 0, bailed: false };
  for (const line of text.split(/\r?\n/)) readLine(state, line);
  const { planned, outermost, bailed } = state;
  if (!bailed && planned === undefined) throw invalidEval(target, ["it has no plan (1..N), so it ends in the middle"]);
  if (!bailed && planned !== outermost) throw invalidEval(target, [`its plan has ${planned} tests, it holds ${outermost}`]);
  return state;
}

function addNote(point: TapPoint | undefined, line: string): void {
  if (point === undefined) return;
  const duration = /^duration_ms: ([\d.]+)$/.exec(line);
  if (duration !== null) point.durationMs = Number(duration[1]);
  else if (line === "type: 'suite'") point.isSuite = true;
  else point.notes.push(line);
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

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

function testOf({ names, name, passed, durationMs, notes }: TapPoint): ResultTest {
  return {
    name: joinNames(...names, name),
    passed,
    ...(passed === null ? {} : optionalField("duration_ms", durationMs)),
    ...(passed === false ? optionalField("error", failureText(reasonOf(notes))) : {}),
  };
}

function read({ text, target }: ResultText): ReadResults {
  const { points, bailed } = readPoints(text, target);
  // A suite fails on its own, such as in a hook, when no test in it failed.
  const failsAlone = ({ names, name, passed, isSuite }: TapPoint): boolean =>
    isSuite &&
    passed === false &&
    !points.some((one) => !one.isSuite && one.passed === false && one.names.join("\n").startsWith([...names, name].join("\n")));
  return buildRun(target, {
    format: "tap",
    tier: "tap",
    tests: numberDuplicates(points.filter((point) => !point.isSuite || failsAlone(point)).map((point) => [testOf(point)])),
    partial: bailed,
  });
}

const startsAsTap = (text: string): boolean => {
  const line = stripBom(text)
    .split(/\r?\n/)
    .find((one) => one.trim() !== "" && !one.startsWith("#"));
  return line !== undefined && startLine.test(line);
};

export const tap: ResultFormat = {
  id: "tap",
  title: "TAP",
  claims: ({ isXml, text }) => !isXml && startsAsTap(text.slice(0, 4096)),
  read,
};
