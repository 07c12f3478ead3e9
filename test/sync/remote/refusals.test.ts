import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FaultPlan } from "../../supabase/stack/faults.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { callAs } from "../../supabase/stack/users.ts";
import { openHome, recordAll, reviewDrafts, type SyncHome, sharedState } from "../support/home.ts";
import { teamsOn, withFaults } from "../support/teams.ts";

const stack = useStack();
const { teamOf } = teamsOn(stack);

const page = "<!doctype html><html><head><title>Hotel Wi-Fi</title></head><body>Sign in</body></html>";

/** Answers some requests with something else. */
const answerMatching =
  (matches: (path: string, search: string) => boolean, status: number, body: string): FaultPlan =>
  ({ path, search }) =>
    matches(path, search) ? { kind: "answer", status, body } : { kind: "pass" };

const isRefresh = (_path: string, search: string): boolean => search.includes("grant_type=refresh_token");
const isRest = (path: string): boolean => path.startsWith("/rest/v1/");

/** Makes the sign-in of a home due for renewal. */
function expireSession({ home }: SyncHome): void {
  const file = join(home, "auth.json");
  const entry = JSON.parse(readFileSync(file, "utf8"))[stack().url];
  writeFileSync(file, JSON.stringify({ [stack().url]: { ...entry, expires_at: Math.floor(Date.now() / 1000) } }), {
    mode: 0o600,
  });
}

test("a temporary rejection does not end a sign-in", async () => {
  const a = await teamOf("passing");
  await recordAll(a, reviewDrafts(1));
  const passing: readonly (readonly [number, string])[] = [
    [402, '{"message":"Service for this project is restricted"}'],
    [403, ""],
    [403, page],
    [404, ""],
    [404, '{"message":"no Route matched with those values"}'],
    [400, '{"error_code":"validation_failed","msg":"Bad request"}'],
    [407, ""],
    [429, '{"error_code":"over_request_rate_limit","msg":"Request rate limit reached"}'],
    [500, '{"error_code":"unexpected_failure","msg":"Database error"}'],
    [200, page],
  ];
  for (const [status, body] of passing) {
    expireSession(a);
    const result = await withFaults(stack(), answerMatching(isRefresh, status, body), () => a.sync.run("both"));
    expect(result.problems, `${status} ${body}`).toMatchObject([{ kind: expect.stringMatching(/^(server|offline)$/) }]);
    expect(result.problems[0]?.message).not.toContain("<");
    expect(await a.sync.status({ ask: false }), `${status} ${body}`).toMatchObject({ signed_in: true });
  }
  expect(await a.sync.run("both")).toMatchObject({ pushed: 1, problems: [] });

  expireSession(a);
  const ending = answerMatching(
    isRefresh,
    400,
    '{"error":"invalid_grant","error_description":"Invalid Refresh Token: Already Used"}',
  );
  expect(await withFaults(stack(), ending, () => a.sync.run("both"))).toMatchObject({ problems: [{ kind: "signed_out" }] });
  expect(await a.sync.status({ ask: false })).toMatchObject({ signed_in: false });
});

test("a token that is not valid yet is reported as a wrong clock, and retried after a moment", async () => {
  const a = await teamOf("young-token");
  await recordAll(a, reviewDrafts(1));
  const body = '{"code":"PGRST303","message":"JWT issued at future","details":null,"hint":null}';
  const result = await withFaults(stack(), answerMatching(isRest, 401, body), () => a.sync.run("both", { background: true }));
  expect(result.problems).toMatchObject([{ kind: "server", hint: expect.stringContaining("clock") }]);
  // In the background it is tried again.
  expect((await a.sync.status({ ask: false })).retry_at).not.toBeNull();
  let requests = 0;
  const rejectOnce: FaultPlan = ({ path }) =>
    isRest(path) && requests++ === 0 ? { kind: "answer", status: 401, body } : { kind: "pass" };
  expect(await withFaults(stack(), rejectOnce, () => a.sync.run("both"))).toMatchObject({ pushed: 1, problems: [] });
});

