import { statSync } from "node:fs";
import * as z from "zod";
import { notFound, usage } from "../kernel/errors.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import { problemsOf } from "../kernel/zod-messages.ts";
import type { Serve } from "../mcp/protocol.ts";
import { serveAgents, serveByTransport } from "../mcp/serve.ts";
import { defaultToolsets, parseToolsets, toolsetNames } from "../mcp/tool-names.ts";
import { type CliCommand, withFlagName } from "./command.ts";
import { flagsOf } from "./flags.ts";

const input = z.object({
  toolsets: z
    .string()
    .default(defaultToolsets.join(","))
    .transform((text, context) => {
      const sets = parseToolsets(text);
      if (sets !== undefined) return sets;
      context.addIssue({ code: "custom", message: `must be all, or some of ${toolsetNames.join(", ")}, with commas between` });
      return z.NEVER;
    })
    .describe(`Tools to offer: all, or some of ${toolsetNames.join(", ")}; default ${defaultToolsets.join(",")}`),
  read_only: z.boolean().default(false).describe("Offer only tools that change nothing"),
  root: z
    .array(z.string().min(1))
    .default([])
    .describe("Folder whose files agents may name; repeat for each. Default the working directory"),
});

const name = "mcp";

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Missing or not accessible: none of its files could be read either.
    return false;
  }
}

/**
 * Serves agents over the Model Context Protocol. Standard output belongs to the protocol, so this is not
 * an operation with an answer.
 */
export const mcpCommand = (serve: Serve = serveByTransport): CliCommand => ({
  name,
  summary: "Serve agents over the Model Context Protocol, on standard input and output",
  flags: () => flagsOf(input),
  positional: [],
  examples: [
    { run: "reward-ledger mcp", does: "scores, rules, runs and evals" },
    { run: "reward-ledger mcp --toolsets all --read-only", does: "everything that only reads" },
  ],
  async prepare(values, { isTerminal }) {
    const parsed = input.safeParse(values, { reportInput: true });
    if (!parsed.success) {
      throw usage(
        `Wrong use of ${name}: ${problemsOf(parsed.error)
          .map((problem) => withFlagName(problem, flagsOf(input), []))
          .join("; ")}`,
        `\`reward-ledger ${name} --help\` lists what is possible.`,
      );
    }
    if (isTerminal()) {
      throw usage(
        `Wrong use of ${name}: it talks to an agent, not to a person`,
        "Name it in the agent's configuration (docs/mcp.md).",
      );
    }
    const { toolsets, read_only: readOnly, root: roots } = parsed.data;
    const absent = roots.find((folder) => !isFolder(folder));
    if (absent !== undefined) throw notFound(`the folder ${absent}`, "Name a folder that exists with --root, or leave it out.");
    return async (ports, { signal }) => {
      const { env } = process;
      await serveAgents(ports, { toolsets, readOnly, roots, env, scrub: scrubber(secretsIn(env)) }, serve, signal);
      return { json: "", text: () => "", note: null, exitCode: 0, againAfterMs: null };
    };
  },
});
