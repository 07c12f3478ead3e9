/*
 * `npm run golden`: compares the answers of every command on one fixed home with the golden copy in test/golden/expected, and
 * lists the differences. `npm run golden -- --update` writes the answers there. It runs the program in dist/, so build first.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { expectedFolder, readExpected } from "../test/golden/expected.ts";
import { makeGolden, recordGolden } from "../test/golden/record.ts";

const { values } = parseArgs({ options: { update: { type: "boolean", default: false } } });
const golden = await makeGolden(join(import.meta.dirname, "../dist/cli.cjs"));
try {
  const recorded = await recordGolden(golden);
  const expected = await readExpected();
  const names = [...new Set([...recorded.keys(), ...expected.keys()])].sort();
  const different = names.filter((name) => recorded.get(name) !== expected.get(name));
  if (values.update) {
    await rm(expectedFolder, { recursive: true, force: true });
    for (const [name, content] of recorded) {
      await mkdir(dirname(join(expectedFolder, name)), { recursive: true });
      await writeFile(join(expectedFolder, name), content);
    }
  }
  for (const name of different) console.log(`${values.update ? "written" : "different"}: ${name}`);
  console.log(`${recorded.size} files, ${different.length} different`);
  if (!values.update && different.length > 0) process.exitCode = 1;
} finally {
  // Thrown, it would hide the error that the block above ended with.
  await golden.dispose().catch((error: unknown) => {
    console.error(`Failed to remove the temporary home: ${error}`);
    process.exitCode = 1;
  });
}
