import type { LedgerError } from "../../../../kernel/ledger-error.ts";
import { attempt } from "../../../shared/input/input-file.ts";
import { xmlRoot } from "../../../shared/input/xml.ts";
import type { ToolFinding } from "./define-format.ts";
import { beginsAsJson, isBanner, isToolOutput, type ReadOutput, readOutput } from "./detect-format.ts";
import { type TaskLog, taskLogs } from "./task-logs.ts";
import { isAbsolute, joinPaths } from "./uri.ts";

/**
 * An output in a text. `task`: the task whose log it is, if the text has logs of several; `key`: distinguishes it from others.
 */
export type OutputOfText = Readonly<{ task: string | null; key: string }> & ReadOutput;

/** The outputs in a text, and the tasks that wrote something that no known tool writes. */
export type OutputsOfText = Readonly<{ outputs: readonly OutputOfText[]; unknown: readonly string[] }>;

/** Resolves the path of a finding, which is relative to the folder in which its task ran. */
const within =
  (folder: string | null) =>
  (one: ToolFinding): ToolFinding =>
    folder === null || folder === "." || one.path === null || isAbsolute(one.path)
      ? one
      : { ...one, path: joinPaths(folder, one.path) };

/** Matches how runners report that a task failed. */
const failure =
  /^(?:Failed$|npm (?:error|ERR!)|.* exited with code (?!0$)\w+$|Process exited \(exit code (?!0\))|.*\bELIFECYCLE\b)/m;

/** Whether a text is a JSON or XML document, whose texts may look like a log, such as the output of a failed test. */
const isDocument = (text: string): boolean =>
  beginsAsJson.test(text.trimStart()) || xmlRoot(text) !== undefined || text.match(/^[ \t]*<\?xml\s/gm)?.length === 1;

const logsIn = (text: string): readonly TaskLog[] => (isDocument(text) ? [] : taskLogs(text));

/** Whether a text is meant to be JSON or XML but is invalid. */
function isCut(text: string): boolean {
  const read = attempt(() => readOutput(text, ""));
  return !read.ok && ["invalid_json", "invalid_xml"].includes(read.error.code);
}

/** A task whose log could not be read, and why. */
type Unread = Readonly<{ task: string; text: string; error: LedgerError }>;

const wroteSomething = ({ text }: Unread): boolean => !text.split("\n").every(isBanner);

/** @throws the error of a task whose output was cut off, as it may contain what others do not */
function readTasks(logs: readonly TaskLog[], target: string, wanted: string | undefined) {
  const outputs: OutputOfText[] = [];
  const unread: Unread[] = [];
  for (const { task, text, folder } of logs) {
    const read = attempt(() => readOutput(text, task === null ? target : `${target} (${task})`, wanted));
    if (read.ok) {
      const findings = read.value.findings.map(within(folder));
      // Without findings, lines of the runner itself would be mistaken for output of a tool.
      if (task !== null || findings.length > 0) outputs.push({ ...read.value, findings, task, key: `${text}\n${folder ?? ""}` });
    } else if (task !== null) {
      if (isCut(text)) throw read.error;
      unread.push({ task, text, error: read.error });
    }
  }
  return { outputs, unread };
}

/**
 * Reads the output of a tool, or of the tools that a runner started for several packages.
 * @param wanted id of its format; default: detected by its content
 * @throws what `readOutput` throws: if no output is known, if a task's output was cut off, and if a task with unknown output
 *   failed and the others found nothing
 */
export function readOutputs(text: string, target: string, wanted?: string): OutputsOfText {
  const { outputs, unread } = readTasks(logsIn(text), target, wanted);
  if (outputs.length > 0) {
    // If one of the tasks failed, the others do not show that nothing was found.
    const broken = unread.find((one) => failure.test(one.text));
    if (broken !== undefined && outputs.every(({ findings }) => findings.length === 0)) throw broken.error;
    return { outputs, unknown: unread.filter(wroteSomething).map(({ task }) => task) };
  }
  // With a given format, lines of the runner would be mistaken for output of a tool that found nothing.
  if (wanted !== undefined && unread[0] !== undefined) throw unread[0].error;
  return { outputs: [{ ...readOutput(text, target, wanted), task: null, key: text }], unknown: [] };
}

/** Whether a text contains the output of a tool, by its content; reading it may still fail. */
export const holdsToolOutput = (text: string): boolean =>
  isToolOutput(text) || logsIn(text).some((log) => isToolOutput(log.text));
