/** A command whose answer is stored both as text and as JSON. */
export type Question = Readonly<{
  /** Name of the files that store the answer, without extensions. */
  file: string;
  args: readonly string[];
  input?: string;
  columns?: number;
  /** The time of the clock, if it differs from the default. */
  at?: string;
  env?: Readonly<Record<string, string>>;
  /** Only the text is stored, because the JSON contains nothing more. */
  textOnly?: boolean;
}>;

type QuestionOptions = Omit<Question, "file" | "args">;

/** Questions for one command; each line holds the words after the command's name. */
export const questionsOf = (command: string, lines: readonly string[], more: QuestionOptions = {}): readonly Question[] =>
  lines.map((line) => ({
    file: command.replaceAll(" ", "-"),
    args: [...command.split(" "), ...line.split(" ").filter((word) => word !== "")],
    ...more,
  }));

/** A question whose words contain spaces. */
export const questionOf = (command: string, words: readonly string[], more: QuestionOptions = {}): Question => ({
  file: command.replaceAll(" ", "-"),
  args: [...command.split(" "), ...words],
  ...more,
});
