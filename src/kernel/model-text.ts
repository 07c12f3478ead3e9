import type * as z from "zod";
import { problemsOf } from "./zod-messages.ts";

/*
 * Texts to and from language models: prompts with data in them, and JSON in answers.
 */

const placeholder = /\{\{([a-z_]+)\}\}/g;
/**
 * Divides a prompt's file: the part before the line is the system prompt, the same each time; the part after it is the question.
 */
const divider = /\n+---\n+/;

/**
 * Fills the placeholders `{{name}}` of a prompt's file. Placeholders inside the values are not filled.
 * @throws TypeError when a value is missing or is not used, or the file does not have two parts
 */
export function fillPrompt(file: string, values: Readonly<Record<string, string>>): Readonly<{ system: string; prompt: string }> {
  const used = new Set<string>();
  const fill = (text: string): string =>
    text.trim().replaceAll(placeholder, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new TypeError(`the prompt's {{${name}}} has no value`);
      used.add(name);
      return value;
    });
  const [system, prompt, ...more] = file.split(divider);
  if (system === undefined || prompt === undefined || more.length > 0) throw new TypeError("a prompt has two parts");
  const filled = { system: fill(system), prompt: fill(prompt) };
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new TypeError(`the prompt does not use ${unused.join(", ")}`);
  return filled;
}

/** Wraps foreign text in marks that it does not contain, so that nothing in it can end the block. */
export function fenceText(name: string, text: string): string {
  let mark = name.toUpperCase();
  while (text.includes(`${mark}>>>`) || text.includes(`<<<${mark}`)) mark += "_";
  return `<<<${mark}\n${text}\n${mark}>>>`;
}

/** The first `{…}` in a text, matched by the braces outside of strings; undefined when there is none that ends. */
export function firstObject(text: string): string | undefined {
  const from = text.indexOf("{");
  if (from < 0) return undefined;
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter === "\\") at += 1;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "{") depth += 1;
    else if (letter === "}") {
      depth -= 1;
      if (depth === 0) return text.slice(from, at + 1);
    }
  }
  return undefined;
}

/**
 * Parses the first JSON object in an answer.
 * @param refuse creates the error for an answer that does not match
 */
export function parseAnswer<T>(answer: string, schema: z.ZodType<T>, refuse: (reason: string, answer: string) => Error): T {
  const object = firstObject(answer);
  if (object === undefined) throw refuse("it has no JSON object", answer);
  let value: unknown;
  try {
    value = JSON.parse(object);
  } catch (cause) {
    throw refuse(`its JSON cannot be parsed (${cause instanceof Error ? cause.message : String(cause)})`, answer);
  }
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw refuse(problemsOf(parsed.error).join("; "), answer);
  return parsed.data;
}
