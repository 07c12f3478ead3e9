import type { Place } from "./step.ts";

/*
 * Where a text says that something is wrong. It is found without a model, so that the same text and the same files give the same places.
 */

/** The most places that are looked at. */
export const mostPlaces = 20;
/** More words would find every file. */
const mostWords = 12;
const shortestWord = 4;

/** Lines behind a path, which may stand in quotes. */
const atLines = /["'`]?:(\d{1,6})(?:-(\d{1,6}))?(?![\w-])/g;
/** As hosts of repositories link to lines: `…/blob/<ref>/src/a.ts#L3-L9`. */
const linked = /\/blob\/[^/\s]+\/([^\s#?]+)(?:\?[^\s#]*)?#L(\d{1,6})(?:-L(\d{1,6}))?/g;
/** What goes on to the left of a name: whatever ends with it is another file. Scripts without spaces put words right before one. */
const goesOn = /(?:[\w./@-]|(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])\p{L}\p{M}*)$/u;
/** As much of a text is looked at for one path. */
const longestPath = 4_096;

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A name with a `%` of its own.
    return path;
  }
}

/**
 * The places that a text names: `path:line` and `path:start-end`, with slashes of either kind.
 * @param files those that there are: only they tell where a path with spaces begins
 */
export function placesIn(text: string, files: readonly string[]): readonly Place[] {
  const names = files.map((file) => [file, file.normalize("NFC")] as const).sort(([, a], [, b]) => b.length - a.length);
  /** The longest path that a text ends with. */
  const fileAt = (before: string): string | undefined => {
    const head = before.slice(-longestPath).normalize("NFC").replaceAll("\\", "/");
    return names.find(
      ([, name]) => head.endsWith(name) && !goesOn.test(head.slice(0, -name.length).replace(/(?:\.\/)+$/, "")),
    )?.[0];
  };
  const place = (file: string | undefined, first: string | undefined, last: string | undefined): readonly Place[] => {
    const [start, end] = [Number(first), Number(last ?? first)];
    return file !== undefined && start >= 1 && end >= start ? [{ file, start, end }] : [];
  };
  const others = text.replaceAll(linked, " ");
  return [
    ...[...text.matchAll(linked)].flatMap(([, path = "", first, last]) => place(fileAt(decoded(path)), first, last)),
    ...[...others.matchAll(atLines)].flatMap(({ index, 1: first, 2: last }) =>
      place(fileAt(others.slice(0, index)), first, last),
    ),
  ];
}

/** Words of English that say nothing of a place. */
const common = new Set(
  `about after again also always because been before being better both cannot could does doing done down each else even every fails
  from gets give goes have here into just keep know like made make many more most much must need never none only other over please
  same says seem seems should show shows some such than that their them then there these they thing this those through under until very
  want wants well were what when where which while will with without work works would wrong your`.split(/\s+/),
);

/** The words of a text to look for in files: names of code first, then the longest, in lower case. */
export function wordsOf(text: string): readonly string[] {
  const words = text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  const isName = (word: string): boolean => /[_$\p{N}]|\p{Ll}\p{Lu}/u.test(word);
  const kept = words.filter((word) => word.length >= shortestWord && !common.has(word.toLowerCase()));
  const ranked = [...kept].sort((a, b) => Number(isName(b)) - Number(isName(a)) || b.length - a.length || (a < b ? -1 : 1));
  return [...new Set(ranked.map((word) => word.toLowerCase()))].slice(0, mostWords);
}

export type FoundLine = Readonly<{ file: string; line: number; text: string }>;

/**
 * The places of lines that hold the words: of the files in which most different words stand, the lines with most of them. Ties go by
 * path and line.
 */
export function placesOfLines(lines: readonly FoundLine[], words: readonly string[]): readonly Place[] {
  const counted = lines.map(({ file, line, text }) => {
    const lower = text.toLowerCase();
    return { file, line, words: words.filter((word) => lower.includes(word)) };
  });
  const byFile = new Map<string, Set<string>>();
  for (const { file, words: found } of counted) byFile.set(file, new Set([...(byFile.get(file) ?? []), ...found]));
  const most = Math.max(0, ...[...byFile.values()].map((found) => found.size));
  return counted
    .filter(({ file, words: found }) => found.length > 0 && byFile.get(file)?.size === most)
    .sort((a, b) => b.words.length - a.words.length || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
    .slice(0, mostPlaces)
    .map(({ file, line }) => ({ file, start: line, end: line }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start));
}
