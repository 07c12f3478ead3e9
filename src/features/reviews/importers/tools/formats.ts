import { invalidInput, type LedgerError, unknownFormat } from "../../../../kernel/errors.ts";
import { attempt } from "../../../shared/input/input-file.ts";
import { parseJson } from "../../../shared/input/json.ts";
import { linesOf } from "../../../shared/input/split-json.ts";
import type { FormsOfOutput, JsonLine, SkippedEntry, ToolFormat, ToolReading } from "./format.ts";
import { sarif } from "./sarif.ts";

/** Every format that is read, in the order of documents and messages. */
export const toolFormats: readonly ToolFormat[] = [sarif];

/** Before the outermost element of XML there are only declarations, comments and spaces. */
const outermost = /^\s*(?:<[?!][^>]*>\s*)*<([A-Za-z_][\w.:-]*)/;

/** An output before it is known whose it is. `noJson`: why it is no JSON as a whole; `skipped`: what between its lines of JSON is none. */
type Output = Readonly<{ forms: FormsOfOutput; noJson: LedgerError | undefined; skipped: readonly SkippedEntry[] }>;

function linesOfJson(text: string): Readonly<{ lines: readonly JsonLine[]; skipped: readonly SkippedEntry[] }> {
  const lines: JsonLine[] = [];
  const skipped: SkippedEntry[] = [];
  for (const { label, text: piece } of linesOf(text, "")) {
    const place = label.trim();
    const parsed = attempt(() => parseJson(piece, place, true));
    const isObject = parsed.ok && typeof parsed.value === "object" && parsed.value !== null;
    if (isObject) lines.push({ line: Number(place.slice("line ".length)), value: parsed.value });
    else skipped.push({ place, reason: "it is no JSON object" });
  }
  return { lines, skipped };
}

function outputOf(text: string, target: string): Output {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const root = outermost.exec(body)?.[1];
  if (root !== undefined) return { forms: { xml: { output: { root, text: body } } }, noJson: undefined, skipped: [] };
  const whole = attempt(() => parseJson(body, target));
  if (whole.ok) {
    const { value } = whole;
    return { forms: { json: { output: value }, "json lines": { output: [{ line: 1, value }] } }, noJson: undefined, skipped: [] };
  }
  const { lines, skipped } = linesOfJson(body);
  const forms = { text: { output: body.split(/\r?\n/) }, ...(lines.length === 0 ? {} : { "json lines": { output: lines } }) };
  return { forms, noJson: whole.error, skipped };
}

/** What an output was found to be, and what it holds. */
export type ReadOutput = Readonly<{ format: ToolFormat }> & ToolReading;

/** What every format is told by, one line each. */
const lookedFor = (): readonly string[] => toolFormats.map(({ id, looksFor }) => `${id}: ${looksFor}`);

/** @throws unknown_format, invalid_json */
function detect({ forms, noJson }: Output, text: string, target: string): ToolFormat {
  const [format, ...others] = toolFormats.filter((one) => one.claims(forms));
  if (format === undefined) {
    if (noJson !== undefined && /^\s*[[{]/.test(text)) throw noJson;
    const isList = Array.isArray(forms.json?.output) && forms.json.output.length === 0;
    throw unknownFormat(
      target,
      isList ? "it is an empty list, as several tools write it when they found nothing" : "no known tool writes this",
      lookedFor(),
    );
  }
  if (others.length > 0) {
    const ids = [format, ...others].map(({ id }) => id);
    throw unknownFormat(target, `it holds what several tools write (${ids.join(", ")})`, lookedFor());
  }
  return format;
}

/**
 * Reads what a tool wrote.
 * @param wanted id of its format, else it is told by its content
 * @throws unknown_format, invalid_json, invalid_input; single wrong entries are skipped
 */
export function readOutput(text: string, target: string, wanted?: string): ReadOutput {
  const isEmpty = text.trim() === "";
  if (isEmpty && wanted === undefined) {
    throw unknownFormat(target, "it is empty, as after a tool that found nothing or did not run", lookedFor());
  }
  const output = outputOf(text, target);
  const format = wanted === undefined ? detect(output, text, target) : toolFormats.find(({ id }) => id === wanted);
  if (format === undefined) throw unknownFormat(target, `there is no format ${wanted}`, lookedFor());
  const reading = format.read(output.forms, target);
  if (reading !== undefined) {
    return { format, ...reading, skipped: [...(format.form === "json lines" ? output.skipped : []), ...reading.skipped] };
  }
  if (output.noJson !== undefined && format.form.startsWith("json")) throw output.noJson;
  throw invalidInput(target, [
    `it is not ${format.form === "xml" ? "XML" : format.form}, as ${format.title} is (${format.looksFor})`,
  ]);
}
