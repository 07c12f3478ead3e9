import { compose } from "../../../src/compose.ts";

/* A process that syncs a home once: `worker.ts HOME CWD ASSETS`. */

const [home, cwd, assets] = process.argv.slice(2);
const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function sync(): Promise<void> {
  const ports = await compose({ home, cwd, assets, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silentLogger });
  await (await ports.sync()).run("both");
  await ports.close();
}

void sync();
