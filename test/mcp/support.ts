import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Client, type ClientOptions } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { compose } from "../../src/compose.ts";
import { cleanEnv } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";

/** A home, and the workspace that an agent works in. */
export type Workspace = Readonly<{ home: string; work: string }>;

export function createWorkspace(): Workspace {
  const folder = temporaryFolder();
  const work = join(folder, "work");
  mkdirSync(work);
  return { home: join(folder, "home"), work };
}

/** Fills a home by operations, and closes it. */
export async function fillHome(
  { home, work }: Workspace,
  act: (ports: Awaited<ReturnType<typeof compose>>) => Promise<unknown>,
): Promise<void> {
  const silent = () => undefined;
  const logger = { debug: silent, info: silent, warn: silent, error: silent };
  const ports = await compose({ home, cwd: work, env: { REWARD_LEDGER_TZ: "UTC" }, logger });
  await act(ports);
  await ports.close();
}

const errorView = z.object({ code: z.string(), message: z.string(), hint: z.string() });
const content = z.tuple([z.object({ type: z.literal("text"), text: z.string() })]);

export type Agent = Readonly<{
  client: Client;
  /** The output on standard error so far. */
  errors(): string;
  /** Calls a tool that succeeds. @throws when it fails */
  call(name: string, input?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** Calls a tool that fails. */
  failure(name: string, input?: Readonly<Record<string, unknown>>): Promise<z.infer<typeof errorView>>;
  close(): Promise<void>;
}>;

/** Starts an agent with the official client, over a real pipe to a real process. */
export async function startAgent(
  entry: string,
  { home, work }: Workspace,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  options: ClientOptions = {},
): Promise<Agent> {
  const base = Object.entries(cleanEnv(home)).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [entry, "mcp", ...args],
    cwd: work,
    env: { ...Object.fromEntries(base), HOME: join(home, ".."), ...env },
    stderr: "pipe",
  });
  let errors = "";
  transport.stderr?.on("data", (chunk) => {
    errors += String(chunk);
  });
  const client = new Client({ name: "test", version: "1" }, options);
  await client.connect(transport);
  // The client checks answers against the schemas that it has listed.
  await client.listTools();
  onTestFinished(() => client.close());
  const text = (result: Readonly<{ content: unknown }>): unknown => JSON.parse(content.parse(result.content)[0].text);
  return {
    client,
    errors: () => errors,
    async call(name, input = {}) {
      const result = await client.callTool({ name, arguments: input });
      if (result.isError === true) throw new Error(`${name} failed: ${JSON.stringify(result.content)}`);
      const answer = z.record(z.string(), z.unknown()).parse(result.structuredContent);
      if (JSON.stringify(text(result)) !== JSON.stringify(answer))
        throw new Error(`${name} says one thing as text and another as JSON`);
      return answer;
    },
    async failure(name, input = {}) {
      const result = await client.callTool({ name, arguments: input });
      if (result.isError !== true) throw new Error(`${name} did not fail`);
      return errorView.strict().parse(text(result));
    },
    close: () => client.close(),
  };
}

const finding = {
  category: "style",
  severity: "warning",
  tool: "lint",
  rule: "R1",
  file: "src/a.ts",
  line: 3,
  message: "too long",
};

/** A review report as JSON text. */
export const reportText = (runId: string, change: object = {}, findings: readonly object[] = [{}]): string =>
  JSON.stringify({
    run_id: runId,
    timestamp: "2026-03-01T08:00:00Z",
    score: 90,
    findings: findings.map((one) => ({ ...finding, ...one })),
    summary: "fine",
    ...change,
  });
