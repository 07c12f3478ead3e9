import { beforeEach, expect, it } from "vitest";
import { sessions } from "../../../../src/features/agent/model/sessions.ts";
import { storePut } from "../../../../src/features/agent/operations/store.ts";
import { commands, type OperationInput } from "../../../../src/features/operations.ts";
import { fieldsOf } from "../../../../src/kernel/privacy.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

let ports: TestPorts;
beforeEach(async () => {
  ports = await openPorts({});
});

const add = async (input: OperationInput<"sessions add">) => (await commands["sessions add"]()).call(ports, input, quietCall);
const list = async (input: OperationInput<"sessions list">) =>
  (await (await commands["sessions list"]()).call(ports, input, quietCall)).rows;
const first = {
  session_id: "5f3c",
  host: "claude-code",
  branch: "main",
  started_at: "2026-03-16T08:00:00Z",
  project: "acme/shop",
};

it("a session is recorded with its tools, files and commits, and can be updated later", async () => {
  const row = await add({ ...first, tools_json: '{"Bash":12,"Edit":3}', files_json: '["src/a.ts"]' });
  expect(row).toMatchObject({ ...first, started_at: "2026-03-16T08:00:00.000Z", turns: 0, commits_json: "[]", ended_at: null });
  await add({ ...first, session_id: "77aa", host: "codex", started_at: "2026-03-17T08:00:00Z" });
  await storePut.call(
    ports,
    { store: "sessions", key: ["5f3c"], set: ["turns=4", "ended_at=2026-03-16T09:59:00Z", 'commits_json=["1a2b"]'] },
    quietCall,
  );
  expect((await list({})).map(({ session_id }) => session_id)).toEqual(["77aa", "5f3c"]);
  expect(await list({ host: "claude-code", branch: "main" })).toMatchObject([
    { session_id: "5f3c", turns: 4, ended_at: "2026-03-16T09:59:00.000Z", commits_json: '["1a2b"]' },
  ]);
  expect((await ports.ledger.verify(quietCall)).problems).toEqual([]);
});

it.each([
  ["that is recorded already", first, "this key already exists"],
  ["that ended before it began", { ...first, session_id: "b", ended_at: "2026-03-16T07:59:59Z" }, "ended before it started"],
  ["with tools that are not counted", { ...first, session_id: "b", tools_json: '{"Bash":"often"}' }, "tools_json"],
  ["with files that are no list", { ...first, session_id: "b", files_json: '{"a":1}' }, "files_json"],
])("refuses a session %s", async (_, input, message) => {
  await add(first);
  await expect(add(input)).rejects.toMatchObject({ message: expect.stringContaining(message) });
  expect(await list({})).toHaveLength(1);
});

it("only the summary and prompts of a session are classified as transcript data", () => {
  const fields = fieldsOf(sessions.row);
  expect(fields.filter(({ privacy }) => privacy === "transcript").map(({ name }) => name)).toEqual(["summary", "prompts_json"]);
  expect(new Set(fields.map(({ privacy }) => privacy))).toEqual(new Set(["plain", "path", "transcript"]));
});
