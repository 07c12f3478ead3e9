/* Checks that the demo has written all of its pictures and that none of them is empty. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pictureNames } from "./demo/pictures.ts";
import { paths } from "./demo/place.ts";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Minimum size in bytes: a picture of one colour is much smaller, a picture of a window much larger. */
const minBytes = 20_000;

async function findProblem(name: string): Promise<string | null> {
  try {
    const bytes = await readFile(join(paths.pictures, `${name}.png`));
    if (!bytes.subarray(0, signature.length).equals(signature)) return "it is no PNG";
    return bytes.length < minBytes ? `it has ${bytes.length} bytes only` : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const problems = await Promise.all(
  pictureNames.map(async (name) => {
    const problem = await findProblem(name);
    return problem === null ? [] : [`${name}.png: ${problem}`];
  }),
);
for (const problem of problems.flat()) console.error(problem);
console.log(`${pictureNames.length - problems.flat().length} of ${pictureNames.length} pictures of the demo are there`);
if (problems.flat().length > 0) process.exitCode = 1;
