import { existsSync, fstatSync, writeSync } from "node:fs";
import { join } from "node:path";
import { styleFor } from "./cli/terminal.ts";
import { terminalWords } from "./cli/words.ts";
import { localBounds } from "./features/agent/model/spend-limits.ts";
import { statuslineText } from "./features/hooks/documents/statusline.ts";
import { statuslineView } from "./features/hooks/operations/statusline-view.ts";
import { agentsDocument, statusDocument } from "./features/reviews/documents/status.ts";
import { summaryAgents, summaryStatus } from "./features/reviews/operations/status-from-summary.ts";
import { defaultAgent } from "./kernel/agent-name.ts";
import type { Document, Words } from "./kernel/document.ts";
import { sanitizeJson } from "./kernel/escape.ts";
import { readSummarySync } from "./ledger/read-summary-sync.ts";
import { resolveHome, userFolder } from "./platform/disk/home.ts";
import { isMachineZone } from "./platform/machine-zone.ts";
import type { Summary } from "./ports/summary.ts";
import { summaryLimits } from "./ports/summary-limits.ts";
import { terminalText } from "./render/terminal/document.ts";
import { escapeExceptColors } from "./render/terminal/plain.ts";

/*
 * `status`, `agents` and `statusline` as most processes ask them: answered from the summary, by the documents and the renderer of the program, without
 * loading it. Whatever is out of the ordinary is left to the program, which gives the same answer, or says what is wrong.
 */

const valued = ["--home", "--agent", "--project"] as const;
const commands = ["status", "agents", "statusline"] as const;
const plain = ["--json", "--no-color", "--quiet"] as const;

/** The flag that a command does not take. */
const notTaken: Readonly<Record<(typeof commands)[number], Flag | null>> = {
  status: null,
  agents: "--agent",
  statusline: "--project",
};

type Flag = (typeof valued)[number] | (typeof plain)[number];
type Asked = Readonly<{ command: (typeof commands)[number]; flags: ReadonlyMap<Flag, string> }>;

const isIn = <Word extends string>(words: readonly Word[], word: string): word is Word => words.some((one) => one === word);

/** A command line of known flags, each at most once, with values that nothing has to be said about; else undefined. */
function asked(words: readonly string[]): Asked | undefined {
  const named: Asked["command"][] = [];
  const flags = new Map<Flag, string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (isIn(commands, word)) named.push(word);
    else if (isIn(plain, word)) flags.set(word, "");
    else if (isIn(valued, word) && !flags.has(word)) {
      at += 1;
      const value = words[at]?.trim().normalize("NFC") ?? "";
      if (value === "" || value.startsWith("-")) return undefined;
      flags.set(word, value);
    } else return undefined;
  }
  const [command, another] = named;
  if (command === undefined || another !== undefined) return undefined;
  const refused = notTaken[command];
  return refused !== null && flags.has(refused) ? undefined : { command, flags };
}

/** What is shown: as JSON, and as a document. */
type View = Readonly<{ json: string; document(words: Words): Document | string }>;

/** Whether an agent that is not among those of a summary may still have runs. */
const mayLeaveOut = ({ agents }: Summary, standing: object | undefined): boolean =>
  standing === undefined && agents.length >= summaryLimits.agents;

function statuslineViewOf(summary: Summary | undefined, agent: string, now: Date): View | undefined {
  const standing = summaryStatus(summary ?? null, agent, undefined, now);
  // An older version kept no spending in it.
  if (summary !== undefined && (summary.spend === undefined || mayLeaveOut(summary, standing))) return undefined;
  const view = statuslineView(agent, standing, summary?.spend, { now, bounds: localBounds(now) });
  return { json: JSON.stringify(view), document: (words) => statuslineText(view, words) };
}

function viewOf({ command, flags }: Asked, summary: Summary, agent: string, now: Date): View | undefined {
  const project = flags.get("--project");
  if (command === "statusline") return statuslineViewOf(summary, agent, now);
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
export function textFromSummary(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  stdout: () => Parameters<typeof styleFor>[0],
  now = new Date(),
): string | undefined {
  const question = asked(words);
  if (question === undefined) return undefined;
  const { flags } = question;
  const json = flags.has("--json");
  if ((!json || question.command === "statusline") && !isMachineZone(env)) return undefined;
  const home = resolveHome(flags.get("--home"), env, userFolder(env), process.cwd());
  const summary = readSummarySync(home);
  const agent = flags.get("--agent") ?? (env["REWARD_LEDGER_AGENT"]?.trim().normalize("NFC") || defaultAgent);
  const isNew = summary === undefined && question.command === "statusline" && !existsSync(join(home, "journal"));
  if (summary === undefined && !isNew) return undefined;
  const view = summary === undefined ? statuslineViewOf(undefined, agent, now) : viewOf(question, summary, agent, now);
  if (view === undefined) return undefined;
  if (json) return `${sanitizeJson(view.json)}\n`;
  const style = styleFor(stdout(), env, { noColor: flags.has("--no-color"), now, zone: null });
  const document = view.document(terminalWords(style));
  const drawn = typeof document === "string" ? document : terminalText(document, style);
  return `${style.interactive ? escapeExceptColors(drawn) : drawn}\n`;
}

/** Whether standard output may be a terminal: only then its stream is worth loading. */
const mayBeTerminal = (): boolean => fstatSync(1).isCharacterDevice();

/** Answers a command line, if that can be done at once. */
export function answerFromSummary(words: readonly string[]): boolean {
  try {
    const text = textFromSummary(words, process.env, () => (mayBeTerminal() ? process.stdout : {}));
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
