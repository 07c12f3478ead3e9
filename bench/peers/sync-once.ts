import { compose } from "../../src/compose.ts";

/* A process that sends the unsent facts of a home and prints the time and memory used: `sync-once.ts HOME CWD`. */

const [home, cwd] = process.argv.slice(2);
const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const megabytes = (): number => process.resourceUsage().maxRSS / 1024;
const ports = await compose({ home, cwd, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silentLogger });
await ports.ledger.heads();
const opened = megabytes();
const sync = await ports.sync();
const start = performance.now();
const { pushed, problems } = await sync.run("push");
const ms = performance.now() - start;
await ports.close();
process.stdout.write(JSON.stringify({ pushed, problems, ms, opened, most: megabytes() }));
