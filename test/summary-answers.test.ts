import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandOf } from "../src/cli/command.ts";
import { styleFor } from "../src/cli/terminal.ts";
import { commands } from "../src/features/operations.ts";
import { summaryFile, summaryVersion } from "../src/ports/summary-limits.ts";
import { textFromSummary } from "../src/summary-answers.ts";
import { run } from "./support/cli.ts";
import { type CliSession, openCliSession } from "./support/cli-session.ts";
import { makeHistory } from "./support/fixtures.ts";
import { temporaryFolder } from "./support/folder.ts";
import { draftOf, resetDraft, undoDraft } from "./support/ledger-drafts.ts";
import { openPorts, quietCall, type TestPorts } from "./support/ports.ts";

const now = "2026-04-01T12:00:00.000Z";
const style = styleFor({}, {}, { noColor: false, now: new Date(now), zone: null });
const noTerminal = { isTerminal: () => false, read: async () => "", ask: async () => "" };

const agents = ["claude-code", "codex", "nobody"];
const projects = ["acme/billing", "acme/storefront", "acme/none"];
const batch = "019b0000-0000-7000-8000-000000000001";

/** Every question that may be answered at once, as values and as words of a command line. */
const questions = [
  ...[undefined, ...agents].flatMap((agent) =>
    [undefined, ...projects].map((project) => ({ name: "status" as const, values: { agent, project } })),
  ),
  ...[undefined, ...projects].map((project) => ({ name: "agents" as const, values: { agent: undefined, project } })),
];

