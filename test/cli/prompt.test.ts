import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandOf } from "../../src/cli/command.ts";
import { syncLogin, syncSetup } from "../../src/features/team/operations/sign-in.ts";
import { temporaryFolder } from "../support/folder.ts";
import { openPorts, quietCall } from "../support/ports.ts";

const [setup, login] = [commandOf(syncSetup), commandOf(syncLogin)];

/** A terminal at which a person gives the answers in order, and the questions that were asked. */
function scriptedUser(answers: readonly string[]) {
  const asked: string[] = [];
  const remaining = answers.values();
  return {
    asked,
    isTerminal: () => true,
    read: async () => "",
    ask: async ({ text, otherwise = "" }: Readonly<{ text: string; otherwise?: string }>) => {
      asked.push(text);
      return remaining.next().value || otherwise;
    },
  };
}

it("setup at a terminal asks for every required value and for the shared projects", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, ".git"));
  const ports = await openPorts({ cwd });
  const user = scriptedUser(["https://abc.supabase.co/", "key", "acme", "", "., acme/*"]);
  const setUp = await setup.prepare({}, user);
  expect(JSON.parse((await setUp(ports, quietCall)).json)).toMatchObject({ url: "https://abc.supabase.co", team: "acme" });
  expect(user.asked).toHaveLength(5);
  const projects = [await ports.surroundings.project(), "acme/*"];
  expect(JSON.parse(readFileSync(join(ports.home, "settings.json"), "utf8"))).toEqual({
    "sync.projects": projects,
    "sync.allowed": [{ url: "https://abc.supabase.co", team: "acme", projects }],
  });
});

it("setup and login do not ask for what flags provide", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, ".git"));
  const ports = await openPorts({ cwd });
  const silentUser = scriptedUser([]);
  const flags = { url: "https://abc.supabase.co", anon_key: "key", team: "acme", projects: ["*"], redact: ["paths"] };
  await (await setup.prepare({ ...flags }, silentUser))(ports, quietCall);
  expect(JSON.parse(readFileSync(join(ports.home, "settings.json"), "utf8"))).toEqual({
    "sync.projects": ["*"],
    "sync.redact": ["paths"],
    "sync.allowed": [{ url: "https://abc.supabase.co", team: "acme", projects: ["*"] }],
  });
  // Some values were given, so the others are reported as missing instead of being asked for.
  const partial = await setup.prepare({ url: "https://abc.supabase.co" }, silentUser);
  await expect(partial(ports, quietCall)).rejects.toMatchObject({ code: "usage" });
  await login.prepare({ email: "me@acme.dev", magic_link: true }, silentUser);
  expect(silentUser.asked).toEqual([]);
  const typed = scriptedUser(["secret"]);
  await login.prepare({ email: "me@acme.dev" }, typed);
  expect(typed.asked).toEqual(["Password"]);
});
