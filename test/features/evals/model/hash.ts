import { createHash } from "node:crypto";
import type { Sha256 } from "../../../../src/features/evals/model/cache.ts";

/** The real SHA-256, for functions that take one. */
export const sha256: Sha256 = (chunks) => chunks.reduce((hash, chunk) => hash.update(chunk), createHash("sha256")).digest("hex");
