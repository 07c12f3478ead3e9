import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { changes } from "./changes.ts";
import { homeSteps, workspaceFiles } from "./home.ts";
import { panelAnswers } from "./panel.ts";
import type { Plan, Step, StepResult } from "./plan.ts";
import type { Question } from "./question.ts";
import { questions } from "./questions.ts";
import { readable } from "./readable-json.ts";

const run = promisify(execFile);

/** The time at which the recorded questions are asked. */
export const askedAt = "2026-04-15T12:00:00.000Z";
const env = { TZ: "UTC", REWARD_LEDGER_TZ: "Europe/Berlin" } as const;

const stepResults: z.ZodType<readonly StepResult[]> = z.array(
  z.object({ code: z.int(), stdout: z.string(), stderr: z.string() }),
);

/** Runs the built program once per step, all in one process. */
async function runSteps(folder: string, plan: Plan): Promise<readonly StepResult[]> {
  const directory = await mkdtemp(join(folder, "plan-"));
  const [planFile, endedFile] = [join(directory, "plan.json"), join(directory, "ended.json")];
  await writeFile(planFile, JSON.stringify(plan));
  await run(process.execPath, [join(import.meta.dirname, "driver.ts"), planFile, endedFile], { maxBuffer: 2 ** 26 });
  const ended = stepResults.parse(JSON.parse(await readFile(endedFile, "utf8")));
  if (ended.length !== plan.steps.length) throw new Error(`only ${ended.length} of ${plan.steps.length} commands ended`);
  return ended;
}

const device = z.object({ id: z.string(), name: z.string() });

async function deviceOf(home: string): Promise<z.infer<typeof device> & Readonly<{ head: number }>> {
  const { id, name } = device.parse(JSON.parse(await readFile(join(home, "device.json"), "utf8")));
  const log = await readFile(join(home, "journal", id, "00000001.jsonl"), "utf8");
  return { id, name, head: log.split("\n").length - 1 };
}

const team = { url: "http://127.0.0.1:9", team: "acme" } as const;

