import type { Diff, DiffFile, DiffLine } from "./diff.ts";
import { finding, type GateFinding } from "./pass-result.ts";

/*
 * Findings that follow from added lines alone. A line is data: nothing in it can change how it is judged.
 */

const endsIn = (...endings: readonly string[]): RegExp => new RegExp(`\\.(?:${endings.join("|")})$`, "i");
const python = endsIn("py", "pyi", "pyw", "ipynb");
const script = endsIn("[cm]?[jt]sx?", "vue", "svelte");
const dynamic = endsIn("php", "rb");
const code = endsIn("go", "rs", "java", "kt", "cs", "c", "h", "cc", "cpp", "hpp", "swift", "scala", "lua", "sh", "sql");

/** Files whose comments begin with `#`, and those that hold markup. */
const hashed = endsIn("py", "pyi", "pyw", "rb", "sh");
const tagged = endsIn("vue", "svelte");

const isCode = (path: string): boolean => [python, script, dynamic, code].some((kind) => kind.test(path));

/*
 * Lines that are a comment as a whole: nothing follows its end.
 */
const hash = /^\s*#(?!!)/;
const slashes = /^\s*\/\/(?!.*(?:\*\/|\?>))/;
/** A block comment, in JSX within braces, that ends on its line or continues after it. */
const block = /^\s*\{?\s*\/\*(?:(?!\*\/).)*(?:$|\*\/\s*\}?\s*$)/;
/** A line within a block comment. It may also be a multiplication. */
const star = /^\s*(?!.*\*\/\s*\S)\*+(?:\s|\/|$)/;
const markup = /^\s*<!--(?:(?!-->).)*-->\s*$/;
/** Calls that run although their line looks like a comment: those in braces, in scripts after a dollar sign. */
const inBraces = /\{[^}]*\(/;
const inTemplate = /\$\{[^}]*\(/;

/**
 * The numbers of the lines of a hunk that are comments as a whole. A line in a docstring counts as code: with only a part of the
 * file, it is unknown whether a mark begins or ends a docstring.
 */
function commentsOf(place: readonly DiffLine[], path: string): readonly number[] {
  const isHashed = hashed.test(path);
  const isTagged = tagged.test(path);
  const runs = isHashed || isTagged ? inBraces : inTemplate;
  /** Null: the hunk may begin within a block comment. */
  let inBlock: boolean | null = null;
  const isComment = (text: string): boolean => {
    const opens = block.test(text);
    const is = opens || slashes.test(text) || (inBlock !== false && star.test(text)) || (isTagged && markup.test(text));
    if (text.includes("*/")) inBlock = false;
    else if (opens) inBlock = true;
    else if (!is && inBlock === null && text.trim() !== "") inBlock = false;
    return is;
  };
  return place.filter(({ text }) => (isHashed ? hash.test(text) : isComment(text)) && !runs.test(text)).map(({ line }) => line);
}

const commentsIn = ({ path, places }: DiffFile): ReadonlySet<number> =>
  new Set(places.flatMap((place) => commentsOf(place, path)));

const called = (names: string): RegExp => new RegExp(`(?<![\\w.$#])(?<!\\b(?:def|function|fn|func) )(?:${names})\\s*\\(`);
const debugPrint = [
  { files: python, pattern: called("print|pprint(?:\\.pprint)?") },
  { files: script, pattern: called("console\\.log") },
];

const marker = /\b(?:TODO|FIXME|XXX)\b/;
/** An issue number or a URL, which shows that the note is tracked. */
const reference = /#\d+|https?:\/\//;

const commentText = /^\s*(?:#|\/\/|\/?\*)+\s?(.*)$/;
const looksLikeCode =
  /(?:[;{}]\s*$)|^(?:if|for|while|switch|return|import|from|const|let|var|def|class|function|elif|else)\b.*[(){}:;=]|^[\w.[\]]+\s*(?:[-+*/]?=)\s*\S|^[\w.]+\([^)]*\)\s*;?$/;
/** Texts that look like code but are not: documentation tags, URLs, directives for tools. */
const looksLikeProse = /^@|^\s*$|https?:\/\/|^eslint|^biome|^type:|^noqa|^pragma/i;

const at = (file: DiffFile, { line }: DiffLine) => ({ file: file.path, line });

function minorOf(file: DiffFile, added: DiffLine, comments: ReadonlySet<number>): readonly GateFinding[] {
  const { text } = added;
  const place = at(file, added);
  if (!comments.has(added.line)) {
    const isPrint = debugPrint.some(({ files, pattern }) => files.test(file.path) && pattern.test(text));
    const print = isPrint ? [finding("minor", "a debug print", { ...place, fix: "Remove it, or use the project's log." })] : [];
    return [...print, ...todoIn(text, place)];
  }
  const said = commentText.exec(text)?.[1] ?? "";
  const isOld = looksLikeCode.test(said) && !looksLikeProse.test(said);
  return [
    ...todoIn(text, place),
    ...(isOld ? [finding("minor", "code in a comment", { ...place, fix: "Remove it; git keeps it." })] : []),
  ];
}

const todoIn = (text: string, place: ReturnType<typeof at>): readonly GateFinding[] =>
  marker.test(text) && !reference.test(text)
    ? [
        finding("minor", "a TODO without an issue", {
          ...place,
          fix: "Add the number of an issue (#12) or its address.",
        }),
      ]
    : [];

/** Detects debug prints, notes of work to do and commented-out code in added lines. */
export const minorFindings = ({ files }: Diff): readonly GateFinding[] =>
  files
    .filter(({ path }) => isCode(path))
    .flatMap((file) => {
      const comments = commentsIn(file);
      return file.added.flatMap((line) => minorOf(file, line, comments));
    });

const runsText = called("eval|exec");
const dangerous = [
  { files: python, pattern: runsText, what: "runs text as code (eval or exec)" },
  { files: script, pattern: runsText, what: "runs text as code (eval or exec)" },
  { files: dynamic, pattern: runsText, what: "runs text as code (eval or exec)" },
  { files: python, pattern: /(?<![\w.])os\s*\.\s*system\s*\(/, what: "runs a command line (os.system)" },
  { files: python, pattern: /\bshell\s*=\s*True\b/, what: "runs a command line (shell=True)" },
];

/** Detects calls in added lines that run text which somebody else may have written. */
export const dangerousCalls = ({ files }: Diff): readonly GateFinding[] =>
  files.flatMap((file) => {
    const patterns = dangerous.filter(({ files: kind }) => kind.test(file.path));
    const comments = commentsIn(file);
    return file.added
      .filter(({ line }) => !comments.has(line))
      .flatMap((line) =>
        patterns
          .filter(({ pattern }) => pattern.test(line.text))
          .map(({ what }) =>
            finding("blocking", what, {
              ...at(file, line),
              fix: "Call the function or program directly, with arguments as a list.",
            }),
          ),
      );
  });
