import * as z from "zod";
import { replaceFile } from "../../src/platform/disk/replace-file.ts";

/** A process that kills itself in the middle of replacing a file. */
const { path, at } = z.object({ path: z.string(), at: z.string() }).parse(JSON.parse(process.argv[2] ?? "{}"));
await replaceFile(path, "half", {
  mode: 0o600,
  onStep(step) {
    if (step === at) process.kill(process.pid, "SIGKILL");
  },
});
