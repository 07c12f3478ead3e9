import { stripVTControlCharacters } from "node:util";
import { stripBom } from "../../../../kernel/byte-order-mark.ts";
import { invalidInput, unknownFormat } from "../../../../kernel/errors.ts";
import type { LedgerError } from "../../../../kernel/ledger-error.ts";
import { replacementCharacter } from "../../../../kernel/unreadable-text.ts";
import { attempt } from "../../../shared/input/input-file.ts";
import { parseJson } from "../../../shared/input/json.ts";
import { splitLines, splitValues } from "../../../shared/input/split-json.ts";
import { xmlRootName } from "../../../shared/input/xml.ts";
import { bandit } from "./bandit.ts";
import { biome } from "./biome.ts";
import { biomeText } from "./biome-text.ts";
import { cargoText } from "./cargo-text.ts";
import { checkstyle } from "./checkstyle.ts";
import { clippy } from "./clippy.ts";
import { cppcheck } from "./cppcheck.ts";
import type { JsonLine, ParsedForms, SkippedEntry, ToolFinding, ToolFormat, ToolReading } from "./define-format.ts";
import { eslint } from "./eslint.ts";
import { flake8 } from "./flake8.ts";
import { gccText } from "./gcc-text.ts";
import { github, githubText, isAnnotation } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { golangciLint } from "./golangci-lint.ts";
import { golangciText } from "./golangci-text.ts";
import { hadolint } from "./hadolint.ts";
import { junit } from "./junit.ts";
import { markdownlint } from "./markdownlint.ts";
import { mypy, mypyText } from "./mypy.ts";
import { oxlint } from "./oxlint.ts";
import { oxlintText } from "./oxlint-text.ts";
import { phpcs } from "./phpcs.ts";
import { pylint, pylintText } from "./pylint.ts";
import { pyright, pyrightText } from "./pyright.ts";
import { rdjson, rdjsonl } from "./rdjson.ts";
import { rubocop } from "./rubocop.ts";
import { ruff, ruffLines } from "./ruff.ts";
import { sarif } from "./sarif.ts";
import { shellcheck } from "./shellcheck.ts";
import { stylelint } from "./stylelint.ts";
import { stylish } from "./stylish.ts";
import { tsc } from "./tsc.ts";
import { pathOfUri } from "./uri.ts";
import { yamllint } from "./yamllint.ts";

/** Every supported format, in the order of documents and messages. */
export const toolFormats: readonly ToolFormat[] = [
  sarif,
  eslint,
  stylish,
  biome,
  biomeText,
  oxlint,
  oxlintText,
  tsc,
  stylelint,
  ruff,
  ruffLines,
  flake8,
  pylint,
  pylintText,
  pyright,
  pyrightText,
  mypy,
  mypyText,
  bandit,
  golangciLint,
  golangciText,
  clippy,
  cargoText,
  checkstyle,
  shellcheck,
  cppcheck,
  gccText,
  rubocop,
  phpcs,
  markdownlint,
  hadolint,
  yamllint,
  github,
  githubText,
  gitlab,
  rdjson,
  rdjsonl,
  junit,
];

/**
 * An output before its tool is known. `noJson`: why it is not JSON; `isMeantAsJson`: whether it begins like JSON, possibly after
 * other lines; `skipped`: lines that only begin like JSON.
 */
type ParsedOutput = Readonly<{
  forms: ParsedForms;
  noJson: LedgerError | undefined;
  isMeantAsJson: boolean;
  skipped: readonly SkippedEntry[];
}>;

