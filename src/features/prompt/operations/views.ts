/** A prompt as it is sent: blocks of the system, then the task. */
export type PromptView = Readonly<{
  documents: readonly string[];
  skills: readonly string[];
  system: readonly Readonly<{ text: string; cache: boolean }>[];
  prompt: string;
}>;
