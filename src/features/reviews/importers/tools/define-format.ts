import type * as z from "zod";
import { problemsOf } from "../../../../kernel/zod-messages.ts";
import { type Category, type Severity, severities } from "../../model/finding.ts";

/** A finding as a tool wrote it, in this program's terms. What the tool does not state is null. */
export type ToolFinding = Readonly<{
  /** The name of the tool's command, in lower case: `eslint`. */
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
  /** Whether the tool compared with an earlier run that has the finding too. */
  existing?: boolean;
  /** Counts whatever its line is, such as a failing test: the change that broke it may be anywhere. */
  always?: boolean;
}>;

/** An entry that could not be used: its place in the file, and the reason. */
export type SkippedEntry = Readonly<{ place: string; reason: string }>;

/** The contents of one output. */
export type ToolReading = Readonly<{
  findings: readonly ToolFinding[];
  skipped: readonly SkippedEntry[];
  /** Number of findings that are suppressed in the code or by the tool's configuration; they do not count. */
  suppressed: number;
  /** Tools that ran, if the output also names those that found nothing. */
  tools?: readonly string[];
  /** False if the output shows that nothing was checked, so that the absence of findings means nothing. */
  ran?: boolean;
}>;

/** A line that is JSON by itself. `line` counts from 1. */
export type JsonLine = Readonly<{ line: number; value: unknown }>;

/** An XML document: the name of its outermost element, and the whole text. */
export type XmlText = Readonly<{ root: string; text: string }>;

/** The forms in which the text of an output can be parsed before its tool is known. */
export type OutputForms = Readonly<{
  json: unknown;
  "json lines": readonly JsonLine[];
  xml: XmlText;
  /** Lines without their line feeds; the first is line 1. */
  text: readonly string[];
}>;

type FormatInfo = Readonly<{
  /** The value of `--format`: `eslint`. A tool with two formats has two ids: `mypy`, `mypy-text`. */
  id: string;
  title: string;
  form: keyof OutputForms;
  /**
   * What distinguishes it from all others, as the error for an unknown input lists it: "a list of objects with `filePath` and
   * `messages`".
   */
  looksFor: string;
  /** The tool's words for severities, in lower case; any other is a warning. */
  severities: ReadonlyMap<string, Severity>;
  /** What findings of this format have beyond rule and message, and what they lack; for docs/formats.md. */
  gives: string;
  lacks: string;
}>;

type Definition<Form extends keyof OutputForms> = FormatInfo &
  Readonly<{
    form: Form;
    /** Whether an output has this format, by its content; only one format may claim an output. Cheap: checks few entries. */
    claims(output: OutputForms[Form]): boolean;
    /**
     * Reads all entries; an invalid one is skipped with its place.
     * @throws invalid_input if the output as a whole cannot be read
     */
    read(output: OutputForms[Form], target: string): ToolReading;
  }>;

/** An output in each form in which it can be parsed. */
export type ParsedForms = Readonly<{ [Form in keyof OutputForms]?: Readonly<{ output: OutputForms[Form] }> }>;

/** A format in which a tool writes its findings. `detect-format.ts` lists all formats. */
export type ToolFormat = FormatInfo &
  Readonly<{
    claims(forms: ParsedForms): boolean;
    /** Returns undefined if the output does not have the format's form. */
    read(forms: ParsedForms, target: string): ToolReading | undefined;
  }>;

/** Defines a format; its functions receive the output in its form. */
export const defineFormat = <Form extends keyof OutputForms>(definition: Definition<Form>): ToolFormat => ({
  ...definition,
  claims(forms) {
    const parsedForm = forms[definition.form];
    return parsedForm !== undefined && definition.claims(parsedForm.output);
  },
  read(forms, target) {
    const parsedForm = forms[definition.form];
    return parsedForm === undefined ? undefined : definition.read(parsedForm.output, target);
  },
});

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object with all of these own keys. */
export const hasKeys = (value: unknown, ...keys: readonly string[]): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && keys.every((key) => Object.hasOwn(value, key));

/** Builds the map of a tool's words for severities, in lower case, the most severe first. */
export const severitiesOf = (words: Readonly<Partial<Record<Severity, readonly string[]>>>): ReadonlyMap<string, Severity> =>
  new Map(severities.flatMap((severity) => (words[severity] ?? []).map((word) => [word, severity] as const)));

/** Returns the severity that a tool's word means; any unknown word is a warning. */
export const severityOf = (of: ReadonlyMap<string, Severity>, word: unknown): Severity =>
  of.get(String(word).toLowerCase()) ?? "warning";

/** Reads a line number as tools write it; null if it is 0, negative or not an integer. */
export const lineOf = (value: unknown): number | null =>
  Number.isSafeInteger(value) && Number(value) >= 1 ? Number(value) : null;

/** Maximum number of skipped entries that are named; the rest are only counted. */
const maxSkipped = 1000;

/** Collects what is read, entry by entry. */
export type FindingCollector = Readonly<{
  findings: ToolFinding[];
  skip(place: string, reason: string): void;
  suppress(count?: number): void;
  /** Notes an entry of which nothing was skipped: it shows that a tool checked the code, even if it found nothing. */
  use(): void;
  /** Number of entries that were skipped so far. */
  skips(): number;
  reading(): ToolReading;
}>;

export function createCollector(): FindingCollector {
  const findings: ToolFinding[] = [];
  const skipped: SkippedEntry[] = [];
  let unnamed = 0;
  let suppressed = 0;
  let used = 0;
  return {
    findings,
    skip(place, reason) {
      if (skipped.length < maxSkipped) skipped.push({ place, reason });
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
      // An output without a usable entry does not show that the tool found nothing.
      ...(findings.length + suppressed + used === 0 && skipped.length > 0 ? { ran: false } : {}),
      skipped: unnamed === 0 ? skipped : [...skipped, { place: "elsewhere", reason: `${unnamed} more entries cannot be used` }],
      suppressed,
    }),
  };
}

/** Parses one entry with its schema; if it does not match, it is skipped with its place, and undefined is returned. */
export function parseEntry<S extends z.ZodType>(
  collector: FindingCollector,
  schema: S,
  entry: unknown,
  place: string,
): z.output<S> | undefined {
  const parsed = schema.safeParse(entry, { reportInput: true });
  if (parsed.success) return parsed.data;
  collector.skip(place, problemsOf(parsed.error).slice(0, 3).join("; "));
  return undefined;
}
