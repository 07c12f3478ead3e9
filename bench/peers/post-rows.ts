import { compose } from "../../src/compose.ts";
import { rowOf } from "../../src/sync/rows.ts";

/*
 * The peer of sync, in a separate process: one POST per row, from several concurrent queues of single pushes. Each queue sends
 * the log of a home in order, as the server accepts no fact before its predecessor: `post-rows.ts URL KEY TOKEN TEAM HOME…`.
 */

const [url, key = "", token = "", team = "", ...homes] = process.argv.slice(2);
const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const headers = {
  apikey: key,
  authorization: `Bearer ${token}`,
  "content-type": "application/json",
  "content-profile": "ai_sync",
  "accept-profile": "ai_sync",
  prefer: "return=minimal",
};

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(`${url}/rest/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
}

/** Registers the home's device with the team and returns the rows of its log. */
async function queueOf(home: string): Promise<readonly object[]> {
  const { ledger, close } = await compose({ home, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silentLogger });
  await post("rpc/register_device", { team, device: ledger.device.id, name: "peer" });
  const rows: object[] = [];
  for await (const chunk of ledger.facts()) rows.push(...chunk.map(({ fact }) => ({ team_id: team, ...rowOf(fact) })));
  await close();
  return rows;
}

const queues = await Promise.all(homes.map(queueOf));
const start = performance.now();
await Promise.all(
  queues.map(async (rows) => {
    for (const row of rows) await post("facts", row);
  }),
);
const ms = performance.now() - start;
process.stdout.write(JSON.stringify({ ms }));
