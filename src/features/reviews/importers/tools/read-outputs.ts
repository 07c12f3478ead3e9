import type { LedgerError } from "../../../../kernel/ledger-error.ts";
import { attempt } from "../../../shared/input/input-file.ts";
import { xmlRoot } from "../../../shared/input/xml.ts";
import type { ToolFinding } from "./define-format.ts";
import { beginsAsJson, isBanner, isToolOutput, type ReadOutput, readOutput } from "./detect-format.ts";
import { type TaskLog, taskLogs } from "./task-logs.ts";
import { isAbsolute, joinPaths } from "./uri.ts";

/** An output in a text. `task`: the one whose log it is, where the text has those of several; `key`: what makes it another than others. */
export type OutputOfText = Readonly<{ task: string | null; key: string }> & ReadOutput;

/** The outputs in a text, and the tasks that wrote something that no known tool writes. */
export type OutputsOfText = Readonly<{ outputs: readonly OutputOfText[]; unknown: readonly string[] }>;

/** A finding whose path starts at the folder that its task ran in. */
const within =
  (folder: string | null) =>
  (one: ToolFinding): ToolFinding =>
    folder === null || folder === "." || one.path === null || isAbsolute(one.path)
      ? one
      : { ...one, path: joinPaths(folder, one.path) };

/** How runners say that a task failed. */
const failure =
  /^(?:Failed$|npm (?:error|ERR!)|.* exited with code (?!0$)\w+$|Process exited \(exit code (?!0\))|.*\bELIFECYCLE\b)/m;

/** Texts in a document may look like a log, as what a failed test printed does. */
const isDocument = (text: string): boolean =>
  beginsAsJson.test(text.trimStart()) || xmlRoot(text) !== undefined || text.match(/^[ \t]*<\?xml\s/gm)?.length === 1;

const logsIn = (text: string): readonly TaskLog[] => (isDocument(text) ? [] : taskLogs(text));

/** Whether a text was to be JSON or XML and is none. */
function isCut(text: string): boolean {
  const read = attempt(() => readOutput(text, ""));
  return !read.ok && ["invalid_json", "invalid_xml"].includes(read.error.code);
}

/** A task whose log no known tool wrote, and why. */
type Unread = Readonly<{ task: string; text: string; error: LedgerError }>;

const wroteSomething = ({ text }: Unread): boolean => !text.split("\n").every(isBanner);

/** @throws the reason of a task whose output was cut, for it may hold what others do not */
function readTasks(logs: readonly TaskLog[], target: string, wanted: string | undefined) {
  const outputs: OutputOfText[] = [];
  const unread: Unread[] = [];
  for (const { task, text, folder } of logs) {
    const read = attempt(() => readOutput(text, task === null ? target : `${target} (${task})`, wanted));
    if (read.ok) {
      const findings = read.value.findings.map(within(folder));
      // Without findings, lines of the runner itself would pass for those of a tool.
      if (task !== null || findings.length > 0) outputs.push({ ...read.value, findings, task, key: `${text}\n${folder ?? ""}` });
    } else if (task !== null) {
      if (isCut(text)) throw read.error;
      unread.push({ task, text, error: read.error });
    }
  }
  return { outputs, unread };
}

/**
 * Reads what a tool wrote, or what tools wrote that a runner started for several packages.
 * @param wanted id of its format, else it is told by its content
 * @throws what `readOutput` does, where nothing of it is known, where a task's output was cut, and where a task failed whose output is
 *   not known and the others found nothing
 */
export function readOutputs(text: string, target: string, wanted?: string): OutputsOfText {
  const { outputs, unread } = readTasks(logsIn(text), target, wanted);
  if (outputs.length > 0) {
    // That nothing was found is not shown by tasks of which one failed.
    const broken = unread.find((one) => failure.test(one.text));
    if (broken !== undefined && outputs.every(({ findings }) => findings.length === 0)) throw broken.error;
    return { outputs, unknown: unread.filter(wroteSomething).map(({ task }) => task) };
  }
  // In a format that is named, lines of the runner would pass for those of a tool that found nothing.
  if (wanted !== undefined && unread[0] !== undefined) throw unread[0].error;
  return { outputs: [{ ...readOutput(text, target, wanted), task: null, key: text }], unknown: [] };
}

/** Whether a text holds what a tool wrote, by its content; it may still have problems. */
export const holdsToolOutput = (text: string): boolean =>
  isToolOutput(text) || logsIn(text).some((log) => isToolOutput(log.text));
