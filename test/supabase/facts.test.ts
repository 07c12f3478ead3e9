import { createClient } from "@supabase/supabase-js";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Fact } from "../../src/kernel/fact.ts";
import { sealLine } from "../../src/ledger/log/record-codec.ts";
import { factColumns, factOf, factRow, rowOf } from "../../src/sync/rows.ts";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";

const stack = useStack();

test("facts come back as they were sent, whatever their data contains", async () => {
  const { url, anonKey, signUp, createTeam } = stack();
  const user = await signUp("odd@example.com");
  const team = await createTeam(user, "odd-facts");
  const device = uuidFrom("odd device");
  const client = createClient(url, anonKey, { db: { schema: "ai_sync" }, accessToken: async () => user.accessToken });
  expect((await client.rpc("register_device", { team, device, name: "laptop" })).error).toBeNull();
  const datas: readonly Fact["data"][] = [
    { text: "before\u0000after", "key\u0000": 1 },
    { whole: "😀\u0000" },
    { "not an escape": "\\u0000 \\ud83d \\\\u0000", slash: "\\" },
    { numbers: [0.1, 1e21, 1e-9, -0.5, 123_456_789_012_345, 1.7976931348623157e308] },
    { b: 1, a: { d: null, c: [true, {}, []] }, "": "empty" },
  ];
  let prev: string | null = null;
  const facts = datas.map((data, n): Fact => {
    const draft = { kind: "something.later", project: null, data };
    const line = sealLine(draft, { id: uuidFrom(`odd fact ${n}`), at: "2026-06-01T00:00:00.000Z", device, seq: n + 1, prev });
    prev = line.fact.hash;
    return line.fact;
  });
  const { error } = await client.from("facts").upsert(
    facts.map((fact) => ({ team_id: team, ...rowOf(fact) })),
    { onConflict: "team_id,device,seq", ignoreDuplicates: true },
  );
  expect(error).toBeNull();
  const { data } = await client.from("facts").select(factColumns).eq("team_id", team).order("seq");
  expect(z.array(factRow).parse(data).map(factOf)).toEqual(facts);
});
