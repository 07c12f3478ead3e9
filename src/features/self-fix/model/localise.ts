import type { Place } from "./step.ts";

/*
 * Finds the places that a text is about. It uses no model, so that the same text and the same files give the same places.
 */

/** Maximum number of places. */
export const maxPlaces = 20;
/** Maximum number of words to search for: more would match every file. */
const maxWords = 12;
const minWordLength = 4;

/** Line numbers after a path, which may be quoted. */
const lineSuffix = /["'`]?:(\d{1,6})(?:-(\d{1,6}))?(?![\w-])/g;
/** A code host's link to lines: `…/blob/<ref>/src/a.ts#L3-L9`. */
const hostLink = /\/blob\/[^/\s]+\/([^\s#?]+)(?:\?[^\s#]*)?#L(\d{1,6})(?:-L(\d{1,6}))?/g;
/** Characters that extend a name to the left, to that of another file. Scripts without spaces put words right before a name. */
const nameContinuation = /(?:[\w./@-]|(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])\p{L}\p{M}*)$/u;
/** Maximum number of characters before a line number that are searched for its path. */
const maxPathLength = 4_096;

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // The name itself contains a `%`.
    return path;
  }
}

/**
 * Returns the places that a text names: `path:line` and `path:start-end`, with slashes of either kind.
 * @param files the existing files: only they show where a path with spaces begins
 */
export function namedPlaces(text: string, files: readonly string[]): readonly Place[] {
  const names = files.map((file) => [file, file.normalize("NFC")] as const).sort(([, a], [, b]) => b.length - a.length);
  /** The longest path with which a text ends. */
  const fileAt = (before: string): string | undefined => {
    const head = before.slice(-maxPathLength).normalize("NFC").replaceAll("\\", "/");
    return names.find(
      ([, name]) => head.endsWith(name) && !nameContinuation.test(head.slice(0, -name.length).replace(/(?:\.\/)+$/, "")),
    )?.[0];
  };
  const place = (file: string | undefined, first: string | undefined, last: string | undefined): readonly Place[] => {
    const [start, end] = [Number(first), Number(last ?? first)];
    return file !== undefined && start >= 1 && end >= start ? [{ file, start, end }] : [];
  };
  const others = text.replaceAll(hostLink, " ");
  return [
    ...[...text.matchAll(hostLink)].flatMap(([, path = "", first, last]) => place(fileAt(decodePath(path)), first, last)),
    ...[...others.matchAll(lineSuffix)].flatMap(({ index, 1: first, 2: last }) =>
      place(fileAt(others.slice(0, index)), first, last),
    ),
  ];
}

/** Common English words, which do not help to find a place. */
const stopWords = new Set(
  `about after again also always because been before being better both cannot could does doing done down each else even every fails
  from gets give goes have here into just keep know like made make many more most much must need never none only other over please
  same says seem seems should show shows some such than that their them then there these they thing this those through under until very
  want wants well were what when where which while will with without work works would wrong your`.split(/\s+/),
);

/** Returns the words of a text to search for in files, in lower case: identifiers first, then the longest. */
export function searchWords(text: string): readonly string[] {
  const words = text.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  const isName = (word: string): boolean => /[_$\p{N}]|\p{Ll}\p{Lu}/u.test(word);
  const kept = words.filter((word) => word.length >= minWordLength && !stopWords.has(word.toLowerCase()));
  const ranked = [...kept].sort((a, b) => Number(isName(b)) - Number(isName(a)) || b.length - a.length || (a < b ? -1 : 1));
  return [...new Set(ranked.map((word) => word.toLowerCase()))].slice(0, maxWords);
}

export type FoundLine = Readonly<{ file: string; line: number; text: string }>;

/**
 * Returns the places of lines that contain the words. It takes the files with the most distinct words, and in them the lines with
 * the most words. Ties are ordered by path and line.
 */
export function placesFromLines(lines: readonly FoundLine[], words: readonly string[]): readonly Place[] {
  const matches = lines.map(({ file, line, text }) => {
    const lower = text.toLowerCase();
    return { file, line, words: words.filter((word) => lower.includes(word)) };
  });
  const byFile = new Map<string, Set<string>>();
  for (const { file, words: found } of matches) byFile.set(file, new Set([...(byFile.get(file) ?? []), ...found]));
  const maxHits = Math.max(0, ...[...byFile.values()].map((found) => found.size));
  return matches
    .filter(({ file, words: found }) => found.length > 0 && byFile.get(file)?.size === maxHits)
    .sort((a, b) => b.words.length - a.words.length || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
    .slice(0, maxPlaces)
    .map(({ file, line }) => ({ file, start: line, end: line }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start));
}
