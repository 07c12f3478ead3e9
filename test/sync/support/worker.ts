import { compose } from "../../../src/compose.ts";

/* A process that syncs a home once: `worker.ts HOME CWD`. Says a line when it begins. */

const [home, cwd] = process.argv.slice(2);
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const ports = await compose({ home, cwd, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silent });
const sync = await ports.sync();
process.stdout.write("begin\n");
await sync.run("both");
await ports.close();
