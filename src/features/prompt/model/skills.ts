import { frontMatter, frontMatterText } from "../../../kernel/front-matter.ts";

/** A skill of a project. `about`: its description. */
export type Skill = Readonly<{ file: string; name: string; about: string; text: string }>;

/** Folders in which agents look for skills of a project. */
export const skillFolders = [".agents/skills", ".claude/skills", "skills"] as const;

/** Parses a skill's file; null if it has no name. */
export function readSkill(file: string, text: string): Skill | null {
  const head = frontMatter.exec(text)?.[1] ?? "";
  const name = frontMatterText(head, "name");
  return name === "" ? null : { file, name, about: frontMatterText(head, "description"), text };
}

/** The words of a text that are long enough to be meaningful, in lower case. */
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu));

/** Minimum number of words that a task and a matching skill have in common. */
const minSharedWords = 3;

/** Whether a skill matches a task: the task names it, or shares enough words with its name and description. */
export function matchesTask({ name, about }: Skill, task: string): boolean {
  if (task.toLowerCase().includes(name.toLowerCase())) return true;
  const words = wordsOf(task);
  return [...wordsOf(`${name} ${about}`)].filter((word) => words.has(word)).length >= minSharedWords;
}
