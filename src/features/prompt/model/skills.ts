import { frontMatter, frontMatterText } from "../../../kernel/front-matter.ts";

/** A skill of a project: what it is for, and its text. */
export type Skill = Readonly<{ file: string; name: string; about: string; text: string }>;

/** Folders in which agents look for skills of a project. */
export const skillFolders = [".agents/skills", ".claude/skills", "skills"] as const;

/** Reads a skill's file; null for one without a name. */
export function readSkill(file: string, text: string): Skill | null {
  const head = frontMatter.exec(text)?.[1] ?? "";
  const name = frontMatterText(head, "name");
  return name === "" ? null : { file, name, about: frontMatterText(head, "description"), text };
}

/** Words that say something by themselves. */
const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{4,}/gu));

/** So many words that task and skill have in common are no accident. */
const leastShared = 3;

/** Whether a skill is for a task: the task names it, or shares words with what it is for. */
export function isFor({ name, about }: Skill, task: string): boolean {
  if (task.toLowerCase().includes(name.toLowerCase())) return true;
  const words = wordsOf(task);
  return [...wordsOf(`${name} ${about}`)].filter((word) => words.has(word)).length >= leastShared;
}
