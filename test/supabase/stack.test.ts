import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { expect, test } from "vitest";
import { useStack } from "./stack/suite.ts";

const stack = useStack();

test("a user signs up, creates a team and is its only member", async () => {
  const { url, anonKey, signUp, createTeam } = stack();
  const user = await signUp("first@example.com");
  const team = await createTeam(user, "first-team", "First team");
  const client = createClient(url, anonKey, { db: { schema: "ai_sync" }, accessToken: async () => user.accessToken });
  const { data } = await client.rpc("members", { team });
  expect(data).toMatchObject([{ user_id: user.id, email: "first@example.com", role: "owner" }]);
  expect((await client.rpc("set_setting", { team, key: "digest-enabled", value: "true" })).error).toBeNull();
  expect((await client.from("team_settings").select("key, value")).data).toEqual([{ key: "digest-enabled", value: "true" }]);
  expect((await client.rpc("register_device", { team, device: randomUUID(), name: "laptop" })).error).toBeNull();
  expect((await client.rpc("heads", { team })).data).toMatchObject([{ name: "laptop", seq: 0, hash: null }]);
});

test("requests fail according to the fault plan, and the server can stop and restart", async () => {
  const { url, anonKey, setFaults, down, up } = stack();
  const get = (): Promise<Response> => fetch(`${url}/auth/v1/health`, { headers: { apikey: anonKey } });
  const ask = (): Promise<number> => get().then((response) => response.status);
  setFaults(() => ({ kind: "answer", status: 503, body: "{}" }));
  expect(await ask()).toBe(503);
  setFaults(() => ({ kind: "drop" }));
  await expect(ask()).rejects.toThrow();
  setFaults(() => ({ kind: "cut" }));
  await expect(get().then((response) => response.text())).rejects.toThrow();
  setFaults();
  await down();
  await expect(ask()).rejects.toThrow();
  await up();
  expect(await ask()).toBe(200);
});