/** Matches the beginning of an object or of a list of objects or lists; `[INFO]` and `[1/3]` of a log do not. */
export const beginsAsJson = /^(?:\[\s*[[{\]]|\{\s*["}])/;

/** Returns the lines that are JSON. Of the other lines, only those that begin like JSON are reported as skipped. */
function readJsonLines(text: string): Readonly<{ lines: readonly JsonLine[]; skipped: readonly SkippedEntry[] }> {
  const lines: JsonLine[] = [];
  const skipped: SkippedEntry[] = [];
  for (const { label, text: piece } of splitLines(text, "")) {
    if (!beginsAsJson.test(piece)) continue;
    const place = label.trim();
    const parsed = attempt(() => parseJson(piece, place, true));
    const isObject = parsed.ok && typeof parsed.value === "object" && parsed.value !== null;
    if (isObject) lines.push({ line: Number(place.slice("line ".length)), value: parsed.value });
    else skipped.push({ place, reason: "it is no whole JSON" });
  }
  return { lines, skipped };
}

/**
 * Extracts the JSON between other lines: npm prints the script before its output, other tools print notes and progress. The lists
 * of several calls, such as one per workspace, are concatenated. Undefined if there is no JSON, or several values that are not
 * all lists.
 */
function extractJson(text: string, target: string): Readonly<{ value: unknown }> | undefined {
  const pieces = splitValues(text, target).filter((piece) => beginsAsJson.test(piece.text));
  if (pieces.length === 0 || (pieces.length > 1 && pieces.some((piece) => piece.text.startsWith("{")))) return undefined;
  const values = pieces.map((piece) => parseJson(piece.text, piece.label));
  return { value: values.length === 1 ? values[0] : values.flat() };
}

/** Extracts XML that other lines precede or follow. */
function extractXml(text: string): string {
  const declared = /^[ \t]*<\?xml\s/m.exec(text);
  return declared === null ? text : text.slice(declared.index, text.lastIndexOf(">") + 1);
}

/** Matches a text that can be JSON as a whole; for any other, its beginning is enough to show why it is not JSON. */
const mayBeJson = /^\s*[[{"\dtfn-]/;
const probeLength = 100;

/** Removes what programs write to a terminal for colours and progress; neither JSON nor XML may contain it. */
const stripColors = (text: string): string => (text.includes("\u001b") ? stripVTControlCharacters(text) : text);

function parseOutput(text: string, target: string): ParsedOutput {
  const body = stripColors(stripBom(text));
  const defaults = { noJson: undefined, isMeantAsJson: false, skipped: [] };
  const isMeantAsJson = beginsAsJson.test(body.trimStart());
  const xml = isMeantAsJson ? body : extractXml(body);
  const root = xmlRootName(xml);
  if (root !== undefined) return { ...defaults, forms: { xml: { output: { root, text: xml } } } };
  const wholeJson = attempt(() => parseJson(mayBeJson.test(body) ? body : body.slice(0, probeLength), target));
  if (wholeJson.ok) {
    const { value } = wholeJson;
    return { ...defaults, forms: { json: { output: value }, "json lines": { output: [{ line: 1, value }] } } };
  }
  const embedded = attempt(() => extractJson(body, target));
  const { lines, skipped } = readJsonLines(body);
  const forms = {
    text: { output: stripVTControlCharacters(body).split(/\r?\n/) },
    ...(lines.length === 0 ? {} : { "json lines": { output: lines } }),
    ...(embedded.ok && embedded.value !== undefined ? { json: { output: embedded.value.value } } : {}),
  };
  const noJson = embedded.ok || isMeantAsJson ? wholeJson.error : embedded.error;
  return { forms, noJson, isMeantAsJson: isMeantAsJson || !embedded.ok, skipped };
}

/** An output as a format sees it: only that of GitHub sees its annotations, whose messages may look like lines of other tools. */
function formsFor(format: ToolFormat, { text, ...others }: ParsedForms): ParsedForms {
  if (text === undefined) return others;
  const isPlain = format === githubText || !text.output.some(isAnnotation);
  return { ...others, text: isPlain ? text : { output: text.output.map((line) => (isAnnotation(line) ? "" : line)) } };
}

const claimants = (forms: ParsedForms): readonly ToolFormat[] => toolFormats.filter((one) => one.claims(formsFor(one, forms)));

/** The detected format of an output, and its contents. */
export type ReadOutput = Readonly<{ format: ToolFormat }> & ToolReading;

/** Separates findings whose rule or tool could not be read as text: under a garbled name it would count as another rule. */
function splitByReadableRule(
  findings: readonly ToolFinding[],
): readonly [readable: readonly ToolFinding[], unread: readonly SkippedEntry[]] {
  const isUnread = ({ rule, tool }: ToolFinding): boolean =>
    rule?.includes(replacementCharacter) === true || tool.includes(replacementCharacter);
  if (!findings.some(isUnread)) return [findings, []];
  const unread = findings.filter(isUnread).map(({ rule, tool, path, line }) => ({
    place: [path ?? tool, ...(line === null ? [] : [line])].join(":"),
    reason: `its rule could not be read as text (${rule ?? tool})`,
  }));
  return [findings.filter((one) => !isUnread(one)), unread];
}

/** Replaces a `file:` URI as the path of a finding with the path that it names. */
function withFilePath(one: ToolFinding): ToolFinding {
  return one.path !== null && /^file:/i.test(one.path) ? { ...one, path: pathOfUri(one.path) ?? one.path } : one;
}

/**
 * Matches lines that are not output of a tool: scripts and their commands, progress, durations, commands of a build. A line that
 * reports a failure does not match.
 */
const banners = [
  /^(?:[>$•[]|#+\[|-- |-+$|=+$)/,
  /^(?:yarn run |info |npm (?:notice|warn)|(?:✨ +)?Done in )/,
  /^(?:cache (?:miss|hit|bypass)\b|Done$|Process started$|Process exited \(exit code 0\)|.* exited with code 0$)/,
  /^(?:Checking|Compiling|Building|Finished|Running|Scanning) /,
  /^make(?:\[\d+\])?: (?!\*\*\*)/,
  /^(?:\S*\/)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|ar|ld|ranlib|cmake|ninja|libtool|mkdir|rm|cp|install) /,
];

/** Whether a line is blank or not output of a tool. */
export const isBanner = (line: string): boolean => line.trim() === "" || banners.some((one) => one.test(line.trim()));

const problemNouns = "(?:issues?|problems?|errors?|warnings?|offenses?|violations?|findings?)";
/** Matches what a tool prints that checked code and found nothing. */
const foundNothing = new RegExp(
  `\\b(?:success(?:ful(?:ly)?)?|no (?:\\w+ )?${problemNouns}|all checks passed|found 0|0 ${problemNouns}|rated at 10|checked [1-9]\\d* files? in \\w+\\. no fixes applied)\\b`,
  "i",
);
const foundSomething = new RegExp(`\\b[1-9]\\d* ${problemNouns}\\b`, "i");

/** Matches what a tool prints that checked no file, or failed, next to a summary without findings. */
const checkedNothing = /\bno (?:\w+ )?files (?:found|to)\b|\b[io]n 0 (?:source )?files\b|^(?:level=error|ERRO)\b/i;

const reportsNoFindings = (lines: readonly string[]): boolean =>
  lines.every(isBanner) || (lines.some((line) => foundNothing.test(line)) && !lines.some((line) => foundSomething.test(line)));

const knownFormatIds = (): readonly string[] => toolFormats.map(({ id }) => id);

/** The error for an empty list as the only output: it would be a pass without any known tool. */
export const emptyListError = (target: string): LedgerError =>
  unknownFormat(
    "unknown_format",
    target,
    "it is an empty list, as several tools write it when they found nothing",
    knownFormatIds(),
  );

/** The error for an output of no known tool. */
export const unknownOutput = (target: string): LedgerError =>
  unknownFormat("unknown_format", target, "no known tool writes this", knownFormatIds());

/** @throws unknown_format, invalid_json */
function detectFormat({ forms, noJson, isMeantAsJson }: ParsedOutput, target: string): ToolFormat {
  const [format, ...others] = claimants(forms);
  if (format === undefined) {
    if (noJson !== undefined && isMeantAsJson) throw noJson;
    const isList = Array.isArray(forms.json?.output) && forms.json.output.length === 0;
    throw isList ? emptyListError(target) : unknownOutput(target);
  }
  if (others.length > 0) {
    const ids = [format, ...others].map(({ id }) => id);
    throw unknownFormat("unknown_format", target, `it holds what several tools write (${ids.join(", ")})`, knownFormatIds());
  }
  return format;
}

/** Whether a text is the output of a tool, by its content; reading it may still fail. */
export function isToolOutput(text: string): boolean {
  const { forms } = parseOutput(text, "");
  return claimants(forms).length === 1;
}

/**
 * Reads what a tool wrote.
 * @param formatId id of its format; default: detected by its content
 * @throws unknown_format, invalid_json, invalid_input; single invalid entries are skipped
 */
export function readOutput(text: string, target: string, formatId?: string): ReadOutput {
  const isEmpty = text.trim() === "";
  if (isEmpty && formatId === undefined) {
    throw unknownFormat(
      "unknown_format",
      target,
      "it is empty, as after a tool that found nothing or did not run",
      knownFormatIds(),
    );
  }
  const output = parseOutput(text, target);
  const format = formatId === undefined ? detectFormat(output, target) : toolFormats.find(({ id }) => id === formatId);
  if (format === undefined) throw unknownFormat("unknown_format", target, `there is no format ${formatId}`, knownFormatIds());
  const forms = formsFor(format, output.forms);
  const reading = format.read(isEmpty ? { ...forms, "json lines": { output: [] } } : forms, target);
  if (reading !== undefined) {
    const lines = format.form === "text" && reading.findings.length === 0 ? (output.forms.text?.output ?? []) : [];
    const isIdle = lines.some((line) => checkedNothing.test(line));
    if (!isIdle && !reportsNoFindings(lines)) {
      throw invalidInput(target, [
        `it has no line as ${format.title} writes it (${format.looksFor}), and none that says that nothing was found`,
      ]);
    }
    const [readable, unread] = splitByReadableRule(reading.findings.map(withFilePath));
    const skipped = [...(format.form === "json lines" ? output.skipped : []), ...reading.skipped, ...unread];
    return { format, ...reading, ...(isIdle ? { ran: false } : {}), findings: readable, skipped };
  }
  if (output.noJson !== undefined && format.form.startsWith("json")) throw output.noJson;
  throw invalidInput(target, [
    `it is not ${format.form === "xml" ? "XML" : format.form}, as ${format.title} is (${format.looksFor})`,
  ]);
}
