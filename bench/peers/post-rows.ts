import { compose } from "../../src/compose.ts";
import { rowOf } from "../../src/sync/rows.ts";

/*
 * The peer of sync, in a process of its own: one POST a row, ten in parallel, as queues of single pushes do it:
 * `post-rows.ts HOME URL KEY TOKEN TEAM COUNT`.
 */

const [home, url, key = "", token = "", team = "", count = "0"] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
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

const { ledger, close } = await compose({ home, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silent });
await post("rpc/register_device", { team, device: ledger.device.id, name: "peer" });
const rows: object[] = [];
for await (const placed of ledger.facts()) rows.push(...placed.map(({ fact }) => ({ team_id: team, ...rowOf(fact) })));
const rest = rows.slice(0, Number(count)).values();
const start = performance.now();
await Promise.all(
  Array.from({ length: 10 }, async () => {
    for (const row of rest) await post("facts", row);
  }),
);
const ms = performance.now() - start;
await close();
process.stdout.write(JSON.stringify({ ms }));