/** Adds a colleague's recordings to a home, in the files that a pull writes. */
async function addColleague(own: string, colleague: string): Promise<void> {
  const [me, lee] = await Promise.all([deviceOf(own), deviceOf(colleague)]);
  await cp(join(colleague, "journal", lee.id), join(own, "journal", lee.id), { recursive: true });
  const members = [
    { ...me, user_id: "11111111-0000-4000-8000-000000000001", email: "em@acme.dev" },
    { ...lee, user_id: "22222222-0000-4000-8000-000000000002", email: "lee@acme.dev" },
  ];
  const state = {
    format: 1,
    ...team,
    team_id: "33333333-0000-4000-8000-000000000003",
    user_id: members[0]?.user_id,
    sent: null,
    refused: [],
    devices: members.map(({ id, ...member }) => ({ device: id, ...member })),
    last_push: null,
    last_pull: "2026-04-15T09:00:00.000Z",
    problems: [],
    stopped: [],
    failures: 0,
    retry_at: null,
  };
  const name = createHash("sha256").update(`${team.url}\n${team.team}`).digest("hex").slice(0, 16);
  await mkdir(join(own, "sync"), { mode: 0o700 });
  await writeFile(join(own, "sync", `${name}.json`), JSON.stringify(state), { mode: 0o600 });
  const settings = { "sync.texts": true, "sync.allowed": [{ ...team, projects: null }] };
  await writeFile(join(own, "settings.json"), JSON.stringify(settings), { mode: 0o600 });
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** The home on which every question is asked, and the folder in which the commands run. */
export type GoldenHome = Readonly<{ root: string; cli: string; home: string; work: string; dispose(): Promise<void> }>;

/** Creates the home with the built program. */
export async function makeGolden(cli: string): Promise<GoldenHome> {
  const root = await mkdtemp(join(tmpdir(), "reward-ledger-golden-"));
  const [home, lee, work] = [join(root, "home"), join(root, "lee"), join(root, "work")];
  await write(work, {
    ...workspaceFiles,
    ".reward-ledger.json": JSON.stringify({ supabase_url: team.url, supabase_anon_key: "public-key", team_slug: team.team }),
  });
  const steps = homeSteps({ own: home, lee, cwd: work, env });
  const failures = (await runSteps(root, { cli, steps })).flatMap(({ code, stdout, stderr }, index) =>
    code === 0 ? [] : [`${steps[index]?.args.join(" ")} ended with ${code}: ${stdout}${stderr}`],
  );
  if (failures.length > 0) throw new Error(failures.join("\n"));
  await addColleague(home, lee);
  // Creates the index on disk that a home has after some use: most answers come from it.
  await runSteps(root, {
    cli,
    steps: [{ args: ["rebuild"], at: "2026-04-15T10:00:00.000Z", host: "golden", home, cwd: work, env }],
  });
  return { root, cli, home, work, dispose: () => rm(root, { recursive: true, force: true }) };
}

/** Text that depends only on the machine and not on the program, with placeholders. */
const placeholdersFor = (root: string): readonly (readonly [RegExp | string, string])[] => [
  [root, "<root>"],
  [process.versions.node, "<node>"],
  [`${process.platform} ${process.arch}`, "<platform>"],
  [/[\d.,]+ [KMGT]iB free/g, "<free>"],
];

const normalize = (root: string, text: string): string =>
  placeholdersFor(root).reduce((current, [what, name]) => current.replaceAll(what, name), text);

/** Replaces control characters other than the line feed, which a diff would not show, with their code. */
const escapeControls = (text: string): string =>
  text.replaceAll(/(?!\n)\p{Cc}/gu, (one) => `<${one.charCodeAt(0).toString(16).padStart(2, "0")}>`);

const quoted = (arg: string): string => (/^[\w./:=@%+,-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);

const asText = ({ args, input, columns }: Question, { code, stdout, stderr }: StepResult): string =>
  [
    `$ ${input === undefined ? "" : "… | "}reward-ledger ${args.map(quoted).join(" ")}${columns === undefined ? "" : `  # ${columns} columns`}`,
    escapeControls(stdout).trimEnd(),
    ...(stderr === "" ? [] : [`--- standard error\n${escapeControls(stderr).trimEnd()}`]),
    ...(code === 0 ? [] : [`--- exit code ${code}`]),
  ].join("\n");

const asJson = ({ args }: Question, { code, stdout, stderr }: StepResult): string =>
  `{\n"$": ${JSON.stringify(args.join(" "))},\n"exit": ${code},\n${stderr === "" ? "" : `"stderr": ${JSON.stringify(stderr)},\n`}"json": ${readable(stdout)}\n}`;

/** Asks all questions as text and as JSON. @returns the content of each file of the golden copy, by name */
export async function recordGolden(golden: GoldenHome): Promise<ReadonlyMap<string, string>> {
  const { root, cli, home, work } = golden;
  const inText = [...questions, ...changes];
  const inJson = inText.filter(({ textOnly }) => textOnly !== true);
  const runQuestions = async (
    which: readonly Question[],
    form: readonly string[],
    name: string,
  ): Promise<readonly StepResult[]> => {
    // Each process has a separate home and folder; their paths have the same length.
    const [copy, cwd] = [join(root, `home-${name}`), join(root, `work-${name}`)];
    await cp(home, copy, { recursive: true });
    await cp(work, cwd, { recursive: true });
    const steps = which.map(
      (question): Step => ({
        args: [...question.args, ...form],
        at: question.at ?? askedAt,
        host: "golden",
        home: copy,
        cwd,
        env: { ...env, ...question.env },
        fresh: changes.includes(question) ? home : undefined,
        input: question.input,
        columns: question.columns,
      }),
    );
    const ended = await runSteps(root, { cli, steps });
    const normalizePaths = (text: string): string =>
      normalize(root, text.replaceAll(copy, join(root, "home")).replaceAll(cwd, join(root, "work")));
    return ended.map(({ code, stdout, stderr }) => ({ code, stdout: normalizePaths(stdout), stderr: normalizePaths(stderr) }));
  };
  const [texts, documents, panel] = await Promise.all([
    runQuestions(inText, [], "text"),
    runQuestions(inJson, ["--json"], "json"),
    panelAnswers(golden, askedAt),
  ]);
  const files = new Map<string, string>();
  const add = (name: string, content: string, between: string): void => {
    const before = files.get(name);
    files.set(name, before === undefined ? content : `${before}${between}${content}`);
  };
  for (const [index, question] of inText.entries()) add(`${question.file}.txt`, asText(question, resultAt(texts, index)), "\n\n");
  for (const [index, question] of inJson.entries())
    add(`${question.file}.json`, asJson(question, resultAt(documents, index)), ",\n");
  for (const [name, answer] of panel) files.set(`panel/${name}.json`, readable(normalize(root, JSON.stringify(answer))));
  files.set("journal.txt", await journalOf(home));
  return new Map(
    [...files].map(([name, content]) => [name, `${name.endsWith(".json") && !name.includes("/") ? `[${content}]` : content}\n`]),
  );
}

function resultAt(all: readonly StepResult[], index: number): StepResult {
  const result = all[index];
  if (result === undefined) throw new Error(`command ${index} did not end`);
  return result;
}

const line = z.object({ seq: z.int(), at: z.string(), kind: z.string(), id: z.string(), hash: z.string() });

/** One line per fact. A fact's hash covers its line and all previous lines, so that every byte of the journal is compared. */
async function journalOf(home: string): Promise<string> {
  const devices = (await readdir(join(home, "journal"))).sort();
  const logs = await Promise.all(devices.map((id) => readFile(join(home, "journal", id, "00000001.jsonl"), "utf8")));
  return logs
    .flatMap((log) => log.trimEnd().split("\n"))
    .map((text) => {
      const { seq, at, kind, id, hash } = line.parse(JSON.parse(text));
      return `${seq} ${at} ${kind} ${id} ${hash}`;
    })
    .join("\n");
}
