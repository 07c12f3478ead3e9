import { finding, type GateFinding } from "./pass-result.ts";

export const titleTypes = ["feat", "fix", "docs", "chore", "refactor", "test", "perf", "ci", "build", "style", "revert"] as const;

const conventionalTitle = new RegExp(`^(?:${titleTypes.join("|")})(?:\\([^()\\s][^()]*\\))?!?: \\S`);

/** The names with which programs sign the changes that they write. */
const agentNames =
  "aider|amp|chatgpt|claude|cline|codex|copilot|cursor|devin|gemini|github copilot|jules|openai|opencode|windsurf";
/** Lines that name the writer of a change: trailers, and signatures of such programs. The commit's author and history suffice. */
const attribution = new RegExp(
  `^[ \\t>*_-]*(?:(?:co-authored|assisted|generated|written)[- ]by[*_]*:|(?:generated|written|made|created) (?:with|by) (?:\\[|(?:${agentNames})(?![a-z\\d]))|🤖)`,
  "im",
);

const headingPattern = (words: string): RegExp =>
  new RegExp(`^[ \\t]*(?:#{1,6}[ \\t]*|\\*\\*)?(?:${words})\\b[ \\t:*]*$|^[ \\t]*(?:\\*\\*)?(?:${words})(?:\\*\\*)?:`, "im");
const sections = [
  { name: "Summary", pattern: headingPattern("summary") },
  { name: "Test plan", pattern: headingPattern("test[ -]?plan") },
] as const;

/** Filler phrases, which contain nothing that can be checked. */
export const bannedPhrases = [
  "as an ai",
  "as a language model",
  "i hope this helps",
  "let me know if",
  "it is worth noting",
  "it's worth noting",
  "it is important to note",
  "in conclusion",
  "game-changer",
  "game changer",
  "cutting-edge",
  "seamless",
  "seamlessly",
  "delve",
  "state-of-the-art",
  "best-in-class",
  "world-class",
  "production-ready",
] as const;
const escapeRegExp = (phrase: string): string => phrase.replaceAll(/[-.]/g, "\\$&");
const bannedPatterns = bannedPhrases.map((phrase) => ({
  phrase,
  pattern: new RegExp(`(?<![\\w-])${escapeRegExp(phrase)}(?![\\w-])`, "i"),
}));

const bullet = /^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?(.*)$/gm;
const minBulletWords = 4;
/** Maximum number of short bullets: more of them are a list of labels rather than of reasons. */
const maxShortBullets = 2;

const countWords = (text: string): number =>
  text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "").length;

/** Findings on the title and description of a change, as far as they can be checked without understanding the text. */
export function proseFindings(title: string | null, body: string | null): readonly GateFinding[] {
  const text = body ?? "";
  const whole = `${title ?? ""}\n${text}`;
  const shortBullets = [...text.matchAll(bullet)].filter(([, said = ""]) => countWords(said) < minBulletWords).length;
  return [
    ...(title !== null && conventionalTitle.test(title)
      ? []
      : [
          finding("blocking", title === null ? "there is no title" : "the title is no conventional commit", {
            fix: `Begin it with a type and a colon: ${titleTypes.join(", ")}; a scope in brackets and ! may follow the type.`,
          }),
        ]),
    ...(attribution.test(whole)
      ? [finding("blocking", "a trailer says who wrote the change", { fix: "Remove it; the author of the commit says so." })]
      : []),
    ...sections
      .filter(({ pattern }) => !pattern.test(text))
      .map(({ name }) =>
        finding("significant", `the description has no section "${name}"`, { fix: `Add the heading "## ${name}".` }),
      ),
    ...bannedPatterns
      .filter(({ pattern }) => pattern.test(whole))
      .map(({ phrase }) => finding("significant", `the phrase "${phrase}" says nothing`, { fix: "Say what changed and why." })),
    ...(shortBullets > maxShortBullets
      ? [
          finding("minor", `${shortBullets} bullets have fewer than ${minBulletWords} words`, {
            fix: "Say what and why in each, or leave it out.",
          }),
        ]
      : []),
  ];
}
