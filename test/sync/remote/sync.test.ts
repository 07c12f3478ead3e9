import { expect, test } from "vitest";
import { useStack } from "../../supabase/stack/suite.ts";
import { openHome, recordAll, runs, totals } from "../support/home.ts";

const stack = useStack();

test("two machines of one user hold the same facts after both have synced", async () => {
  const user = await stack().signUp("two-machines@example.com");
  await stack().createTeam(user, "two-machines");
  const a = await openHome(stack(), "two-machines");
  const b = await openHome(stack(), "two-machines");
  for (const { sync } of [a, b]) {
    expect(await sync.signIn({ way: "password", email: user.email, password: user.password })).toMatchObject({
      signed_in: true,
      role: "owner",
    });
  }
  await recordAll(a, runs(7));
  await recordAll(b, runs(5));
  expect(await a.sync.run("both")).toMatchObject({ pushed: 7, pulled: 0, unsent: 0, problems: [] });
  expect(await b.sync.run("both")).toMatchObject({ pushed: 5, pulled: 7, unsent: 0, problems: [] });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 0, pulled: 5, unsent: 0, problems: [] });
  expect(await totals(a)).toEqual(await totals(b));
  expect(await totals(a)).toMatchObject({ facts: 12, problems: [] });
  expect(await b.sync.status({ ask: true })).toMatchObject({
    configured: true,
    signed_in: true,
    online: true,
    team: "two-machines",
    user: user.email,
    unsent: 0,
    problems: [],
  });
  expect(await a.sync.test()).toMatchObject({ ok: true });
  expect(a.heard.lines).toEqual([]);
});
