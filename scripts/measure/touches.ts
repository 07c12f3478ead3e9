import { execFileSync } from "node:child_process";
import { projectRoot } from "../../bench/place.ts";

const kinds = ["source", "tests", "texts", "generated"] as const;
type Kind = (typeof kinds)[number];

/** Files that a script generates from others. */
const generated = [
  /^package-lock\.json$/,
  /^docs\/(cli|stores|privacy|settings|review-report|eval-results)\.md$/,
  /^test\/golden\/expected\//,
  /(^|\/)generated\//,
  /\.generated\.\w+$/,
  /^bench\/RESULTS\.md$/,
  /^supabase\/migrations\/\d+_store_\w+\.sql$/,
];
const texts = [/^l10n\//, /^package\.nls.*\.json$/, /^docs\//, /^[A-Z]+\.md$/];

function kindOf(file: string): Kind {
  if (generated.some((pattern) => pattern.test(file))) return "generated";
  if (file.startsWith("test/")) return "tests";
  return texts.some((pattern) => pattern.test(file)) ? "texts" : "source";
}

export const touchColumns: readonly string[] = ["a commit that adds", "commit", ...kinds];

/** Number of files of each kind that a commit touches. @param spec `what=<commit>` */
export function touchRow(spec: string): readonly string[] {
  const [what = "", commit] = spec.split("=");
  if (commit === undefined) throw new Error(`--commit ${spec}: it is WHAT=COMMIT`);
  const files = execFileSync("git", ["show", "--name-only", "--format=", "--end-of-options", commit], {
    cwd: projectRoot,
    encoding: "utf8",
  });
  const touched = files.trimEnd().split("\n").map(kindOf);
  return [what, commit.slice(0, 9), ...kinds.map((kind) => String(touched.filter((one) => one === kind).length))];
}
