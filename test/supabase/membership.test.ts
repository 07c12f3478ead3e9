import type postgres from "postgres";
import { expect, test } from "vitest";
import * as z from "zod";
import { settingProblem } from "../../src/features/team/model/team-settings.ts";
import { useStack } from "./stack/suite.ts";
import { callAs, type StackUser } from "./stack/users.ts";
import { uuidFrom } from "./support/history.ts";

const stack = useStack();

const failure = z.object({ code: z.string() });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => failure.parse(error).code,
  );

/** Makes the rest of a transaction run as a user. */
async function asUser(transaction: postgres.TransactionSql, user: StackUser): Promise<void> {
  const claims = JSON.stringify({ role: "authenticated", sub: user.id });
  await transaction`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`;
}

const rolesIn = async (team: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    z
      .array(z.object({ email: z.string(), role: z.string() }))
      .parse(
        await stack().sql`select u.email, m.role from ai_sync.team_members m join auth.users u on u.id = m.user_id
          where m.team_id = ${team}`,
      )
      .map(({ email, role }) => [email.replace(/@.*/, "").replace(/-.*/, ""), role]),
  );

/** A team of ann (owner), adam (admin) and bob (member). */
async function createMembers(slug: string) {
  const { signUp, createTeam, addMember } = stack();
  const [ann, adam, bob, eve] = [
    await signUp(`ann-${slug}@example.com`),
    await signUp(`adam-${slug}@example.com`),
    await signUp(`bob-${slug}@example.com`),
    await signUp(`eve-${slug}@example.com`),
  ];
  const team = await createTeam(ann, slug);
  await addMember(ann, team, adam.email, "admin");
  await addMember(ann, team, bob.email);
  const call = (user: StackUser, name: string, args: object): Promise<unknown> => callAs(stack().url, user, name, args);
  return { ann, adam, bob, eve, team, call };
}

test("adding a person gives the same answer for every address, and makes nobody a member", async () => {
  const { ann, bob, eve, team, call } = await createMembers("neutral");
  const add = (email: string): Promise<unknown> => call(ann, "add_member", { team, email });
  expect(await add(eve.email)).toBeNull();
  expect(await add("nobody@example.com")).toBeNull();
  expect(await add(`  ${eve.email.toUpperCase()} `)).toBeNull();
  expect(await add(bob.email)).toBe(bob.id);
  expect(await rolesIn(team)).toEqual({ ann: "owner", adam: "admin", bob: "member" });
  // An invitation does not show who somebody is, either.
  const profiles = await stack().sql.begin(async (transaction) => {
    await asUser(transaction, ann);
    return transaction`select email from ai_sync.profiles where user_id = ${eve.id}`;
  });
  expect(profiles).toHaveLength(0);

  expect(await call(eve, "invitations", {})).toMatchObject([{ slug: "neutral", role: "member", invited_by: ann.email }]);
  expect(await call(eve, "accept_invitation", { slug: "neutral" })).toBe(team);
  expect(await rolesIn(team)).toMatchObject({ eve: "member" });
  expect(await call(eve, "invitations", {})).toEqual([]);
  await expect(call(eve, "accept_invitation", { slug: "neutral" })).rejects.toThrow("404");
});

test("only the confirmed invited address can accept, and a declined or withdrawn invitation is void", async () => {
  const { ann, adam, bob, eve, team, call } = await createMembers("answers");
  const invite = (by: StackUser, role = "member"): Promise<unknown> => call(by, "add_member", { team, email: eve.email, role });
  const accept = (user: StackUser): Promise<unknown> => call(user, "accept_invitation", { slug: "answers" });
  await invite(ann);
  const { sql } = stack();
  await sql`update auth.users set email_confirmed_at = null where id = ${eve.id}`;
  expect(await call(eve, "invitations", {})).toEqual([]);
  await expect(accept(eve)).rejects.toThrow("404");
  await sql`update auth.users set email_confirmed_at = now() where id = ${eve.id}`;
  await expect(accept(bob)).rejects.toThrow("404");

  await call(eve, "decline_invitation", { slug: "answers" });
  await expect(accept(eve)).rejects.toThrow("404");
  await invite(adam);
  expect(await call(ann, "remove_member", { team, email: eve.email })).toBeNull();
  await expect(accept(eve)).rejects.toThrow("404");

  // An admin can neither invite an owner nor change such an invitation. An invitation ends with its sender's right to invite.
  await expect(invite(adam, "owner")).rejects.toThrow("403");
  await invite(ann, "owner");
  await expect(invite(adam)).rejects.toThrow("403");
  await expect(call(adam, "remove_member", { team, email: eve.email })).rejects.toThrow("403");
  await invite(ann, "member");
  await invite(adam, "admin");
  await call(ann, "remove_member", { team, email: adam.email });
  await expect(accept(eve)).rejects.toThrow("404");
});

