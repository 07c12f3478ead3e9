import type { Transcripts } from "../../../ports/transcripts.ts";
import type { Row } from "../../agent/model/column-types.ts";
import { storedPrompts } from "../../agent/model/sessions.ts";
import type { TranscriptEvent } from "../model/transcript.ts";

/** A prompt of a session. `at` is in ms since the epoch. */
export type Prompt = Readonly<{ at: number; text: string }>;

/** Maximum length of a stored prompt, in characters. */
const maxPromptLength = 2000;

/** Collects the prompts of sessions; those of the list are used only if there are no others. */
export function createPromptCollector() {
  const typed = new Map<string, Prompt[]>();
  const listed = new Map<string, Prompt[]>();
  const add = (to: Map<string, Prompt[]>, session: string, prompt: Prompt): void => {
    const known = to.get(session) ?? [];
    if (known.length === 0) to.set(session, known);
    if (!known.some(({ at, text }) => at === prompt.at && text === prompt.text)) known.push(prompt);
  };
  return {
    take(event: TranscriptEvent): void {
      const { session, at } = event;
      if (event.is === "prompt") add(typed, session, { at, text: event.text });
      if (event.is === "listed prompt") add(listed, session, { at, text: event.text });
    },
    of: (session: string): readonly Prompt[] => typed.get(session) ?? listed.get(session) ?? [],
  };
}

export type PromptCollector = ReturnType<typeof createPromptCollector>;

/** Returns prompts without the secrets in them. Secrets are removed before the text is cut, so that no part of one is left. */
export async function removePromptSecrets(transcripts: Transcripts, prompts: readonly Prompt[]): Promise<readonly Prompt[]> {
  const clean: Prompt[] = [];
  for (const { at, text } of prompts)
    clean.push({ at, text: (await transcripts.withoutSecrets(text)).slice(0, maxPromptLength) });
  return clean;
}

/** Returns the prompts of a row with further ones, sorted by time; empty if there are no further ones. */
export function mergePrompts(recorded: Row | undefined, further: readonly Prompt[]): Row {
  if (further.length === 0) return {};
  const before = recorded?.["prompts_json"];
  const known = typeof before === "string" ? storedPrompts.parse(JSON.parse(before)) : [];
  const fresh = further
    .map(({ at, text }) => ({ at: new Date(at).toISOString(), text }))
    .filter((prompt) => !known.some(({ at, text }) => at === prompt.at && text === prompt.text));
  return { prompts_json: JSON.stringify([...known, ...fresh].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) };
}