const argsFor = ({ name, values }: (typeof questions)[number], home: string): readonly string[] => [
  name,
  ...Object.entries({ home, ...values }).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}`, value])),
];

const answerFromSummary = (words: readonly string[]): string | undefined => textFromSummary(words, {}, () => ({}), new Date(now));

/** The program's answers from the index: its copy of the home has no summary. */
async function fullAnswers(home: string): Promise<readonly Readonly<{ text: string; json: string }>[]> {
  const copy = join(temporaryFolder(), "home");
  cpSync(home, copy, { recursive: true });
  rmSync(join(copy, summaryFile), { force: true });
  const ports = await openPorts({ home: copy, now });
  const answers = [];
  for (const { name, values } of questions) {
    const options = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    const command = commandOf(await commands[name]());
    const answer = await (await command.prepare(options, noTerminal, true))(ports, quietCall);
    answers.push({ text: `${answer.text(style)}\n`, json: `${answer.json}\n` });
  }
  return answers;
}

/** Compares every answer that is given at once with the program's. @returns the number of such answers */
async function compareAll(home: string): Promise<number> {
  const full = await fullAnswers(home);
  let answeredCount = 0;
  for (const [at, question] of questions.entries()) {
    const words = argsFor(question, home);
    const [text, json] = [answerFromSummary(words), answerFromSummary([...words, "--json"])];
    if (text !== undefined) expect(text).toBe(full[at]?.text);
    if (json !== undefined) expect(json).toBe(full[at]?.json);
    expect(text === undefined).toBe(json === undefined);
    if (text !== undefined) answeredCount += 1;
  }
  return answeredCount;
}

type Event = (ports: TestPorts, step: number) => Promise<unknown>;

const runs = makeHistory({ seed: 5, runs: 60, agents: ["claude-code", "codex"] });
const sampleRuns = (step: number, mark = "") =>
  runs.slice((step * 5) % 60, ((step * 5) % 60) + 5).map((one) => ({
    ...one,
    report: { ...one.report, run_id: `${mark}${one.report.run_id}` },
  }));

/** Events that may be recorded between two answers. */
const events = {
  runs: ({ ledger }, step) => ledger.record(sampleRuns(step).map((one) => draftOf(one))),
  "late runs": ({ ledger }, step) => ledger.record(sampleRuns(step + 6).map((one) => draftOf(one))),
  "runs that are dated ahead": ({ ledger }, step) =>
    ledger.record(
      sampleRuns(step, `ahead-${step}-`).map((one) =>
        draftOf({ ...one, report: { ...one.report, timestamp: "2027-05-01T00:00:00.000Z" } }),
      ),
    ),
  "runs that VS Code recorded": ({ ledger }, step) =>
    ledger.record(sampleRuns(step, `auto-${step}-`).map((one) => draftOf(one, { intake: { batch } }))),
  "automatic runs taken back": async (ports) => {
    const rows = await ports.ledger.ask(({ intake }) => intake.recorded());
    const isThere = rows.some(({ takenBack }) => !takenBack);
    return isThere ? (await commands["intake undo"]()).call(ports, { all: true }, quietCall) : undefined;
  },
  "a reset of one agent": ({ ledger }) => ledger.record([resetDraft("codex")]),
  "a reset of all": ({ ledger }) => ledger.record([resetDraft(null)]),
  "a reset taken back": async ({ ledger }) => {
    const mark = (await ledger.ask(({ review }) => review.resets())).at(-1);
    return mark === undefined ? undefined : ledger.record([undoDraft(mark.factId)]);
  },
  "a task": async (ports, step) => (await commands["task add"]()).call(ports, { prompt: `Task ${step}` }, quietCall),
  "facts of another device": async ({ ledger }, step) => {
    const other = await openPorts({ now });
    await other.ledger.record(sampleRuns(step + 3, `other-${step}-`).map((one) => draftOf(one)));
    for await (const facts of other.ledger.facts()) {
      await ledger.take(
        other.ledger.device.id,
        facts.map(({ fact }) => fact),
      );
    }
    await ledger.heads();
  },
} as const satisfies Readonly<Record<string, Event>>;

const names = Object.keys(events).filter((name): name is keyof typeof events => Object.hasOwn(events, name));

async function runEvent(home: string, name: keyof typeof events, step: number): Promise<void> {
  const ports = await openPorts({ home, now });
  await events[name](ports, step);
  await ports.close();
}

/** A home with runs of two agents, two projects and a reset that hides nothing. */
async function sampleHome(): Promise<string> {
  const home = join(temporaryFolder(), "home");
  await runEvent(home, "runs", 0);
  await runEvent(home, "runs", 1);
  return home;
}

/** The last segment of a home's only log. */
const segmentOf = (home: string): string => {
  const [device = ""] = readdirSync(join(home, "journal"));
  return join(home, "journal", device, "00000001.jsonl");
};

/** Changes to files that are made without the program. */
const damages = {
  "a torn line at the end of a log": (home) => appendFileSync(segmentOf(home), '{"at":"2026'),
  "a log that was cut at the end of a line": (home) => {
    const log = readFileSync(segmentOf(home));
    truncateSync(segmentOf(home), log.lastIndexOf(0x0a, log.length - 2) + 1);
  },
  "a segment that was removed": (home) => rmSync(segmentOf(home)),
  "facts that are noted as lost": (home) => {
    const [name = ""] = readdirSync(join(home, "heads"));
    const path = join(home, "heads", name);
    writeFileSync(path, readFileSync(path, "utf8").replace('"lost":0', '"lost":2'));
  },
  "a log of another device": (home) => {
    const device = "019b0000-0000-7000-8000-00000000000a";
    mkdirSync(join(home, "journal", device));
    writeFileSync(join(home, "journal", device, "00000001.jsonl"), "x");
  },
  "a summary that was changed": (home) =>
    writeFileSync(
      join(home, summaryFile),
      readFileSync(join(home, summaryFile), "utf8").replace('"streak_pass":', '"streak_pass":1'),
    ),
  "a summary of a newer version": (home) =>
    writeFileSync(
      join(home, summaryFile),
      readFileSync(join(home, summaryFile), "utf8").replace(`"version":${summaryVersion}`, `"version":${summaryVersion + 1}`),
    ),
  "no summary": (home) => rmSync(join(home, summaryFile)),
} as const satisfies Readonly<Record<string, (home: string) => void>>;

describe("the fast path for status and agents", () => {
  it("gives the same answer as the full program after any sequence of events", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...names), { minLength: 2, maxLength: 6 }), async (history) => {
        const home = await sampleHome();
        for (const [step, name] of history.entries()) await runEvent(home, name, step + 2);
        await compareAll(home);
      }),
      { numRuns: 12 },
    );
  });

  it.each(names)(
    "gives the same answer as the full program after %s, for every agent with runs",
    { timeout: 60_000 },
    async (name) => {
      const home = await sampleHome();
      await runEvent(home, name, 2);
      // For each of the two agents and for all: over all projects, and in each of the two. The default agent is one of them.
      const expected = name === "a reset of all" ? 0 : name === "a reset of one agent" ? 9 : 12;
      expect(await compareAll(home)).toBe(expected);
      rmSync(join(home, "index.sqlite"), { force: true });
      expect(await compareAll(home)).toBe(expected);
    },
  );

  it.each(Object.entries(damages))("falls back to the full program with %s", { timeout: 60_000 }, async (_, mishap) => {
    const home = await sampleHome();
    mishap(home);
    expect(await compareAll(home)).toBe(0);
  });

  it.each([
    "status --team",
    "status --help",
    "status --agent",
    "status --agent -x",
    "status --agent codex --agent codex",
    "status --agent=codex",
    "status agents",
    "agents --agent codex",
    "history",
    "",
  ])("falls back to the full program for `%s`", async (line) => {
    const home = await sampleHome();
    expect(answerFromSummary(["--home", home, "status", "--agent", "codex"])).toBeDefined();
    expect(answerFromSummary(["--home", home, ...line.split(" ").filter((word) => word !== "")])).toBeUndefined();
  });

  it("needs the full program for text that requires a time zone lookup, but not for JSON", async () => {
    const home = await sampleHome();
    const words = ["--home", home, "status", "--agent", "codex"];
    expect(textFromSummary(words, { REWARD_LEDGER_TZ: "Asia/Tokyo" }, () => ({}), new Date(now))).toBeUndefined();
    expect(textFromSummary([...words, "--json"], { REWARD_LEDGER_TZ: "Asia/Tokyo" }, () => ({}), new Date(now))).toBeDefined();
  });
});

describe("the entry script", () => {
  let session: CliSession;
  beforeAll(async () => {
    session = await openCliSession();
  });
  afterAll(() => session.dispose());

  it("answers status and agents without loading the full program", async () => {
    const home = await sampleHome();
    const folder = temporaryFolder();
    const copiedCli = join(folder, "cli.cjs");
    for (const file of ["cli.cjs", "summary-answers.cjs"]) copyFileSync(join(dirname(session.entry), file), join(folder, file));
    const env = { ...(await session.newHome()).env, REWARD_LEDGER_HOME: home, REWARD_LEDGER_TZ: undefined, TZ: "Europe/Berlin" };
    for (const args of [["status", "--agent", "codex"], ["agents"], ["agents", "--json", "--project", "acme/billing"]]) {
      const fullResult = await run(process.execPath, [session.entry, "--verbose", ...args], { env });
      expect(await run(process.execPath, [copiedCli, ...args], { env })).toEqual(fullResult);
      expect(fullResult.code).toBe(0);
    }
    expect((await run(process.execPath, [copiedCli, "status", "--agent", "nobody"], { env })).code).not.toBe(0);
  });
});
