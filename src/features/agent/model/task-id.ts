import * as z from "zod";

const maxLength = 128;
/** Names that Windows reserves for devices, with or without an extension. */
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/** Returns why a text cannot be the id of a task; undefined if it can. The task's snapshot is a file of that name. */
export function taskIdProblem(id: string): string | undefined {
  if (id === "") return "it is empty";
  if (id.length > maxLength) return `it has more than ${maxLength} characters`;
  if (/[/\\:*?"<>|]/.test(id)) return 'it holds one of / \\ : * ? " < > |';
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(id)) return "it holds a control character";
  if (/[[\]]/.test(id)) return "it holds a square bracket";
  if (id.startsWith(".")) return "it starts with a dot";
  if (/^\s|[\s.]$/.test(id)) return "it starts with a space, or ends in a space or a dot";
  return deviceName.test(id) ? "it is the name of a device" : undefined;
}

/** Id of a task: safe as a file name on every platform and within a line of learnings. */
export const taskId = () =>
  z.string().superRefine((id, context) => {
    const problem = taskIdProblem(id);
    if (problem !== undefined) context.addIssue({ code: "custom", message: `cannot be the id of a task: ${problem}` });
  });
