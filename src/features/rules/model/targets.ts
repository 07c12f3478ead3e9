import { invalidInput } from "../../../kernel/errors.ts";
import { frontMatter, frontMatterText } from "../../../kernel/front-matter.ts";
import { withoutFenced } from "./fences.ts";
import { rulesPath } from "./rules-file.ts";

/*
 * Files in which agents read the house rules: copies of the rules file, and blocks in files that people write.
 */

export type Target = Readonly<{
  name: string;
  /** Path in the project. */
  file: string;
  /** `copy`, `cursor`: this program writes the whole file; `block`: it writes only a block in a file that belongs to people. */
  kind: "copy" | "cursor" | "block";
  about: string;
}>;

const skillPath = (folder: string): string => `.${folder}/skills/specfact-code-review/SKILL.md`;

/** In the order in which they are written. */
export const targets = [
  { name: "cursor", file: ".cursor/rules/house_rules.mdc", kind: "cursor", about: "Cursor" },
  { name: "claude", file: skillPath("claude"), kind: "copy", about: "Claude Code" },
  { name: "codex", file: skillPath("codex"), kind: "copy", about: "Codex" },
  { name: "vibe", file: skillPath("vibe"), kind: "copy", about: "Vibe" },
  { name: "agents-md", file: "AGENTS.md", kind: "block", about: "every agent that reads AGENTS.md" },
  { name: "claude-md", file: "CLAUDE.md", kind: "block", about: "Claude Code, in every session" },
  { name: "copilot", file: ".github/copilot-instructions.md", kind: "block", about: "GitHub Copilot" },
] as const satisfies readonly Target[];

export type TargetName = (typeof targets)[number]["name"];
export const targetNames = targets.map(({ name }) => name);

const defaultDescription = "House rules of this project";

/** A text as a front matter value, quoted where YAML would parse it as anything other than this text. */
const toYamlValue = (text: string): string =>
  /^[\p{L}\p{N}](?!.*(?:: | #|:$))/u.test(text) && /\p{L}.* /u.test(text) ? text : JSON.stringify(text);

/** The rules in Cursor's format: with its own front matter, always applied. */
function cursorRules(rules: string): string {
  const [whole = "", inside = ""] = frontMatter.exec(rules) ?? [];
  const description = frontMatterText(inside, "description") || defaultDescription;
  const body = rules.slice(whole.length).trim();
  return `---\ndescription: ${toYamlValue(description)}\nalwaysApply: true\n---\n\n${body}\n`;
}

const beginMark = "<!-- reward-ledger rules begin: written by `reward-ledger rules update` -->";
const endMark = "<!-- reward-ledger rules end -->";

/** Offset of the first line from `from` on that begins with the mark; -1 if there is none. */
function findMark(text: string, mark: string, from = 0): number {
  for (let at = text.indexOf(mark, from); at !== -1; at = text.indexOf(mark, at + 1)) {
    if (/(?:^|\n) {0,3}$/.test(text.slice(Math.max(0, at - 4), at))) return at;
  }
  return -1;
}

/** The range of the managed block in a text, outside of code blocks; `to` is exclusive. @throws invalid_input if it is damaged */
function findBlock(text: string, file: string): Readonly<{ from: number; to: number }> | null {
  const prose = withoutFenced(text);
  const from = findMark(prose, beginMark);
  if (from === -1) {
    if (findMark(prose, endMark) === -1) return null;
    throw invalidInput(file, [`it has \`${endMark}\` without the line that begins the block; remove that line`]);
  }
  // The block's content is managed too, so a fence in it does not hide the end mark.
  const last = findMark(text, endMark, from);
  if (last === -1) throw invalidInput(file, [`its block of house rules has no end; add the line \`${endMark}\` behind it`]);
  const to = last + endMark.length;
  if (findMark(text.slice(0, last), beginMark, from + 1) !== -1 || findMark(withoutFenced(text.slice(to)), beginMark) !== -1) {
    throw invalidInput(file, ["it has two blocks of house rules; remove one of them"]);
  }
  return { from, to };
}

/** The line ends to use at the end of a text: those of its last line, as other lines may differ. */
const newlineOf = (text: string): string => (/\r\n[^\n]*$/.test(text) ? "\r\n" : "\n");

/** The rules without front matter and byte order mark, and with uniform line ends: the part that all targets have in common. */
export const bodyOf = (rules: string): string => rules.replace(frontMatter, "").trim().replaceAll("\r\n", "\n");

/** @throws invalid_input if the rules contain a mark that begins or ends the block */
function blockOf(rules: string, newline: string): string {
  const body = bodyOf(rules);
  if (body.includes(beginMark) || body.includes(endMark)) {
    throw invalidInput(rulesPath, ["it holds a line that begins or ends a block of house rules; remove that line"]);
  }
  return [beginMark, ...body.split("\n"), endMark].join(newline);
}

/** Returns the rules in a target's file, in the form of `bodyOf`. */
export function readBody({ kind, file }: Target, text: string): string {
  const block = kind === "block" ? findBlock(text, file) : null;
  return bodyOf(block === null ? text : text.slice(block.from + beginMark.length, block.to - endMark.length));
}

/** The line end after the block's first line. */
const newlineAfter = (text: string, from: number): string => (text.startsWith("\r", from + beginMark.length) ? "\r\n" : "\n");

/** Inserts the managed block into a text, replacing the old one or at the end. Everything else stays byte for byte. */
function withBlock(text: string, rules: string, file: string): string {
  const oldBlock = findBlock(text, file);
  const newline = oldBlock === null ? newlineOf(text) : newlineAfter(text, oldBlock.from);
  const block = blockOf(rules, newline);
  if (oldBlock !== null) return text.slice(0, oldBlock.from) + block + text.slice(oldBlock.to);
  if (text === "") return `${block}${newline}`;
  // Whether a text ends with a line end decides how the block is added, so that removing it restores the same text.
  const added = text.endsWith("\n") ? `${text}${newline}${block}${newline}` : `${text}${newline}${block}`;
  if (findMark(withoutFenced(added), beginMark) === -1) {
    throw invalidInput(file, ["a code block of it has no end, so that the house rules would be a part of it; end it"]);
  }
  return added;
}

/** Removes the managed block. If the block had been appended to a text, this restores that text exactly. */
function withoutBlock(text: string, file: string): string {
  const oldBlock = findBlock(text, file);
  if (oldBlock === null) return text;
  const newline = newlineAfter(text, oldBlock.from);
  const [before, after] = [text.slice(0, oldBlock.from), text.slice(oldBlock.to)];
  // The line end before the block belongs to it if it makes a blank line or if nothing follows; else it ends a line of people.
  const isOurs = before.endsWith(newline + newline) || (after === "" && before.endsWith(newline));
  return (isOurs ? before.slice(0, -newline.length) : before) + (after.startsWith(newline) ? after.slice(newline.length) : after);
}

/** Returns the new content of a target's file. @param text its current content; null: there is no file */
export function contentWithRules({ kind, file }: Target, text: string | null, rules: string): string {
  if (kind === "cursor") return cursorRules(rules);
  return kind === "copy" ? rules : withBlock(text ?? "", rules, file);
}

/** Returns a target's file without the rules; null: the file is to be removed. */
export function contentWithoutRules({ kind, file }: Target, text: string): string | null {
  if (kind !== "block") return null;
  const rest = withoutBlock(text, file);
  return rest === "" ? null : rest;
}

/** Whether a target has the rules. */
export const isInstalled = ({ kind, file }: Target, text: string | null): boolean =>
  text !== null && (kind !== "block" || findBlock(text, file) !== null);
