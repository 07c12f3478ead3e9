import { expect, test } from "vitest";
import * as z from "zod";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";

const stack = useStack();

/** The sender of a request: its role, and the user that it names. */
type Caller = Readonly<{ name: string; role: "authenticated" | "anon" | "service_role"; user: string | null }>;

const failure = z.object({ code: z.string() });

/** Calls a function as a caller and rolls it back. @returns `yes`, the number of rows it returned, or the refusal's code */
async function call({ role, user }: Caller, statement: string): Promise<string> {
  let answer = "";
  const undo = new Error("undo");
  await stack()
    .sql.begin(async (transaction) => {
      const claims = JSON.stringify({ role, ...(user === null ? {} : { sub: user }) });
      await transaction`select set_config('request.jwt.claims', ${claims}, true), set_config('role', ${role}, true)`;
      const rows = await transaction.unsafe(statement);
      answer = statement.startsWith("select * from") ? String(rows.length) : "yes";
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) answer = failure.parse(error).code;
    });
  return answer;
}

test("each function grants every caller exactly what they may do, and every function is tested", async () => {
  const { sql, signUp, createTeam, addMember } = stack();
  const [ann, adam, bob, eve, nora] = await Promise.all(
    ["ann", "adam", "bob", "eve", "nora"].map((name) => signUp(`${name}@example.com`)),
  );
  if (ann === undefined || adam === undefined || bob === undefined || eve === undefined || nora === undefined)
    throw new Error("nobody signed up");
  const team = await createTeam(ann, "ours");
  await addMember(ann, team, adam.email, "admin");
  await addMember(ann, team, bob.email);
  await createTeam(eve, "theirs");
  await sql`insert into ai_sync.team_invitations (team_id, email, role) values (${team}, ${eve.email}, 'member')`;
  const device = uuidFrom("bob's device");
  await sql`insert into ai_sync.devices (team_id, id, user_id, name) values (${team}, ${device}, ${bob.id}, 'b')`;
  await sql`insert into ai_sync.team_resets (team_id, heads) values (${team}, '{}')`;
  await sql`insert into ai_sync.agent_rows (team_id, store, key, cells) values (${team}, 'tasks', 't', '{}')`;

  const callers: readonly Caller[] = [
    { name: "owner", role: "authenticated", user: ann.id },
    { name: "admin", role: "authenticated", user: adam.id },
    { name: "member", role: "authenticated", user: bob.id },
    { name: "other team", role: "authenticated", user: eve.id },
    { name: "no team", role: "authenticated", user: nora.id },
    { name: "no user", role: "authenticated", user: null },
    { name: "anon", role: "anon", user: null },
    { name: "service", role: "service_role", user: null },
  ];
  const calls: Readonly<Record<string, readonly [statement: string, ...answers: string[]]>> = {
    create_team: ["select ai_sync.create_team('new-team', 'New')", "yes", "yes", "yes", "yes", "yes", "42501", "42501", "42501"],
    "create_team, slug taken": [
      "select ai_sync.create_team('theirs', 'New')",
      "23505",
      "23505",
      "23505",
      "23505",
      "23505",
      "42501",
      "42501",
      "42501",
    ],
    add_member: [
      `select ai_sync.add_member('${team}', 'nora@example.com')`,
      "yes",
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    "add_member, an owner": [
      `select ai_sync.add_member('${team}', 'nora@example.com', 'owner')`,
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    "add_member, owner to member": [
      `select ai_sync.add_member('${team}', 'ann@example.com', 'member')`,
      "PT409",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "PT409",
    ],
    "add_member, a stranger": [
      `select ai_sync.add_member('${team}', 'nobody@example.com')`,
      "yes",
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    "add_member, no address": [
      `select ai_sync.add_member('${team}', 'nobody')`,
      "22023",
      "22023",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "22023",
    ],
    invitations: ["select * from ai_sync.invitations()", "0", "0", "0", "1", "0", "0", "42501", "0"],
    accept_invitation: [
      "select ai_sync.accept_invitation('ours')",
      "PT404",
      "PT404",
      "PT404",
      "yes",
      "PT404",
      "42501",
      "42501",
      "42501",
    ],
    decline_invitation: [
      "select ai_sync.decline_invitation('ours')",
      "PT404",
      "PT404",
      "PT404",
      "yes",
      "PT404",
      "42501",
      "42501",
      "42501",
    ],
    remove_member: [
      `select ai_sync.remove_member('${team}', 'bob@example.com')`,
      "yes",
      "yes",
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    "remove_member, an invitation": [
      `select ai_sync.remove_member('${team}', 'eve@example.com')`,
      "yes",
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    "remove_member, nobody": [
      `select ai_sync.remove_member('${team}', 'nobody@example.com')`,
      "PT404",
      "PT404",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "PT404",
    ],
    "remove_member, the owner": [
      `select ai_sync.remove_member('${team}', 'ann@example.com')`,
      "PT409",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "PT409",
    ],
    members: [`select * from ai_sync.members('${team}')`, "3", "3", "3", "0", "0", "0", "42501", "3"],
    set_setting: [
      `select ai_sync.set_setting('${team}', 'digest-enabled', 'true')`,
      "yes",
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    "set_setting, another value": [
      `select ai_sync.set_setting('${team}', 'digest-enabled', 'maybe')`,
      "22023",
      "22023",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "22023",
    ],
    register_device: [
      `select ai_sync.register_device('${team}', '${uuidFrom("a new device")}', 'd')`,
      "yes",
      "yes",
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    "register_device, bob's": [
      `select ai_sync.register_device('${team}', '${device}', 'd')`,
      "42501",
      "42501",
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
    ],
    migrations: ["select ai_sync.migrations()", "yes", "yes", "yes", "yes", "yes", "yes", "42501", "yes"],
    schema_version: ["select ai_sync.schema_version()", "yes", "yes", "yes", "yes", "yes", "yes", "42501", "yes"],
    reset_team: [`select ai_sync.reset_team('${team}')`, "yes", "42501", "42501", "42501", "42501", "42501", "42501", "yes"],
    "reset_team, an agent without runs": [
      `select ai_sync.reset_team('${team}', 'nobody')`,
      "PT404",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "PT404",
    ],
    undo_team_reset: [
      `select ai_sync.undo_team_reset('${team}')`,
      "yes",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "42501",
      "yes",
    ],
    totals: [`select * from ai_sync.totals('${team}')`, "1", "1", "1", "0", "0", "0", "42501", "1"],
    heads: [`select * from ai_sync.heads('${team}')`, "1", "1", "1", "0", "0", "0", "42501", "1"],
  };
  const answers: Record<string, readonly string[]> = {};
  for (const [name, [statement]] of Object.entries(calls)) {
    const row: string[] = [];
    for (const caller of callers) row.push(await call(caller, statement));
    answers[name] = row;
  }
  console.log(
    [["", ...callers.map(({ name }) => name)], ...Object.entries(answers).map(([name, row]) => [name, ...row])]
      .map(([first = "", ...others]) => [first.padEnd(28), ...others.map((cell) => cell.padEnd(10))].join("  "))
      .join("\n"),
  );
  expect(answers).toEqual(Object.fromEntries(Object.entries(calls).map(([name, [, ...expected]]) => [name, expected])));

  const all = z
    .array(z.object({ name: z.string() }))
    .parse(await sql`select proname as name from pg_proc where pronamespace = 'ai_sync'::regnamespace order by 1`);
  expect([...new Set(Object.keys(calls).map((name) => name.replace(/,.*/, "")))].sort()).toEqual(all.map(({ name }) => name));
});
