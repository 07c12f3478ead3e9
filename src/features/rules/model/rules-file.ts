import { invalidInput, usage } from "../../../kernel/errors.ts";
import { withoutFenced } from "./fences.ts";

/*
 * The file of a project's house rules: bullets that people write, and below a marker the most broken rules, which the ledger
 * writes. Header and marker are those of the file format, so that other programs that support it can read the file.
 */

/** Path of a project's house rules, relative to its folder. */
export const rulesPath = "skills/specfact-code-review/SKILL.md";

const headerStart = "## TOP VIOLATIONS";
const marker = "<!-- auto-managed: do not edit manually -->";

/** Default maximum number of lines of the file, as agents read the whole file. */
export const defaultMaxLines = 40;

/** Number of latest runs in which hits are counted. */
export const countedRuns = 20;
/** Number of latest runs in which a listed rule has to be broken to stay listed. */
export const recentRuns = 10;
/** Minimum number of hits that list a rule. */
const minHitsToList = 3;

/** A rule of the managed part. */
export type ListedRule = Readonly<{ rule: string; hits: number }>;

/** How often each rule was broken in the counted runs, and in the recent runs among them. */
export type RuleHits = Readonly<{ counted: ReadonlyMap<string, number>; recent: ReadonlyMap<string, number> }>;

/** A parsed rules file: the lines up to the marker (included), the index of the title in them, and the rules below the marker. */
export type RulesFile = Readonly<{
  base: readonly string[];
  title: number;
  version: number;
  listed: readonly string[];
  newline: "\n" | "\r\n";
}>;

const titleVersion = /\(v(\d{1,9})\)[ \t\r]*$/;
const updatedLine = /^Updated: \S*/;

/** A line of the managed part. In a line of another form, the rule is the text up to the first space. */
const managedBullet = /^- (?:(.+) \(\d+ hits? in last \d+ runs\)|(\S+).*)$/;

/** The index of the title's line, preferably of one with a version; -1 if there is none. */
function findTitle(lines: readonly string[]): number {
  const isTitle = (line: string): boolean => /^#[ \t]/.test(line);
  const versioned = lines.findIndex((line) => isTitle(line) && titleVersion.test(line));
  if (versioned !== -1) return versioned;
  // In the front matter, a line that begins with `# ` is a comment.
  const body = lines[0]?.trimEnd() === "---" ? lines.findIndex((line, at) => at > 0 && line.trimEnd() === "---") + 1 : 0;
  return lines.findIndex((line, at) => at >= body && isTitle(line));
}

function versionIn(title: string | undefined): number | null {
  const version = Number(titleVersion.exec(title ?? "")?.[1] ?? Number.NaN);
  return Number.isInteger(version) && version >= 1 ? version : null;
}

/** Version of the house rules, from their title; null when the title names none. */
export function houseRulesVersion(text: string): number | null {
  const lines = withoutFenced(text).split("\n");
  return versionIn(lines[findTitle(lines)]);
}

/** Parses a rules file. @throws invalid_input naming what the file lacks */
export function parseRulesFile(text: string, path: string): RulesFile {
  const lines = text.split("\n");
  const prose = withoutFenced(text).split("\n");
  const header = prose.findIndex((line) => line.startsWith(headerStart));
  const title = findTitle(prose);
  const problems = [
    ...(title === -1 ? ["it has no title line (`# House Rules …`)"] : []),
    ...(prose.some((line) => updatedLine.test(line)) ? [] : ["it has no line that begins with `Updated: `"]),
    ...(header === -1 ? [`it has no line that begins with \`${headerStart}\``] : []),
    ...(header !== -1 && lines[header + 1]?.trimEnd() !== marker
      ? [`the line after \`${headerStart}\` is not \`${marker}\``]
      : []),
  ];
  if (problems.length > 0) throw invalidInput(path, problems);
  const listed = lines.slice(header + 2).flatMap((line) => {
    const found = managedBullet.exec(line.trimEnd());
    return found === null ? [] : [found[1] ?? found[2] ?? ""];
  });
  const base = lines.slice(0, header + 2).map((line, at) => (at === header + 1 ? line.trimEnd() : line));
  return { base, title, version: versionIn(lines[title]) ?? 1, listed, newline: text.includes("\r\n") ? "\r\n" : "\n" };
}

/**
 * Whether a rule's id may be written to a file that agents follow: ids come from reports, and agents would read a sentence in
 * place of an id as an instruction.
 */
