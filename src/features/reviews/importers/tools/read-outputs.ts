import type { LedgerError } from "../../../../kernel/ledger-error.ts";
import { attempt } from "../../../shared/input/input-file.ts";
import { isJsonSequence, type Piece, splitValues } from "../../../shared/input/split-json.ts";
import { xmlRootName } from "../../../shared/input/xml.ts";
import type { ToolFinding } from "./define-format.ts";
import { beginsAsJson, isBanner, isToolOutput, type ReadOutput, readOutput, unknownOutput } from "./detect-format.ts";
import { withoutStamps } from "./line-prefixes.ts";
import { type TaskLog, taskLogs } from "./task-logs.ts";
import { isAbsolute, joinPaths } from "./uri.ts";

/**
 * An output in a text. `task`: the task whose log it is, if the text has logs of several; `key`: distinguishes it from others.
 */
export type TaskOutput = Readonly<{ task: string | null; key: string }> & ReadOutput;

/** The outputs in a text, and the tasks that wrote something that no known tool writes. */
export type TaskOutputs = Readonly<{ outputs: readonly TaskOutput[]; unknown: readonly string[] }>;

/** Resolves the path of a finding, which is relative to the folder in which its task ran. */
const inFolder =
  (folder: string | null) =>
  (one: ToolFinding): ToolFinding =>
    folder === null || folder === "." || one.path === null || isAbsolute(one.path)
      ? one
      : { ...one, path: joinPaths(folder, one.path) };

/** Matches how runners report that a task failed. */
const failureLine =
  /^(?:Failed$|npm (?:error|ERR!)|.* exited with code (?!0$)\w+$|Process exited \(exit code (?!0\))|.*\bELIFECYCLE\b)/m;

/** Whether a text is a JSON or XML document, whose texts may look like a log, such as the output of a failed test. */
const isDocument = (text: string): boolean =>
  beginsAsJson.test(text.trimStart()) || xmlRootName(text) !== undefined || text.match(/^[ \t]*<\?xml\s/gm)?.length === 1;

const logsIn = (text: string): readonly TaskLog[] => (isDocument(text) ? [] : taskLogs(text));

const withoutLogStamps = (text: string): string => (isDocument(text) ? text : withoutStamps(text));

const isMalformed = ({ code }: LedgerError): boolean => code === "invalid_json" || code === "invalid_xml";

/** Whether a text is meant to be JSON or XML but is invalid. */
function isTruncated(text: string): boolean {
  const result = attempt(() => readOutput(text, ""));
  return !result.ok && isMalformed(result.error);
}

/** A task whose log could not be read, and why. */
type UnreadTask = Readonly<{ task: string; text: string; error: LedgerError }>;

const hasOutput = ({ text }: UnreadTask): boolean => !text.split("\n").every(isBanner);

/** @throws the error of a task whose output was cut off, as it may contain what others do not */
function readTasks(logs: readonly TaskLog[], target: string, formatId: string | undefined) {
  const outputs: TaskOutput[] = [];
  const unread: UnreadTask[] = [];
  for (const { task, text, folder } of logs) {
    const result = attempt(() => readOutput(text, task === null ? target : `${target} (${task})`, formatId));
    if (result.ok) {
      const findings = result.value.findings.map(inFolder(folder));
      // Without findings, lines of the runner itself would be mistaken for output of a tool.
      if (task !== null || findings.length > 0)
        outputs.push({ ...result.value, findings, task, key: `${text}\n${folder ?? ""}` });
    } else if (task !== null) {
      if (isTruncated(text)) throw result.error;
      unread.push({ task, text, error: result.error });
    }
  }
  return { outputs, unread };
}

/**
 * The documents that several calls of a tool wrote one after another, such as one for each package: JSON, else XML. None if the
 * text has fewer than two.
 */
function documentsIn(text: string, target: string): readonly Piece[] {
  const json = splitValues(text, target).filter((piece) => beginsAsJson.test(piece.text));
  if (json.length > 1) return json;
  const xml = text.split(/(?=<\?xml\s)/).filter((piece) => xmlRootName(piece) !== undefined);
  return xml.length > 1 ? xml.map((piece, at) => ({ label: `${target} document ${at + 1}`, text: piece })) : [];
}

/**
 * Reads an output, or each of several documents. A document that cannot be read stops all, as it may contain what others do not.
 * @throws what `readOutput` throws
 */
function readDocuments(text: string, target: string, formatId: string | undefined): readonly TaskOutput[] {
  const whole = attempt(() => readOutput(text, target, formatId));
  if (whole.ok) return [{ ...whole.value, task: null, key: text }];
  const documents = isMalformed(whole.error) ? documentsIn(text, target) : [];
  const [first] = documents;
  if (first === undefined || !isToolOutput(first.text)) throw isJsonSequence(text) ? unknownOutput(target) : whole.error;
  return documents.map((one) => ({ ...readOutput(one.text, one.label, formatId), task: null, key: one.text }));
}

/**
 * Reads the output of a tool, or of the tools that a runner started for several packages.
 * @param formatId id of its format; default: detected by its content
 * @throws what `readOutput` throws: if no output is known, if a task's output was cut off, and if a task with unknown output
 *   failed and the others found nothing
 */
export function readOutputs(log: string, target: string, formatId?: string): TaskOutputs {
  const text = withoutLogStamps(log);
  const { outputs, unread } = readTasks(logsIn(text), target, formatId);
  if (outputs.length > 0) {
    // If one of the tasks failed, the others do not show that nothing was found.
    const failedTask = unread.find((one) => failureLine.test(one.text));
    if (failedTask !== undefined && outputs.every(({ findings }) => findings.length === 0)) throw failedTask.error;
    return { outputs, unknown: unread.filter(hasOutput).map(({ task }) => task) };
  }
  // With a given format, lines of the runner would be mistaken for output of a tool that found nothing.
  if (formatId !== undefined && unread[0] !== undefined) throw unread[0].error;
  return { outputs: readDocuments(text, target, formatId), unknown: [] };
}

/** Whether a text contains the output of a tool, by its content; reading it may still fail. */
export function containsToolOutput(log: string): boolean {
  const text = withoutLogStamps(log);
  const documents = documentsIn(text, "").slice(0, 1);
  return [{ text }, ...documents, ...logsIn(text)].some((one) => isToolOutput(one.text));
}
