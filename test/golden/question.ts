/** A command of which both forms of the answer are kept. */
export type Question = Readonly<{
  /** Name of the files that it is kept in, without their endings. */
  file: string;
  args: readonly string[];
  input?: string;
  columns?: number;
  /** What the clock shows, when not what it shows for all. */
  at?: string;
  env?: Readonly<Record<string, string>>;
  /** There is nothing in its JSON that its text does not say. */
  textOnly?: boolean;
}>;

type More = Omit<Question, "file" | "args">;

/** Questions of one command, each of its lines being what stands behind the command's name. */
export const of = (command: string, lines: readonly string[], more: More = {}): readonly Question[] =>
  lines.map((line) => ({
    file: command.replaceAll(" ", "-"),
    args: [...command.split(" "), ...line.split(" ").filter((word) => word !== "")],
    ...more,
  }));

/** A question whose words hold spaces. */
export const said = (command: string, words: readonly string[], more: More = {}): Question => ({
  file: command.replaceAll(" ", "-"),
  args: [...command.split(" "), ...words],
  ...more,
});
