/** One command of the program, and the environment in which it runs. */
export type Step = Readonly<{
  args: readonly string[];
  /** The time of the clock. */
  at: string;
  /** Name of the machine. */
  host: string;
  home: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** A home that replaces this one before the command runs. */
  fresh?: string | undefined;
  /** Text on standard input. */
  input?: string | undefined;
  /** Width of the terminal to which the answer is written; absent: it is written to a file. */
  columns?: number | undefined;
  /** The name by which later steps refer to values of this step's JSON answer, as in `{name.id}`. */
  name?: string | undefined;
}>;

export type Plan = Readonly<{ cli: string; steps: readonly Step[] }>;

/** The result of a command. */
export type StepResult = Readonly<{ code: number; stdout: string; stderr: string }>;
