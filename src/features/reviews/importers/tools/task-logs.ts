import { stripVTControlCharacters } from "node:util";
import { matchPrefixes } from "./line-prefixes.ts";

/**
 * The output of one task of a runner that works on several packages; `task` is null for text that is in no task's log. `folder`:
 * where the task ran, if the log shows it.
 */
export type TaskLog = Readonly<{ task: string | null; text: string; folder: string | null }>;

/** Lines in which a runner names a task, and the prefix of each line of that task. */
const prefixes: readonly Readonly<{ line: RegExp; prefixOf(task: string): string }>[] = [
  // Turborepo: `web:lint: cache miss, executing 73f11406f6697f63`
  { line: /^(\S+:\S+): cache (?:miss|hit|bypass)\b/, prefixOf: (task) => `${task}: ` },
  // pnpm -r: `packages/web lint$ eslint src`
  { line: /^(\S+ \S+)\$ /, prefixOf: (task) => `${task}: ` },
  // Nx and Lerna, streaming: `> nx run web:lint`, `> web:lint`
  { line: /^> (?:nx run )?(\S+):[\w.-]+(?: +\[.+\])?$/, prefixOf: (task) => `${task}: ` },
  // concurrently: `[web] eslint src exited with code 1`
  { line: /^(\[[^\]]+\]) .* exited with code \w+$/, prefixOf: (task) => `${task} ` },
  // yarn workspaces foreach -v: `[web]: Process started`
  { line: /^(\[[^\]]+\]): Process (?:started|exited)\b/, prefixOf: (task) => `${task}: ` },
];

/** Prefixes that show by themselves what wrote them, if most lines have one: no line has to name the task. */
const linePrefixes: readonly RegExp[] = [
  // `gh run view --log`: job and step
  /^(?:[^\t]+\t){2}/,
  // docker compose, moon: `web-1  | `
  /^[A-Za-z@][\w@./:-]* *\| /,
  // concurrently, npm-run-all: `[0] `; not the level of a message
  /^\[(?!(?:debug|info|notice|warn|warning|error|fatal) *\])(?:\d+|[A-Za-z@][\w@./:-]*) *\] /i,
  // Turborepo: `web:lint: `
  /^[\w@./-]+:[A-Za-z][\w:.-]*: /,
  // pnpm -r: `packages/web lint: `, Bun: `@acme/web lint: `
  /^(?:\.|[\w@.-]+\/[\w@./-]+) (?!(?:fatal|error|warning|note|info)\b)[\w:.-]+: /,
];

/** Matches the line with which npm begins the script of a package: `> web@1.0.0 lint`. pnpm adds the folder. */
const scriptBegins = /^> (\S+@\d\S* \S+)(?: (\S.*))?$/;
/** Matches the folder in npm's report of a failed script. */
const failedScript = /^npm (?:error|ERR!) (?:path|location) (.+)$/;
/** Matches Turborepo's report of a failed command of a task: `web#lint:  ERROR  command (/repo/apps/web) … exited (1)`. */
const failedCommand = /^(\S+)#(\S+): +ERROR +command \((.+?)\)/;
/** Matches pnpm's prefix of the lines of a package's script: its folder and the name of the script. Bun writes the name `@acme/web`. */
const folderAndScript = /^([^\s[\]@][^\s[\]]*) [^\s[\]]+: $/;

/** Maximum number of tasks. No runner has more: if more lines seem to name tasks, none of them does. */
const maxTasks = 1000;

/** Maximum length of a runner's line, in characters. Patterns take far too long for very long lines without spaces. */
const maxRunnerLine = 1000;
const shortLines = (lines: readonly string[]): readonly string[] => lines.filter(({ length }) => length <= maxRunnerLine);

const folderIn = (lines: readonly string[]): string | null =>
  shortLines(lines).flatMap((line) => failedScript.exec(line)?.[1] ?? scriptBegins.exec(line)?.[2] ?? [])[0] ?? null;

