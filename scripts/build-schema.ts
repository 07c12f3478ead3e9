import { mkdir, writeFile } from "node:fs/promises";
import { evalResultSchema } from "./schema/eval-result.ts";
import { reviewReportSchema } from "./schema/review-report.ts";

/* Writes the JSON Schemas that the manifest contributes for report and eval files. Part of `npm run build`. */

await mkdir("dist", { recursive: true });
await writeFile("dist/review-report.schema.json", `${JSON.stringify(reviewReportSchema(), null, 2)}\n`);
await writeFile("dist/eval-result.schema.json", `${JSON.stringify(evalResultSchema(), null, 2)}\n`);
