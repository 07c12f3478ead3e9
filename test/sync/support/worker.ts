import { compose } from "../../../src/compose.ts";

/* A process that syncs a home once: `worker.ts HOME CWD`. */

const [home, cwd] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ports = await compose({ home, cwd, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silent });
await (await ports.sync()).run("both");
await ports.close();
