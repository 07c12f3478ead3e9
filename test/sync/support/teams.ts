import type { FaultPlan } from "../../supabase/stack/faults.ts";
import type { Stack } from "../../supabase/stack/stack.ts";
import type { StackUser } from "../../supabase/stack/users.ts";
import { openHome, type SyncHome } from "./home.ts";

type OpenOptions = Parameters<typeof openHome>[2];
type Teams = Readonly<{
  /** A team of its own with one user and a home that is signed in. */
  teamOf(slug: string, open?: OpenOptions): Promise<SyncHome & Readonly<{ user: StackUser; team: string }>>;
  /** Another home of the same user in the same team. */
  another(slug: string, user: StackUser, open?: OpenOptions): Promise<SyncHome>;
}>;

/** Creates teams on a suite's stack. */
export function teamsOn(stack: () => Stack): Teams {
  const another = async (slug: string, user: StackUser, open: OpenOptions = {}): Promise<SyncHome> => {
    const home = await openHome(stack(), slug, open);
    await home.sync.signIn({ way: "password", email: user.email, password: user.password });
    return home;
  };
  return {
    another,
    async teamOf(slug, open = {}) {
      const user = await stack().signUp(`${slug}@example.com`);
      const team = await stack().createTeam(user, slug);
      return { ...(await another(slug, user, open)), user, team };
    },
  };
}

/** A plan with a fault for requests to the table of facts only. */
export const onFacts =
  (method: string, fault: ReturnType<FaultPlan>): FaultPlan =>
  (request) =>
    request.method === method && request.path === "/rest/v1/facts" ? fault : { kind: "pass" };

/** Runs `work` while requests fail by a plan. */
export async function withFaults<T>(server: Pick<Stack, "setFaults">, plan: FaultPlan, work: () => Promise<T>): Promise<T> {
  server.setFaults(plan);
  try {
    return await work();
  } finally {
    server.setFaults();
  }
}
