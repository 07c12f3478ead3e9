import type { SyncTestView } from "../ports/sync.ts";
import { problemOf } from "./failure.ts";
import { RemoteFailure } from "./remote.ts";
import type { SyncContext } from "./sync-context.ts";

/** Tests each server function that sync needs, one after another, up to the first that fails. */
export async function testConnection({ options, configured }: SyncContext): Promise<SyncTestView> {
  const steps: { name: string; ok: boolean; ms: number; detail: string }[] = [];
  const step = async <T>(name: string, work: () => Promise<Readonly<{ detail: string; value: T }>>): Promise<T | null> => {
    const start = performance.now();
    const addStep = (ok: boolean, detail: string): void => {
      steps.push({ name, ok, ms: Math.round(performance.now() - start), detail });
    };
    try {
      const { detail, value } = await work();
      addStep(true, detail);
      return value;
    } catch (error) {
      const { message, hint } = problemOf(error);
      addStep(false, `${message}. ${hint}`);
      return null;
    }
  };
  const setup = await step("configuration", async () => {
    const value = await configured();
    return { detail: `${value.target.url}, team ${value.target.team} (${value.config.source ?? "settings"})`, value };
  });
  if (setup === null) return { ok: false, steps };
  const { connection, auth, config } = setup;
  const user = await step("sign-in", async () => {
    if (config.given?.service === true) return { detail: "the service key", value: "service" };
    const account = await connection.as((_remote, session) => auth.user(session.accessToken));
    return { detail: account.email, value: account.email };
  });
  if (user === null) return { ok: false, steps };
  const team = await step("team", async () => {
    const value = await connection.as((remote) => connection.teamId(remote));
    return { detail: `${setup.target.team} (${value})`, value };
  });
  if (team === null) return { ok: false, steps };
  const project = await options.project();
  await step("heartbeat", async () => {
    // Keeps the device, so that later facts have the same id.
    const { id, name } = await options.ledger.keepDevice();
    const value = await connection.as(async (remote) => {
      await remote.registerDevice(team, id, name);
      await remote.beat(team, id, name, project);
      return remote.lastBeat(team, id);
    });
    if (value === null) throw new RemoteFailure("data", "Failed to read the heartbeat back: it is not there");
    return { detail: `sent and read back, ${value}`, value };
  });
  return { ok: steps.every(({ ok }) => ok), steps };
}
