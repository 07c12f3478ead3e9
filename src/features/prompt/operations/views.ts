/** A prompt as it is sent: the blocks of the system prompt, then the task. */
export type PromptView = Readonly<{
  documents: readonly string[];
  skills: readonly string[];
  system: readonly Readonly<{ text: string; cache: boolean }>[];
  prompt: string;
}>;
