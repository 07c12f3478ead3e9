import * as z from "zod";
import { claimsJson, type ResultFormat } from "./format.ts";
import { buildRun, maybe, parseWith } from "./result-run.ts";

const ids = z.array(z.string());

/** The report that SWE-bench's `run_evaluation` writes about all instances. */
const signature = z.object({ submitted_ids: ids, resolved_ids: ids });
const report = signature.extend({ incomplete_ids: maybe(ids), empty_patch_ids: maybe(ids), error_ids: maybe(ids) });

export const sweBench: ResultFormat = {
  id: "swe-bench",
  title: "reports of SWE-bench",
  claims: claimsJson(signature, ["submitted_ids", "resolved_ids"]),
  read({ json, target }) {
    const { submitted_ids, resolved_ids, incomplete_ids = [], empty_patch_ids, error_ids } = parseWith(report, json(), target);
    const resolved = new Set(resolved_ids);
    const errors = new Map([
      ...(empty_patch_ids ?? []).map((name) => [name, "The patch is empty."] as const),
      ...(error_ids ?? []).map((name) => [name, "The evaluation ended with an error."] as const),
    ]);
    const submitted = new Set([...submitted_ids, ...resolved]);
    // The report lists instances without a prediction as incomplete. Of the others, the harness counts only those that are resolved.
    const skipped = new Set(incomplete_ids.filter((name) => !submitted.has(name)));
    const tests = [...submitted].map((name) => {
      const error = errors.get(name);
      return { name, passed: resolved.has(name), ...(error === undefined ? {} : { error }) };
    });
    return buildRun(target, { format: "swe-bench", tier: "swe-bench", tests, alsoSkipped: skipped.size });
  },
};