test("messages name the cause, and never repeat an HTML page", async () => {
  const a = await teamOf("causes");
  await recordAll(a, reviewDrafts(1));
  const problemOf = async (status: number, body: string) => {
    const { problems, pushed } = await withFaults(stack(), answerMatching(isRest, status, body), () => a.sync.run("both"));
    expect([pushed, problems.length], `${status} ${body}`).toEqual([0, 1]);
    return problems[0];
  };
  expect(await problemOf(401, '{"message":"Invalid API key","hint":"Double check your API key."}')).toMatchObject({
    kind: "failed",
    hint: expect.stringContaining("public (anon or publishable) key"),
  });
  expect(await problemOf(403, page)).toMatchObject({ kind: "server", message: expect.stringMatching(/status 403.*Hotel Wi-Fi/) });
  expect(await problemOf(200, page)).toMatchObject({ kind: "offline", message: expect.stringContaining("Hotel Wi-Fi") });
  expect(await problemOf(404, "")).toMatchObject({ kind: "server", message: expect.stringContaining("status 404") });
  expect(await problemOf(402, '{"message":"restricted"}')).toMatchObject({ kind: "server" });
  expect(
    await problemOf(503, '{"code":"PGRST002","message":"Could not query the database for the schema cache. Retrying."}'),
  ).toMatchObject({
    kind: "server",
  });
  expect(await problemOf(406, '{"code":"PGRST106","message":"The schema must be one of the following: public"}')).toMatchObject({
    kind: "failed",
    hint: expect.stringContaining("expose the schema"),
  });
  await stack().down();
  const { problems } = await a.sync.run("both");
  await stack().up();
  expect(problems).toMatchObject([
    { kind: "offline", message: expect.stringMatching(/the connection was refused \(ECONNREFUSED\)$/) },
  ]);
  expect(problems[0]?.hint).toContain("Check the network");

  const mail = (status: number, body: string) =>
    withFaults(
      stack(),
      answerMatching((path) => path.endsWith("/otp"), status, body),
      () => a.sync.signIn({ way: "mail", email: a.user.email }),
    );
  await expect(mail(429, '{"error_code":"over_email_send_rate_limit","msg":"email rate limit exceeded"}')).rejects.toMatchObject({
    message: expect.stringContaining("email rate limit exceeded"),
    hint: expect.stringContaining("Wait a while"),
  });
  const signedIn = await withFaults(stack(), answerMatching(isRest, 406, '{"code":"PGRST106","message":"not exposed"}'), () =>
    a.sync.signIn({ way: "password", email: a.user.email, password: a.user.password }),
  );
  expect(signedIn).toMatchObject({
    signed_in: true,
    role: null,
    problem: { hint: expect.stringContaining("expose the schema") },
  });
});

test("a device id that a fellow registered elsewhere first is reported, and a new id sends everything", async () => {
  const a = await teamOf("mine-first");
  await recordAll(a, reviewDrafts(3));
  expect(await a.sync.run("both")).toMatchObject({ pushed: 3, problems: [] });
  const other = await teamOf("fellows");
  await stack().addMember(other.user, other.team, a.user.email);
  const device = a.ports.ledger.device.id;
  await callAs(stack().url, other.user, "register_device", { team: other.team, device, name: "taken" });
  const otherHome = await openHome(stack(), "fellows", { home: a.home });
  await recordAll(otherHome, reviewDrafts(1));
  expect(await otherHome.sync.run("both")).toMatchObject({
    pushed: 0,
    problems: [{ kind: "fork", device, hint: expect.stringContaining("--new-device") }],
  });
  expect(await otherHome.sync.renewDevice()).not.toBe(device);
  expect(await otherHome.sync.run("both")).toMatchObject({ pushed: 4, unsent: 0, problems: [] });
  expect(await other.sync.run("both")).toMatchObject({ pulled: 4, problems: [] });
  expect((await sharedState(otherHome)).standings).toMatchObject([{ runs: 4 }]);
  expect((await sharedState(other)).standings).toMatchObject([{ runs: 4 }]);
});

test("there is no device id before the first record, and the heartbeat has the id that facts get", async () => {
  const a = await teamOf("fresh");
  expect(await a.sync.status({ ask: true })).toMatchObject({ device: null });
  expect(await a.sync.test()).toMatchObject({ ok: true });
  const [beat] = await stack().sql`select device from ai_sync.sync_heartbeats where team_id = ${a.team}`;
  await recordAll(a, reviewDrafts(1));
  expect(beat).toEqual({ device: a.ports.ledger.device.id });
  expect(await a.sync.status({ ask: false })).toMatchObject({ device: a.ports.ledger.device.id });
});