/** Runs the second call while the transaction of the first is open. Returns the second's code once the first is committed. */
async function runDuring(
  [first, ...statements]: readonly [StackUser, ...string[]],
  [second, statement]: readonly [StackUser, string],
): Promise<string> {
  const { sql } = stack();
  let answer: Promise<string> | undefined;
  await sql.begin(async (transaction) => {
    await asUser(transaction, first);
    for (const one of statements) await transaction.unsafe(one);
    answer = codeOf(
      sql.begin(async (other) => {
        await asUser(other, second);
        await other.unsafe(statement);
      }),
    );
    for (let waiting = 0; waiting === 0; ) {
      const [row] = await sql`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%ai_sync.%member%'`;
      waiting = z.object({ n: z.number() }).parse(row).n;
    }
  });
  return (await answer) ?? "";
}

test("roles are checked as they are when a change is executed", async () => {
  const { ann, adam, bob, team } = await createMembers("races");
  const setRole = (who: StackUser, role: string): string => `select ai_sync.add_member('${team}', '${who.email}', '${role}')`;
  const remove = (who: StackUser): string => `select ai_sync.remove_member('${team}', '${who.email}')`;

  // Bob has just become the only owner: an admin cannot remove an owner.
  expect(await runDuring([ann, setRole(bob, "owner"), remove(ann)], [adam, remove(bob)])).toBe("42501");
  expect(await rolesIn(team)).toEqual({ adam: "admin", bob: "owner" });
  // Adam has just become a member: he cannot invite, change or remove anybody.
  for (const statement of [setRole(ann, "member"), setRole(bob, "member"), remove(bob)]) {
    await stack().sql`update ai_sync.team_members set role = 'admin' where user_id = ${adam.id}`;
    expect(await runDuring([bob, setRole(adam, "member")], [adam, statement])).toBe("42501");
  }
  // When two owners leave at once, one of them stays.
  await stack().sql`update ai_sync.team_members set role = 'owner' where user_id = ${adam.id}`;
  expect(await runDuring([bob, remove(bob)], [adam, remove(adam)])).toBe("PT409");
  expect(await rolesIn(team)).toEqual({ adam: "owner" });
});

test("an invitation that is being withdrawn can no longer be accepted", async () => {
  const { ann, eve, team } = await createMembers("withdrawn");
  await callAs(stack().url, ann, "add_member", { team, email: eve.email });
  const accept = `select ai_sync.accept_invitation('withdrawn') /* ai_sync.member */`;
  expect(await runDuring([ann, `select ai_sync.remove_member('${team}', '${eve.email}')`], [eve, accept])).toBe("PT404");
  expect(Object.keys(await rolesIn(team))).not.toContain("eve");
});

test("settings accept the values valid for their key by every write path, as the program does", async () => {
  const { ann, team, call } = await createMembers("settings");
  const values: Readonly<Record<string, readonly string[]>> = {
    "slack-webhook": [
      "https://hooks.slack.com/services/T0/B0/x",
      "https://a",
      "https://a.example:8443/x?y=1",
      "notaurl",
      "",
      " https://hooks.slack.com",
      "https://hooks.slack.com/a b",
      "http://hooks.slack.com",
      "https://",
      "https:///x",
      "https://user:secret@hooks.slack.com/",
      "javascript:alert(1)",
      "ftp://x",
      "true",
    ],
    "digest-enabled": ["true", "false", "TRUE", "yes", "1", ""],
    "something-later": ["anything", ""],
  };
  for (const [key, all] of Object.entries(values)) {
    for (const value of all) {
      const byFunction = await codeOf(
        stack().sql.begin(async (transaction) => {
          await asUser(transaction, ann);
          await transaction`select ai_sync.set_setting(${team}, ${key}, ${value})`;
        }),
      );
      const byTable = await codeOf(
        stack().sql.begin(async (transaction) => {
          await asUser(transaction, ann);
          await transaction`delete from ai_sync.team_settings`;
          await transaction`insert into ai_sync.team_settings (team_id, key, value) values (${team}, ${key}, ${value})`;
        }),
      );
      const isValid = settingProblem(key, value) === null;
      expect([key, value, byFunction, byTable]).toEqual([key, value, isValid ? "done" : "22023", isValid ? "done" : "23514"]);
    }
  }
  await expect(call(ann, "set_setting", { team, key: "slack-webhook", value: "notaurl" })).rejects.toThrow("an https address");
});

test("a heartbeat names a device of its sender, or none", async () => {
  const { ann, bob, eve, team } = await createMembers("heartbeats");
  const [anns, bobs] = [uuidFrom("ann's beating device"), uuidFrom("bob's beating device")];
  await stack()
    .sql`insert into ai_sync.devices (team_id, id, user_id) values (${team}, ${anns}, ${ann.id}), (${team}, ${bobs}, ${bob.id})`;
  const heartbeat = (user: StackUser, device: string | null): Promise<string> =>
    codeOf(
      stack().sql.begin(async (transaction) => {
        await asUser(transaction, user);
        await transaction`insert into ai_sync.sync_heartbeats (team_id, device) values (${team}, ${device})`;
      }),
    );
  expect(await heartbeat(bob, bobs)).toBe("done");
  expect(await heartbeat(bob, null)).toBe("done");
  expect(await heartbeat(bob, anns)).toBe("42501");
  expect(await heartbeat(bob, uuidFrom("nobody's device"))).toBe("42501");
  expect(await heartbeat(eve, null)).toBe("42501");
});
