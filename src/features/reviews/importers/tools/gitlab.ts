import * as z from "zod";
import type { Category } from "../../model/finding.ts";
import { defineFormat, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, readEntries } from "./entries.ts";
import { canonicalTool } from "./rule-categories.ts";

const issue = z.object({
  type: z.string().nullish(),
  description: z.string().nullish(),
  check_name: z.string().nullish(),
  engine_name: z.string().nullish(),
  severity: z.string().nullish(),
  categories: z.array(z.string()).readonly().nullish(),
  location: z.object({
    path: z.string(),
    lines: z.object({ begin: z.unknown() }).partial().nullish(),
    positions: z
      .object({ begin: z.object({ line: z.unknown() }).partial() })
      .partial()
      .nullish(),
  }),
});

/** `major` is a warning: tools that have only two severities write their warnings as `major`, too. */
const severities = severitiesOf({ error: ["blocker", "critical"], warning: ["major", "minor"], info: ["info"] });

const categories: ReadonlyMap<string, Category> = new Map([
  ["Complexity", "kiss"],
  ["Duplication", "dry"],
  ["Security", "security"],
  ["Style", "style"],
]);

/** https://docs.gitlab.com/ci/testing/code_quality, a part of what Code Climate reads. */
export const gitlab = defineFormat({
  form: "json",
  id: "gitlab",
  title: "GitLab Code Quality",
  looksFor: "a list of objects with `fingerprint` and `location`",
  severities,
  gives: "categories of Code Climate",
  lacks: "fixable, and the tool, unless `engine_name` says it",
  claims: (value) => hasEntryWith(value, "fingerprint", "location"),
  read: (value, target) =>
    readEntries(value, { target }, issue, (one, collector) => {
      if ((one.type ?? "issue").toLowerCase() !== "issue") return;
      const knownCategory = (one.categories ?? []).map((word) => categories.get(word)).find((category) => category !== undefined);
      const { path, lines, positions } = one.location;
      collector.findings.push(
        findingOf({
          tool: canonicalTool(one.engine_name ?? "gitlab"),
          rule: one.check_name ?? null,
          severity: severityOf(severities, one.severity),
          message: one.description ?? "",
          path,
          line: lineOf(lines?.begin) ?? lineOf(positions?.begin?.line),
          ...(knownCategory === undefined ? {} : { category: knownCategory }),
        }),
      );
    }),
});
