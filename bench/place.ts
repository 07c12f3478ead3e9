import { resolve } from "node:path";

/** The folder that contains the project's package.json. */
export const projectRoot: string = resolve(import.meta.dirname, "..");
