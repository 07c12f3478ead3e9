import { isMainThread } from "node:worker_threads";

/*
 * The program's one bundle: the command line as a process, the store's worker as a thread of the extension. Both are made of the
 * same parts, which a package should hold once.
 */
void (isMainThread ? import("./cli/main.ts") : import("./worker/main.ts"));
