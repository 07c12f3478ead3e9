import type * as z from "zod";
import { problemsOf } from "../../../../kernel/zod-messages.ts";
import { type Category, type Severity, severities } from "../../model/finding.ts";

/** A finding as a tool wrote it, in the words of this program. What the tool does not say is null. */
export type ToolFinding = Readonly<{
  /** The tool as its command is called, in lower case: `eslint`. */
  tool: string;
  /** The tool's own id of the rule. */
  rule: string | null;
  severity: Severity;
  category: Category;
  message: string;
  /** As the tool wrote it, relative or absolute, with either slash; a URI is decoded (`pathOfUri`). */
  path: string | null;
  /** Counts from 1. */
  line: number | null;
  /** Whether a tool can repair it. */
  fixable: boolean;
  /** Whether the tool compared with an earlier run and found it there too. */
  existing?: boolean;
  /** Counts whatever line it stands at, as a failing test does: the change that broke it may be anywhere. */
  always?: boolean;
}>;

/** An entry that could not be used: where it stands in the file, and why. */
export type SkippedEntry = Readonly<{ place: string; reason: string }>;

/** What one output holds. */
export type ToolReading = Readonly<{
  findings: readonly ToolFinding[];
  skipped: readonly SkippedEntry[];
  /** How many findings are suppressed in the code or by the tool's configuration; they do not count. */
  suppressed: number;
  /** Tools that ran, where an output says so of those that found nothing. */
  tools?: readonly string[];
  /** False where the output shows that nothing was looked at, so that the absence of findings says nothing. */
  ran?: boolean;
}>;

/** A line that is JSON by itself. `line` counts from 1. */
export type JsonLine = Readonly<{ line: number; value: unknown }>;

/** An XML document: the name of its outermost element, and the whole text. */
export type XmlText = Readonly<{ root: string; text: string }>;

/** How the text of an output is to be taken, before anything is known of the tool. */
export type Forms = Readonly<{
  json: unknown;
  "json lines": readonly JsonLine[];
  xml: XmlText;
  /** Lines without their line feeds; the first is line 1. */
  text: readonly string[];
}>;

type About = Readonly<{
  /** The value of `--format`: `eslint`. A tool with two formats has two ids: `mypy`, `mypy-text`. */
  id: string;
  title: string;
  form: keyof Forms;
  /** What tells it from all others, as the error for an unknown input lists it: "a list of objects with `filePath` and `messages`". */
  looksFor: string;
  /** The tool's words for severities, in lower case; any other is a warning. */
  severities: ReadonlyMap<string, Severity>;
  /** What findings of this format have beyond rule and message, and what they lack; for docs/formats.md. */
  gives: string;
  lacks: string;
}>;

type Definition<Form extends keyof Forms> = About &
  Readonly<{
    form: Form;
    /** Whether an output is of this format, by its content: only one format may say so of an output. Cheap: looks at few entries. */
    claims(output: Forms[Form]): boolean;
    /** Reads all entries; one that is wrong is skipped with its place. @throws invalid_input where the output as a whole cannot be read */
    read(output: Forms[Form], target: string): ToolReading;
  }>;

/** An output in each form that it can be taken in. */
export type FormsOfOutput = Readonly<{ [Form in keyof Forms]?: Readonly<{ output: Forms[Form] }> }>;

/** A format that a tool writes its findings in. One file a format; `detect-format.ts` lists them. */
export type ToolFormat = About &
  Readonly<{
    claims(forms: FormsOfOutput): boolean;
    /** Undefined where the output is not of the format's form. */
    read(forms: FormsOfOutput, target: string): ToolReading | undefined;
  }>;

/** Defines a format; what it is called with is of its form. */
export const defineFormat = <Form extends keyof Forms>(definition: Definition<Form>): ToolFormat => ({
  ...definition,
  claims(forms) {
    const taken = forms[definition.form];
    return taken !== undefined && definition.claims(taken.output);
  },
  read(forms, target) {
    const taken = forms[definition.form];
    return taken === undefined ? undefined : definition.read(taken.output, target);
  },
});

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object with all of these keys of its own. */
export const hasKeys = (value: unknown, ...keys: readonly string[]): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && keys.every((key) => Object.hasOwn(value, key));

/** A tool's words for severities, in lower case, the worst first. */
export const severitiesOf = (words: Readonly<Partial<Record<Severity, readonly string[]>>>): ReadonlyMap<string, Severity> =>
  new Map(severities.flatMap((severity) => (words[severity] ?? []).map((word) => [word, severity] as const)));

/** What a tool's word for a severity means. */
export const severityOf = (of: ReadonlyMap<string, Severity>, word: unknown): Severity =>
  of.get(String(word).toLowerCase()) ?? "warning";

/** A line number as tools write it, which is none when it is 0, negative or no integer. */
export const lineOf = (value: unknown): number | null =>
  Number.isSafeInteger(value) && Number(value) >= 1 ? Number(value) : null;

/** So many skipped entries are named; of an output of nothing else the rest is only counted. */
const mostNamed = 1000;

/** Gathers what is read, entry by entry. */
export type Gathering = Readonly<{
  findings: ToolFinding[];
  skip(place: string, reason: string): void;
  suppress(count?: number): void;
  /** Notes an entry of which nothing was skipped: it shows that a tool looked at the code, also where it found nothing. */
  use(): void;
  /** How many entries were skipped so far. */
  skips(): number;
  reading(): ToolReading;
}>;

export function gather(): Gathering {
  const findings: ToolFinding[] = [];
  const skipped: SkippedEntry[] = [];
  let unnamed = 0;
  let suppressed = 0;
  let used = 0;
  return {
    findings,
    skip(place, reason) {
      if (skipped.length < mostNamed) skipped.push({ place, reason });
      else unnamed += 1;
    },
    suppress(count = 1) {
      suppressed += count;
    },
    use() {
      used += 1;
    },
    skips: () => skipped.length + unnamed,
    reading: () => ({
      findings,
      // An output of which no entry could be used is not one of a tool that found nothing.
      ...(findings.length + suppressed + used === 0 && skipped.length > 0 ? { ran: false } : {}),
      skipped: unnamed === 0 ? skipped : [...skipped, { place: "elsewhere", reason: `${unnamed} more entries cannot be used` }],
      suppressed,
    }),
  };
}

/** Understands one entry by its schema; undefined, and skipped with its place, when it does not fit. */
export function understood<S extends z.ZodType>(
  into: Gathering,
  schema: S,
  entry: unknown,
  place: string,
): z.output<S> | undefined {
  const parsed = schema.safeParse(entry, { reportInput: true });
  if (parsed.success) return parsed.data;
  into.skip(place, problemsOf(parsed.error).slice(0, 3).join("; "));
  return undefined;
}