export const isListable = (rule: string): boolean =>
  /^(?:@(?=[\p{L}\p{N}])|[\p{L}\p{N}])[\p{L}\p{N}@._/:#+()[\]-]{0,99}$/u.test(rule) && !misreadPattern.test(rule);

/** Markdown links, parent folders, and a drive or scheme after `@`: agents read the file that `@` and a path refer to. */
const misreadPattern = /\]\(|\.\.\/|:\/\/|^@(?:\p{L}:|[^/]*:\/)/u;

/** Returns the rules of the managed part with their hits, the most broken first. */
export const toListedRules = (listed: readonly string[], { counted }: RuleHits): readonly ListedRule[] =>
  listed.map((rule) => ({ rule, hits: counted.get(rule) ?? 0 })).sort(compareByHits);

/** Orders rules by hits in descending order, then by name. */
const compareByHits = (a: ListedRule, b: ListedRule): number => b.hits - a.hits || (a.rule < b.rule ? -1 : 1);

/** Returns the rules that belong in the managed part, the most broken first. @param listed the rules that it has already */
export function rulesToList(listed: readonly string[], { counted, recent }: RuleHits): readonly ListedRule[] {
  const keptRules = new Set(listed.filter((rule) => (recent.get(rule) ?? 0) > 0));
  return [...counted]
    .filter(([rule, hits]) => (hits >= minHitsToList || keptRules.has(rule)) && isListable(rule))
    .map(([rule, hits]) => ({ rule, hits }))
    .sort(compareByHits);
}

/**
 * Returns the managed part with one more rule.
 * @throws usage if the rule must not or need not be added, or there is no line for it
 */
export function withRule(
  listed: readonly string[],
  hits: RuleHits,
  rule: string,
  {
    free,
    wasTaught,
  }: Readonly<{
    /** Number of lines that the file has for managed rules. */
    free: number;
    /** Whether an update listed the rule before. */
    wasTaught: boolean;
  }>,
): readonly ListedRule[] {
  const failure = `Failed to teach ${JSON.stringify(rule)}`;
  if (listed.includes(rule))
    throw usage(`${failure}: the house rules list it already`, "`reward-ledger rules show` lists the rules.");
  if (!isListable(rule)) {
    throw usage(
      `${failure}: agents could read it as an instruction`,
      "Describe it in the DO or DON'T list in words of your own.",
    );
  }
  if (!hits.counted.has(rule) && !wasTaught) {
    throw usage(`${failure}: none of the latest ${countedRuns} runs breaks it`, "`reward-ledger violations` lists broken rules.");
  }
  if (listed.length >= free) {
    throw usage(
      `${failure}: the file has no line left`,
      "Retire a rule, shorten the lists, or raise the limit with --max-lines.",
    );
  }
  return toListedRules([...listed, rule], hits);
}

/** Returns the ids that are broken often enough to be listed, but that agents could misread. */
export const unlistableRules = ({ counted }: RuleHits): readonly string[] =>
  [...counted].filter(([rule, hits]) => hits >= minHitsToList && !isListable(rule)).map(([rule]) => rule);

const bulletOf = ({ rule, hits }: ListedRule): string => `- ${rule} (${hits} hits in last ${countedRuns} runs)`;

/** A rewritten rules file. `left`: the rules for which there was no line. */
export type RewrittenRules = Readonly<{
  text: string;
  version: number;
  rules: readonly ListedRule[];
  left: readonly ListedRule[];
}>;

/**
 * Returns the file with the given managed rules, the next version and the day. All other text stays byte for byte.
 * @throws usage if the text that people wrote alone exceeds the maximum number of lines
 */
export function rewriteRules(
  { base, title, version, newline }: RulesFile,
  rules: readonly ListedRule[],
  { day, maxLines, path }: Readonly<{ day: string; maxLines: number; path: string }>,
): RewrittenRules {
  const free = maxLines - base.length;
  if (free < 0) {
    throw usage(
      `Failed to update ${path}: it has ${base.length} lines without any managed rule, the limit is ${maxLines}`,
      "Shorten the DO and DON'T lists, or raise the limit with --max-lines.",
    );
  }
  const nextVersion = version + 1;
  const updated = withoutFenced(base.join("\n"))
    .split("\n")
    .findIndex((line) => updatedLine.test(line));
  const head = base.map((line, at) => {
    if (at === updated) return line.replace(updatedLine, `Updated: ${day}`);
    if (at !== title) return line;
    return titleVersion.test(line)
      ? line.replace(/\(v\d+\)(?=[ \t\r]*$)/, `(v${nextVersion})`)
      : line.replace(/[ \t]*(\r?)$/, ` (v${nextVersion})$1`);
  });
  const shown = rules.slice(0, free);
  const managed = [...shown.map(bulletOf), ""].join(newline);
  return { text: `${head.join("\n")}${newline}${managed}`, version: nextVersion, rules: shown, left: rules.slice(free) };
}
