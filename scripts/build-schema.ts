import { mkdir, writeFile } from "node:fs/promises";
import { reviewReportSchema } from "./schema/review-report.ts";

/* Writes the JSON Schema that the manifest contributes for report files. Part of `npm run build`. */

await mkdir("dist", { recursive: true });
await writeFile("dist/review-report.schema.json", `${JSON.stringify(reviewReportSchema(), null, 2)}\n`);
