import { attempt } from "../../../shared/input/input-file.ts";
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

const logsIn = (text: string): readonly TaskLog[] => (beginsAsJson.test(text.trimStart()) ? [] : taskLogs(text));

const wroteSomething = ({ text }: TaskLog): boolean => !text.split("\n").every(isBanner);

/**
 * Reads what a tool wrote, or what tools wrote that a runner started for several packages.
 * @param wanted id of its format, else it is told by its content
 * @throws what `readOutput` does, where nothing of it is known, and where a task's output was cut
 */
export function readOutputs(text: string, target: string, wanted?: string): OutputsOfText {
  const outputs: OutputOfText[] = [];
  const unknown: string[] = [];
  for (const log of logsIn(text)) {
    const { task, folder } = log;
    const read = attempt(() => readOutput(log.text, task === null ? target : `${target} (${task})`, wanted));
    if (read.ok) {
      const findings = read.value.findings.map(within(folder));
      // Without findings, lines of the runner itself would pass for those of a tool.
      if (task !== null || findings.length > 0)
        outputs.push({ ...read.value, findings, task, key: `${log.text}\n${folder ?? ""}` });
    } else if (task !== null) {
      if (read.error.code === "invalid_json") throw read.error;
      if (wroteSomething(log)) unknown.push(task);
    }
  }
  if (outputs.length > 0) return { outputs, unknown };
  return { outputs: [{ ...readOutput(text, target, wanted), task: null, key: text }], unknown: [] };
}

/** Whether a text holds what a tool wrote, by its content; it may still have problems. */
export const holdsToolOutput = (text: string): boolean =>
  isToolOutput(text) || logsIn(text).some((log) => isToolOutput(log.text));
