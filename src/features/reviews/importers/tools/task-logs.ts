import { stripVTControlCharacters } from "node:util";

/**
 * What one task of a runner wrote that works on several packages; `task` is null for what stands in no task's log. `folder`: where it
 * ran, as far as the log says it.
 */
export type TaskLog = Readonly<{ task: string | null; text: string; folder: string | null }>;

/** Lines in which a runner names a task, and what then stands before each line of it. */
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

/** How npm begins the script of a package: `> web@1.0.0 lint`. pnpm adds the folder. */
const scriptBegins = /^> (\S+@\d\S* \S+)(?: (\S.*))?$/;
/** Where npm says that a script failed. */
const failedScript = /^npm (?:error|ERR!) (?:path|location) (.+)$/;
/** Where Turborepo says that the command of a task failed: `web#lint:  ERROR  command (/repo/apps/web) … exited (1)`. */
const failedCommand = /^(\S+)#(\S+): +ERROR +command \((.+?)\)/;
/** What pnpm puts before the lines of a package's script: its folder and the name of the script. */
const folderAndScript = /^([^\s[\]]+) [^\s[\]]+: $/;

/** No runner has more tasks; more lines that look as if they named some are none. */
const mostTasks = 1000;

/** Lines of runners are short; patterns take far too long for lines without spaces that are very long. */
const mostOfRunner = 1000;
const shortOnes = (lines: readonly string[]): readonly string[] => lines.filter(({ length }) => length <= mostOfRunner);

const folderIn = (lines: readonly string[]): string | null =>
  shortOnes(lines).flatMap((line) => failedScript.exec(line)?.[1] ?? scriptBegins.exec(line)?.[2] ?? [])[0] ?? null;

/** The name of a task in its prefix: `[web] `, `web:lint: `. */
const nameIn = (prefix: string): string =>
  prefix
    .trimEnd()
    .replace(/:$/, "")
    .replace(/^\[(.*)\]$/, "$1");

/** Lines by the prefix that they begin with, in the order of the prefixes' first lines; other lines are by "". */
function byPrefix(lines: readonly string[], known: readonly string[]): ReadonlyMap<string, readonly string[]> {
  // Blank lines lose the space at their end in some logs.
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

function prefixesIn(lines: readonly string[]): readonly string[] {
  const found = shortOnes(lines).flatMap((line) =>
    prefixes.flatMap(({ line: pattern, prefixOf }) => {
      const task = pattern.exec(line)?.[1];
      return task === undefined ? [] : prefixOf(task);
    }),
  );
  const known = [...new Set(found)];
  // A prefix may begin with another one.
  return known.length > mostTasks ? [] : known.toSorted((a, b) => b.length - a.length);
}

/** Scripts of several packages, one after the other. */
function scriptsIn(lines: readonly string[]): readonly TaskLog[] {
  const begins = lines.flatMap((line, at) => (line.length <= mostOfRunner && scriptBegins.test(line) ? [at] : []));
  if (begins.length < 2) return [];
  const scripts = begins.map((from, index) => {
    const own = lines.slice(from, begins[index + 1]);
    return { task: scriptBegins.exec(own[0] ?? "")?.[1] ?? null, text: own.join("\n"), folder: folderIn(own) };
  });
  return [{ task: null, text: lines.slice(0, begins[0]).join("\n"), folder: null }, ...scripts];
}

/**
 * The logs of the tasks in what a runner of several packages' scripts wrote (Turborepo, pnpm, Nx, Lerna, concurrently, Yarn, npm): each
 * line has the name of its package before it, or the scripts follow each other, and paths start at the package's folder.
 * @returns none where a text is no such log
 */
export function taskLogs(text: string): readonly TaskLog[] {
  const lines = stripVTControlCharacters(text).split(/\r?\n/);
  const known = prefixesIn(lines);
  if (known.length === 0) return scriptsIn(lines);
  const groups = byPrefix(lines, known);
  if ([...groups.keys()].every((prefix) => prefix === "")) return scriptsIn(lines);
  const failed = new Map<string, string>(
    shortOnes(lines).flatMap((line) => {
      const [, project, task, folder] = failedCommand.exec(line) ?? [];
      return folder === undefined ? [] : [[`${project}:${task}: `, folder]];
    }),
  );
  return [...groups].map(([prefix, own]) => ({
    task: prefix === "" ? null : nameIn(prefix),
    text: own.join("\n"),
    folder: folderAndScript.exec(prefix)?.[1] ?? folderIn(own) ?? failed.get(prefix) ?? null,
  }));
}