/** Returns the name of a task from its prefix: `[web] `, `web:lint: `, `web-1  | `. */
const nameIn = (prefix: string): string =>
  prefix
    .trimEnd()
    .replace(/:$| *\|$/, "")
    .replace(/^\[(.*?) *\]$/, "$1")
    .replaceAll("\t", ", ");

/** Groups lines by prefix and removes it, in the order of the prefixes' first lines; lines without a prefix are under "". */
function groupByPrefix(lines: readonly string[], known: readonly string[]): ReadonlyMap<string, readonly string[]> {
  // In some logs, blank lines lose their trailing space.
  const blanks = new Map(known.map((prefix) => [prefix.trimEnd(), prefix]));
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const prefix = known.find((one) => line.startsWith(one)) ?? blanks.get(line) ?? "";
    const group = groups.get(prefix) ?? [];
    groups.set(prefix, group);
    group.push(line.slice(prefix.length));
  }
  return groups;
}

/** Returns the prefixes of lines in a log in which no line names a task. */
function bareTaskPrefixes(lines: readonly string[]): readonly string[] {
  const all = linePrefixes.map((pattern) => matchPrefixes(pattern, lines).flatMap((match) => match?.[0] ?? []));
  return all.find((found) => found.length > 0) ?? [];
}

function prefixesIn(lines: readonly string[]): readonly string[] {
  const found = shortLines(lines).flatMap((line) =>
    prefixes.flatMap(({ line: pattern, prefixOf }) => {
      const task = pattern.exec(line)?.[1];
      return task === undefined ? [] : prefixOf(task);
    }),
  );
  const known = [...new Set(found.length > 0 ? found : bareTaskPrefixes(lines))];
  // The longest first, as a prefix may begin with another one.
  return known.length > maxTasks ? [] : known.toSorted((a, b) => b.length - a.length);
}

/** Splits the output of scripts of several packages that follow each other. */
function scriptsIn(lines: readonly string[]): readonly TaskLog[] {
  const begins = lines.flatMap((line, at) => (line.length <= maxRunnerLine && scriptBegins.test(line) ? [at] : []));
  if (begins.length < 2) return [];
  const scripts = begins.map((from, index) => {
    const own = lines.slice(from, begins[index + 1]);
    return { task: scriptBegins.exec(own[0] ?? "")?.[1] ?? null, text: own.join("\n"), folder: folderIn(own) };
  });
  return [{ task: null, text: lines.slice(0, begins[0]).join("\n"), folder: null }, ...scripts];
}

/**
 * Splits the output of a runner of several packages' scripts (Turborepo, pnpm, Nx, Lerna, concurrently, Yarn, npm) into the logs
 * of its tasks: each line is prefixed with the name of its package, or the scripts follow each other. Paths start at the
 * package's folder.
 * @returns an empty list if the text is not such a log
 */
export function taskLogs(text: string): readonly TaskLog[] {
  const lines = stripVTControlCharacters(text).split(/\r?\n/);
  const known = prefixesIn(lines);
  if (known.length === 0) return scriptsIn(lines);
  const groups = groupByPrefix(lines, known);
  if ([...groups.keys()].every((prefix) => prefix === "")) return scriptsIn(lines);
  const failed = new Map<string, string>(
    shortLines(lines).flatMap((line) => {
      const [, project, task, folder] = failedCommand.exec(line) ?? [];
      return folder === undefined ? [] : [[`${project}:${task}: `, folder]];
    }),
  );
  return [...groups].flatMap(([prefix, own]) => {
    const task = prefix === "" ? null : nameIn(prefix);
    const text = own.join("\n");
    // A step of a job may start a runner.
    const inner = prefix.includes("\t") ? taskLogs(text) : [];
    if (inner.length > 0) return inner.map((one) => (one.task === null ? one : { ...one, task: `${task}: ${one.task}` }));
    return [{ task, text, folder: folderAndScript.exec(prefix)?.[1] ?? folderIn(own) ?? failed.get(prefix) ?? null }];
  });
}
