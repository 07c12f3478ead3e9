import { isMainThread } from "node:worker_threads";

/*
 * The program's one bundle: the command line as a process, the store's worker as a thread of the extension. Both are made of the
 * same parts, which a package should hold once.
 */
if (!isMainThread) void import("./worker/main.ts");

/** Runs the command line. */
export const main: typeof import("./cli/main.ts")["main"] = async (serve) => (await import("./cli/main.ts")).main(serve);
