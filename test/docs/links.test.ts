import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const documents = globSync(["*.md", "docs/**/*.md", "bench/*.md", "supabase/**/*.md"], { cwd: root }).sort();

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
const anchorsOf = (file: string): ReadonlySet<string> =>
  new Set([...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading)));

/** Targets of links and pictures outside code. */
const linksOf = (file: string): readonly string[] =>
  [
    ...read(file)
      .replace(/```[\s\S]*?```/g, "")
      .replace(/`[^`\n]*`/g, "")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, target = ""]) => target);

/** Files and folders of the project that a document names as code; a suite may be named without its ending. */
const placesIn = (file: string): readonly string[] =>
  [...read(file).matchAll(/`((?:src|test|scripts|bench|supabase|media|l10n)\/[\w./-]*\w\/?)`/g)].map(([, place = ""]) => place);
const resolves = (place: string): boolean =>
  ["", ".ts", ".test.ts"].some((ending) => existsSync(join(root, `${place}${ending}`)));

describe("links between documents", () => {
  it.each(documents.filter((file) => file !== "CHANGELOG.md"))("%s names only existing files and folders", (file) => {
    expect(placesIn(file).filter((place) => !resolves(place))).toEqual([]);
  });

  it.each(documents)("%s links only to existing files and headings", (file) => {
    const deadLinks = linksOf(file)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const targetFile = path === "" ? file : join(dirname(file), path);
        if (!existsSync(join(root, targetFile))) return true;
        return anchor !== undefined && !anchorsOf(targetFile).has(anchor);
      });
    expect(deadLinks).toEqual([]);
  });

  it("of messages and code name only existing documents", () => {
    const sources = globSync(["src/**/*.{ts,tsx}", "package*.json", "l10n/*.json"], { cwd: root });
    const named = new Set(sources.flatMap((file) => [...read(file).matchAll(/\bdocs\/[\w./-]+\.md\b/g)].map(([name]) => name)));
    expect([...named].filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});
