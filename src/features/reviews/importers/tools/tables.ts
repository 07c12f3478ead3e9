import type { Category } from "../../model/finding.ts";

/**
 * What the rules of a tool are about, whatever format its findings come in. The first pattern that matches a rule's id decides, else
 * `otherwise`.
 */
export type ToolTable = Readonly<{
  /** The tool as findings name it, and how else formats call it, in lower case. */
  tool: string;
  aliases?: readonly string[];
  rules: readonly (readonly [pattern: RegExp, category: Category])[];
  otherwise: Category;
}>;

/** One table a tool; of any other the rules are about clean code, or about security where they say so. */
export const toolTables: readonly ToolTable[] = [
  { tool: "codeql", aliases: ["codeql command-line toolchain"], rules: [], otherwise: "clean_code" },
  { tool: "semgrep", aliases: ["semgrep oss", "semgrep pro", "semgrep ce", "opengrep"], rules: [], otherwise: "security" },
  { tool: "trivy", rules: [], otherwise: "security" },
  { tool: "gitleaks", rules: [], otherwise: "security" },
  { tool: "checkov", rules: [], otherwise: "security" },
  { tool: "snyk", aliases: ["snyk code", "snykcode", "snyk open source"], rules: [], otherwise: "security" },
];

const byName: ReadonlyMap<string, ToolTable> = new Map(
  toolTables.flatMap((table) => [table.tool, ...(table.aliases ?? [])].map((name) => [name, table])),
);

/** A tool under the name that its findings stand under. */
export function toolNamed(name: string): string {
  const plain = name.trim().toLowerCase();
  return byName.get(plain)?.tool ?? plain;
}

/** What a rule of a tool is about. @param tags words that the output itself says of the rule */
export function categoryOf(tool: string, rule: string | null, tags: readonly string[] = []): Category {
  const table = byName.get(tool);
  const known = rule === null ? undefined : table?.rules.find(([pattern]) => pattern.test(rule))?.[1];
  if (known !== undefined) return known;
  return tags.some((tag) => /^security$|^cwe-|\/cwe\//i.test(tag)) ? "security" : (table?.otherwise ?? "clean_code");
}
