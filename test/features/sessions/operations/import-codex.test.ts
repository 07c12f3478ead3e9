import { join } from "node:path";
import { expect, it } from "vitest";
import { sessions } from "../../../../src/features/agent/model/sessions.ts";
import { spend } from "../../../../src/features/agent/model/spend.ts";
import { sessionsImport } from "../../../../src/features/sessions/operations/import.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";
import { codexLine, prices, writeCodex } from "../support/transcripts.ts";

const { meta, model, prompt, total, response } = codexLine;
type Lines = Parameters<typeof writeCodex>[1];

/** Imports transcripts, one file each, in this order. @returns calls and tokens of all sessions, and the sessions by id */
async function importCodex(...files: readonly Lines[]) {
  const ports = await openPorts({ evals: { prices } });
  const paths = files.map((lines, n) => {
    const path = join(ports.cwd, `rollout-${n}.jsonl`);
    writeCodex(path, lines);
    return path;
  });
  for (const path of paths) {
    const view = await sessionsImport.call(ports, { file: [path] }, quietCall);
    expect(view.problems).toEqual([]);
  }
  return ports.ledger.ask(({ agent }) => {
    const entries = agent.list(spend, {}).rows;
    const sum = (of: (entry: (typeof entries)[number]) => number): number => entries.reduce((all, one) => all + of(one), 0);
    return {
      calls: sum(({ calls }) => calls),
      input: sum(({ input_tokens }) => input_tokens),
      read: sum(({ cache_read_tokens }) => cache_read_tokens),
      written: sum(({ cache_create_tokens }) => cache_create_tokens),
      output: sum(({ output_tokens }) => output_tokens),
      sessions: Object.fromEntries(agent.list(sessions, {}).rows.map((one) => [one.session_id, one.turns])),
    };
  });
}

const parent: Lines = [
  meta("parent"),
  model("gpt-5-codex"),
  prompt("Add a health check"),
  total([1000, 600, 50], [1000, 600, 50]),
  total([3000, 2400, 90], [2000, 1800, 40]),
];

it("counts the tokens of a response once that is described by a record and in a total", async () => {
  const result = await importCodex([
    meta("a"),
    model("gpt-5-codex"),
    total([1000, 600, 50], [1000, 600, 50]),
    response("a", "resp_1", [2000, 1800, 40]),
    total([3000, 2400, 90], [2000, 1800, 40]),
    total([3000, 2400, 90], [2000, 1800, 40]),
    // A compaction, whose tokens are in no total.
    response("a", "resp_2", [500, 0, 10]),
    { type: "compacted", payload: { message: "" } },
    response("a", "resp_3", [700, 0, 20]),
    total([3700, 2400, 110], [700, 0, 20]),
    // Written by an older version, without a record.
    total([4000, 2400, 120], [300, 0, 10]),
  ]);
  expect(result).toMatchObject({ calls: 5, input: 400 + 200 + 500 + 700 + 300, read: 2400, output: 130 });
});

it("counts the growth of the total, because the last usage leaves out what a web search reads", async () => {
  const result = await importCodex([
    meta("a"),
    model("gpt-5-codex"),
    total([1000, 0, 50], [1000, 0, 50]),
    total([6000, 0, 80], [900, 0, 30]),
    // The total begins anew.
    total([0, 0, 0], [0, 0, 0]),
    total([400, 0, 20], [400, 0, 20]),
  ]);
  expect(result).toMatchObject({ calls: 3, input: 6400, output: 100 });
});

it("counts tokens that are written to the cache as such", async () => {
  const result = await importCodex([meta("a"), model("gpt-5-codex"), total([1000, 600, 50, 300], [1000, 600, 50, 300])]);
  expect(result).toMatchObject({ calls: 1, input: 100, read: 600, written: 300, output: 50 });
});

it("leaves out what a sub-agent copies from the session that started it", async () => {
  const child: Lines = [
    meta("child", { parent_thread_id: "parent", thread_source: "subagent", subagent_history_start_ordinal: 5 }),
    ...parent.slice(0, 4),
    model("gpt-5-codex"),
    prompt("Check the docs"),
    // The total of a sub-agent begins with 0, and may be equal to one of the session that started it.
    response("child", "resp_9", [1000, 600, 50]),
    total([1000, 600, 50], [1000, 600, 50]),
  ];
  const expected = { calls: 3, input: 1000, read: 3000, output: 140, sessions: { parent: 1, child: 1 } };
  expect(await importCodex(parent, child)).toMatchObject(expected);
  expect(await importCodex(child, parent)).toMatchObject(expected);
});

it("counts once what a fork of a fork copies", async () => {
  const fork: Lines = [meta("fork", { forked_from_id: "parent" }), ...parent, total([3500, 2400, 100], [500, 0, 10])];
  const forkOfFork: Lines = [meta("third", { forked_from_id: "fork" }), ...fork, total([3600, 2400, 105], [100, 0, 5])];
  expect(await importCodex(parent, fork, forkOfFork)).toMatchObject({ calls: 4, input: 1200, read: 2400, output: 105 });
});

it("counts once what a fork copies without the records of responses", async () => {
  const first: Lines = [...parent.slice(0, 3), response("parent", "resp_1", [1000, 600, 50]), ...parent.slice(3)];
  const fork: Lines = [meta("fork", { forked_from_id: "parent" }), ...parent];
  expect(await importCodex(first, fork)).toMatchObject({ calls: 2, input: 600, read: 2400, output: 90 });
});

it("counts equal totals of two sub-agents of one session separately", async () => {
  const child = (id: string): Lines => [
    meta(id, { source: { subagent: { thread_spawn: { parent_thread_id: "parent" } } } }),
    model("gpt-5-codex"),
    total([1000, 600, 50], [1000, 600, 50]),
  ];
  expect(await importCodex(parent, child("one"), child("two"))).toMatchObject({ calls: 4, input: 600 + 800, output: 190 });
});

it("counts prompts of sessions that contain them as completed items", async () => {
  const item = (id: string, type: string) => ({
    type: "event_msg",
    payload: { type: "item_completed", item: { type, id, content: [{ type: "text", text: "Go on" }, { type: "image" }] } },
  });
  const { sessions: turns } = await importCodex([
    meta("a"),
    item("1", "UserMessage"),
    item("2", "AgentMessage"),
    item("3", "UserMessage"),
    item("3", "UserMessage"),
  ]);
  expect(turns).toEqual({ a: 2 });
});
