import { fstatSync, writeSync } from "node:fs";
import { styleFor } from "./cli/terminal.ts";
import { terminalWords } from "./cli/words.ts";
import { agentsDocument, statusDocument } from "./features/reviews/documents/status.ts";
import { summaryAgents, summaryStatus } from "./features/reviews/operations/status-from-summary.ts";
import { defaultAgent } from "./kernel/agent-name.ts";
import type { Document, Words } from "./kernel/document.ts";
import { plainJson } from "./kernel/escape.ts";
import { summaryAtOnce } from "./ledger/summary-at-once.ts";
import { homeOf, userFolder } from "./platform/disk/home.ts";
import { isMachineZone } from "./platform/machine-zone.ts";
import type { Summary } from "./ports/summary.ts";
import { terminalText } from "./render/terminal/document.ts";
import { onlyColours } from "./render/terminal/plain.ts";

/*
 * `status` and `agents` as most processes ask them: answered from the summary, by the documents and the renderer of the program, without
 * loading it. Whatever is out of the ordinary is left to the program, which gives the same answer, or says what is wrong.
 */

const valued = ["--home", "--agent", "--project"] as const;
const plain = ["--json", "--no-color", "--quiet"] as const;

type Flag = (typeof valued)[number] | (typeof plain)[number];
type Asked = Readonly<{ command: "status" | "agents"; flags: ReadonlyMap<Flag, string> }>;

const isIn = <Word extends string>(words: readonly Word[], word: string): word is Word => words.some((one) => one === word);

/** A command line of known flags, each at most once, with values that nothing has to be said about; else undefined. */
function asked(words: readonly string[]): Asked | undefined {
  const commands: Asked["command"][] = [];
  const flags = new Map<Flag, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (word === "status" || word === "agents") commands.push(word);
    else if (isIn(plain, word)) flags.set(word, "");
    else if (isIn(valued, word) && !flags.has(word)) {
      at += 1;
      const value = words[at]?.trim().normalize("NFC") ?? "";
      if (value === "" || value.startsWith("-")) return undefined;
      flags.set(word, value);
    } else return undefined;
  }
  const [command, another] = commands;
  if (command === undefined || another !== undefined || (command === "agents" && flags.has("--agent"))) return undefined;
  return { command, flags };
}

/** What is shown: as JSON, and as a document. */
type View = Readonly<{ json: string; document(words: Words): Document }>;

function viewOf({ command, flags }: Asked, summary: Summary, agent: string, now: Date): View | undefined {
  const project = flags.get("--project");
  if (command === "agents") {
    const agents = summaryAgents(summary, project, now);
    // What is hidden where there is nothing to show, only the index knows.
    if (agents === undefined || agents.length === 0) return undefined;
    return { json: JSON.stringify(agents), document: (words) => agentsDocument(agents, words) };
  }
  const status = summaryStatus(summary, agent, project, now);
  if (status === undefined || status.runs === 0) return undefined;
  return { json: JSON.stringify(status), document: (words) => statusDocument(status, words) };
}

/** The text of standard output for a command line; undefined where the program has to be asked. */
export function textAtOnce(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  stdout: () => Parameters<typeof styleFor>[0],
  now = new Date(),
): string | undefined {
  const question = asked(words);
  if (question === undefined) return undefined;
  const { flags } = question;
  const json = flags.has("--json");
  if (!json && !isMachineZone(env)) return undefined;
  const summary = summaryAtOnce(homeOf(flags.get("--home"), env, userFolder(env), process.cwd()));
  if (summary === undefined) return undefined;
  const agent = flags.get("--agent") ?? (env["REWARD_LEDGER_AGENT"]?.trim().normalize("NFC") || defaultAgent);
  const view = viewOf(question, summary, agent, now);
  if (view === undefined) return undefined;
  if (json) return `${plainJson(view.json)}\n`;
  const style = styleFor(stdout(), env, { noColor: flags.has("--no-color"), now, zone: null });
  const drawn = terminalText(view.document(terminalWords(style)), style);
  return `${style.interactive ? onlyColours(drawn) : drawn}\n`;
}

/** Whether standard output may be a terminal: only then its stream is worth loading. */
const mayBeTerminal = (): boolean => fstatSync(1).isCharacterDevice();

/** Answers a command line, if that can be done at once. */
export function answeredAtOnce(words: readonly string[]): boolean {
  try {
    const text = textAtOnce(words, process.env, () => (mayBeTerminal() ? process.stdout : {}));
    if (text === undefined) return false;
    const bytes = Buffer.from(text);
    const written = writeSync(1, bytes);
    if (written < bytes.length) process.stdout.write(bytes.subarray(written));
    return true;
  } catch {
    // A reader that went away, a disk without room, a pipe that takes nothing at the moment: the program knows what to say and do.
    return false;
  }
}
