import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "gpt-tokenizer";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { commands, findOperation, internal, toolsets } from "../../src/features/operations.ts";
import { toolOutput } from "../../src/features/shared/tool.ts";
import { type ToolDefinition, toolDefinition } from "../../src/features/shared/tool-definition.ts";
import { selectTools } from "../../src/mcp/select-tools.ts";
import { defaultToolsets, parseToolsets, toolsetNames } from "../../src/mcp/tool-names.ts";

const operationOf = async (name: string) => {
  const operation = await findOperation(name);
  if (operation === undefined) throw new Error(`there is no operation ${name}`);
  return operation;
};
const definitions = (tools: ReadonlyMap<string, string>): Promise<readonly ToolDefinition[]> =>
  Promise.all([...tools].map(async ([name, operation]) => toolDefinition(name, await operationOf(operation))));

/** The text fields that a schema accepts, with their paths. */
function textsIn(schema: z.core.$ZodType, path: string): readonly (readonly [string, z.core.$ZodType])[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`));
  if (schema instanceof z.ZodArray) return textsIn(schema.element, `${path}[]`);
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) return textsIn(schema.unwrap(), path);
  return schema instanceof z.ZodString ? [[path, schema]] : [];
}

describe("the agents' tools", () => {
  test("their names and schemas change only on purpose", async () => {
    const all = await definitions(selectTools(toolsetNames));
    await expect(`${JSON.stringify(all, null, 2)}\n`).toMatchFileSnapshot("tools.json");
  });

  test("the default list costs at most 3 000 tokens", async () => {
    const tools = await definitions(selectTools(defaultToolsets));
    const tokens = encode(JSON.stringify(tools)).length;
    console.log(`${tools.length} tools cost ${tokens} tokens`);
    expect(tools).toHaveLength(9);
    expect(tokens).toBeLessThanOrEqual(3_000);
  });

  test("every tool has a verb_noun name, a short description and described inputs", async () => {
    for (const { name, description, inputSchema } of await definitions(selectTools(toolsetNames))) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)+$/);
      expect(description.length, name).toBeLessThan(130);
      for (const [key, schema] of Object.entries(inputSchema.properties))
        expect(schema, `${name} ${key}`).toHaveProperty("description");
    }
  });

  test("an operation is a tool exactly when it is in a toolset", async () => {
    const listed = new Set<string>(selectTools(toolsetNames).values());
    for (const name of [...Object.keys(commands), ...Object.keys(internal)]) {
      expect((await operationOf(name)).tool !== undefined, name).toBe(listed.has(name));
    }
  });

  test("verify, reset, import, sync and anything about limits or consent are reserved for people", () => {
    const reachable = Object.values(toolsets).flatMap((set) => Object.values<string>(set));
    const reserved = [
      "verify",
      "reset",
      "doctor",
      "rebuild",
      "import",
      "export",
      "budget set",
      "budget extend",
      "trust status",
      "trust add",
      "promote",
      "demote",
      "eval import",
      "eval baseline",
      "store import",
      "store put",
      "intake undo",
      "inbox close",
    ];
    for (const name of reserved) {
      expect(Object.keys(commands), name).toContain(name);
      expect(reachable).not.toContain(name);
    }
    expect(reachable.filter((name) => /^(?:sync|team|store|intake)\b/.test(name))).toEqual([]);
  });

  test("no tool hides or removes anything", async () => {
    for (const { name, annotations } of await definitions(selectTools(toolsetNames)))
      expect(annotations.destructiveHint ?? false, name).toBe(false);
  });

  test("every text of an answer is limited in length and free of control characters", async () => {
    const hostile = `\u001b[31m${"x\u202e".repeat(5_000)}`;
    for (const [name, operation] of selectTools(toolsetNames)) {
      for (const [path, schema] of textsIn(toolOutput(await operationOf(operation)), name)) {
        if (path.endsWith(".next_cursor")) continue;
        const shown = z.string().parse(z.parse(schema, hostile));
        expect(shown.length, path).toBeLessThan(1_100);
        for (const unseen of ["\u001b", "\u202e"]) expect(shown, path).not.toContain(unseen);
      }
    }
  });

  test("the registry entry names the published package, and its description is short enough", async () => {
    const read = async (file: string): Promise<unknown> =>
      JSON.parse(await readFile(join(import.meta.dirname, "../..", file), "utf8"));
    const { name, version, mcpName } = z
      .object({ name: z.string(), version: z.string(), mcpName: z.string() })
      .parse(await read("package.json"));
    const entry = z.object({
      name: z.string(),
      version: z.string(),
      description: z.string().max(100),
      packages: z.tuple([z.looseObject({})]),
    });
    expect(entry.parse(await read("server.json"))).toMatchObject({
      name: mcpName,
      version,
      packages: [{ identifier: name, version }],
    });
  });

  test("toolsets are selected by name or as all, and unknown names are rejected", () => {
    expect(parseToolsets("spend, reviews")).toEqual(["reviews", "spend"]);
    expect(parseToolsets("all")).toEqual(Object.keys(toolsets));
    expect(parseToolsets("reviews,verify")).toBeUndefined();
    expect(parseToolsets("")).toBeUndefined();
  });
});
