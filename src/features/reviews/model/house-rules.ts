/** The title line of a project's house rules: `# House Rules - AI Coding Context (v4)`. */
const title = /^#[ \t].*\(v(\d{1,9})\)[ \t]*$/m;

/** Version of the house rules, from their title; null when the title names none. */
export function houseRulesVersion(skill: string): number | null {
  const version = Number(title.exec(skill)?.[1] ?? Number.NaN);
  return Number.isInteger(version) && version >= 1 ? version : null;
}
