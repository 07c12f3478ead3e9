/** One command of the program, and the world that it runs in. */
export type Step = Readonly<{
  args: readonly string[];
  /** What the clock shows. */
  at: string;
  /** Name of the machine. */
  host: string;
  home: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** A home that is copied over this one before. */
  fresh?: string | undefined;
  /** Text on standard input. */
  input?: string | undefined;
  /** Width of the terminal that the answer goes to; absent: it goes to a file. */
  columns?: number | undefined;
  /** Later steps name values of this step's JSON answer by it, as in `{name.id}`. */
  name?: string | undefined;
}>;

export type Plan = Readonly<{ cli: string; steps: readonly Step[] }>;

/** What a command left behind. */
export type Ended = Readonly<{ code: number; stdout: string; stderr: string }>;
