import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { cleanEnv } from "../../test/support/cli.ts";
import { makeEvalHistory } from "../../test/support/eval-fixtures.ts";
import { atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { cachedHome } from "../homes.ts";
import { interleave, median, quantile } from "../measure.ts";
import { projectRoot } from "../place.ts";
import { runNode } from "../processes.ts";

const cli = join(projectRoot, "dist", "cli.cjs");
const starts = 10;
const rounds = 40;
/** Maximum duration of a read, in ms. */
const maxReadMs = 20;

/** The usual read tools, by name, with the arguments of an agent's first call. */
const reads: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  get_score: {},
  list_violations: { agent: "codex" },
  get_rule: { rule: "E501" },
  list_runs: { agent: "codex" },
  compare_eval_runs: {},
  get_eval_trends: {},
};

/** Connects the official client to a server, like an agent; standard error is shown when the server cannot start. */
async function connectClient(home: string, work: string): Promise<Client> {
  const env = Object.entries({ ...cleanEnv(home), HOME: join(home, "..") });
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [cli, "mcp"],
      cwd: work,
      env: Object.fromEntries(env.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    }),
  );
  return client;
}

/** Calls a tool. @throws when the tool reports an error */
async function call(client: Client, name: string, input: Readonly<Record<string, unknown>>): Promise<void> {
  const result = await client.callTool({ name, arguments: { ...input } });
  if (result.isError === true) throw new Error(`${name} failed: ${JSON.stringify(result.content)}`);
}

/** The latencies that an agent sees: the first answer of a new server, then each read. */
export const mcp: Bench = {
  name: "mcp",
  title: "The server for agents",
  async run({ sizes, folder, say }) {
    const size = sizes.at(-1) ?? sizes[0];
    say(`${formatNumber(size)} runs`);
    const home = join(folder, "home");
    const [work, evals] = [join(folder, "work"), join(folder, "evals")];
    await mkdir(work, { recursive: true });
    await mkdir(evals);
    await cp(await cachedHome(size), home, { recursive: true });
    const start = new Date(Date.now() - 200 * 24 * 3_600_000).toISOString();
    for (const [n, run] of makeEvalHistory({ seed: 3, runs: 150, tests: 40, start }).entries())
      await writeFile(join(evals, `${n}.json`), JSON.stringify(run));
    await runNode([cli, "eval", "import", evals, "--home", home]);

    const first = await interleave(starts, {
      node: async () => void (await runNode(["-e", ""])),
      answer: async () => (await connectClient(home, work)).close(),
    });
    const client = await connectClient(home, work);
    // The client validates answers against the schemas that it has listed.
    await client.listTools();
    const tasks = Object.fromEntries(Object.entries(reads).map(([name, input]) => [name, () => call(client, name, input)]));
    await interleave(2, tasks);
    const times = await interleave(rounds, tasks);
    await client.close();

    const ms = (samples: readonly number[] | undefined, q: number): number => quantile(samples ?? [], q) / 1000;
    const [node, answer] = [median(first["node"] ?? []) / 1000, median(first["answer"] ?? []) / 1000];
    const slowest = Math.max(...Object.values(times).map((samples) => median(samples) / 1000));
    return {
      columns: ["what", "median", "p95", "against an empty process of Node"],
      rows: [
        ["an empty process of Node", `${formatNumber(node)} ms`, `${formatNumber(ms(first["node"], 0.95))} ms`, "1 ×"],
        [
          "first answer of a new server, including its shutdown",
          `${formatNumber(answer)} ms`,
          `${formatNumber(ms(first["answer"], 0.95))} ms`,
          ratio(answer, node),
        ],
        ...Object.entries(times).map(([name, samples]) => [
          `\`${name}\``,
          `${formatNumber(ms(samples, 0.5))} ms`,
          `${formatNumber(ms(samples, 0.95))} ms`,
          "",
        ]),
      ],
      targets: [
        atMost("first answer against an empty process", 3, answer / node, " ×"),
        atMost(`slowest read, ${formatNumber(size)} runs`, maxReadMs, slowest, " ms"),
      ],
      notes: [
        "Measured with the official client over standard input and output; each read is the median of many calls to a warm server.",
      ],
    };
  },
};
