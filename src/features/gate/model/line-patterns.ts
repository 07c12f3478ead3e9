import type { Diff, DiffFile, DiffLine } from "./diff.ts";
import { finding, type GateFinding } from "./pass-result.ts";

/*
 * Findings that follow from added lines alone. A line is data: nothing in it can change how it is judged.
 */

const extensionPattern = (...endings: readonly string[]): RegExp => new RegExp(`\\.(?:${endings.join("|")})$`, "i");
const python = extensionPattern("py", "pyi", "pyw", "ipynb");
const script = extensionPattern("[cm]?[jt]sx?", "vue", "svelte");
const dynamic = extensionPattern("php", "rb");
const code = extensionPattern("go", "rs", "java", "kt", "cs", "c", "h", "cc", "cpp", "hpp", "swift", "scala", "lua", "sh", "sql");

/** Files whose comments begin with `#`, and those that hold markup. */
const hashCommentFiles = extensionPattern("py", "pyi", "pyw", "rb", "sh");
const markupFiles = extensionPattern("vue", "svelte");

const isCode = (path: string): boolean => [python, script, dynamic, code].some((kind) => kind.test(path));

/*
 * Lines that are a comment as a whole: nothing follows its end.
 */
const hashComment = /^\s*#(?!!)/;
const slashComment = /^\s*\/\/(?!.*(?:\*\/|\?>))/;
/** A block comment, in JSX within braces, that ends on its line or continues after it. */
const blockComment = /^\s*\{?\s*\/\*(?:(?!\*\/).)*(?:$|\*\/\s*\}?\s*$)/;
/** A line within a block comment. It may also be a multiplication. */
const starLine = /^\s*(?!.*\*\/\s*\S)\*+(?:\s|\/|$)/;
const markupComment = /^\s*<!--(?:(?!-->).)*-->\s*$/;
/** Calls that run although their line looks like a comment: those in braces, in scripts after a dollar sign. */
const inBraces = /\{[^}]*\(/;
const inTemplate = /\$\{[^}]*\(/;

/**
 * The numbers of the lines of a hunk that are comments as a whole. A line in a docstring counts as code: with only a part of the
 * file, it is unknown whether a mark begins or ends a docstring.
 */
function hunkComments(place: readonly DiffLine[], path: string): readonly number[] {
  const isHashed = hashCommentFiles.test(path);
  const isTagged = markupFiles.test(path);
  const embeddedCall = isHashed || isTagged ? inBraces : inTemplate;
  /** Null: the hunk may begin within a block comment. */
  let inBlock: boolean | null = null;
  const isComment = (text: string): boolean => {
    const opens = blockComment.test(text);
    const matches =
      opens || slashComment.test(text) || (inBlock !== false && starLine.test(text)) || (isTagged && markupComment.test(text));
    if (text.includes("*/")) inBlock = false;
    else if (opens) inBlock = true;
    else if (!matches && inBlock === null && text.trim() !== "") inBlock = false;
    return matches;
  };
  return place
    .filter(({ text }) => (isHashed ? hashComment.test(text) : isComment(text)) && !embeddedCall.test(text))
    .map(({ line }) => line);
}

const fileComments = ({ path, places }: DiffFile): ReadonlySet<number> =>
  new Set(places.flatMap((place) => hunkComments(place, path)));

const callPattern = (names: string): RegExp => new RegExp(`(?<![\\w.$#])(?<!\\b(?:def|function|fn|func) )(?:${names})\\s*\\(`);
const debugPrint = [
  { files: python, pattern: callPattern("print|pprint(?:\\.pprint)?") },
  { files: script, pattern: callPattern("console\\.log") },
];

const todoMarker = /\b(?:TODO|FIXME|XXX)\b/;
/** An issue number or a URL, which shows that the note is tracked. */
const issueReference = /#\d+|https?:\/\//;

const commentText = /^\s*(?:#|\/\/|\/?\*)+\s?(.*)$/;
const looksLikeCode =
  /(?:[;{}]\s*$)|^(?:if|for|while|switch|return|import|from|const|let|var|def|class|function|elif|else)\b.*[(){}:;=]|^[\w.[\]]+\s*(?:[-+*/]?=)\s*\S|^[\w.]+\([^)]*\)\s*;?$/;
/** Texts that look like code but are not: documentation tags, URLs, directives for tools. */
const looksLikeProse = /^@|^\s*$|https?:\/\/|^eslint|^biome|^type:|^noqa|^pragma/i;

const locationOf = (file: DiffFile, { line }: DiffLine) => ({ file: file.path, line });

function lineFindings(file: DiffFile, added: DiffLine, comments: ReadonlySet<number>): readonly GateFinding[] {
  const { text } = added;
  const place = locationOf(file, added);
  if (!comments.has(added.line)) {
    const isPrint = debugPrint.some(({ files, pattern }) => files.test(file.path) && pattern.test(text));
    const print = isPrint ? [finding("minor", "a debug print", { ...place, fix: "Remove it, or use the project's log." })] : [];
    return [...print, ...todoFindings(text, place)];
  }
  const comment = commentText.exec(text)?.[1] ?? "";
  const isCommentedCode = looksLikeCode.test(comment) && !looksLikeProse.test(comment);
  return [
    ...todoFindings(text, place),
    ...(isCommentedCode ? [finding("minor", "code in a comment", { ...place, fix: "Remove it; git keeps it." })] : []),
  ];
}

const todoFindings = (text: string, place: ReturnType<typeof locationOf>): readonly GateFinding[] =>
  todoMarker.test(text) && !issueReference.test(text)
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
      const comments = fileComments(file);
      return file.added.flatMap((line) => lineFindings(file, line, comments));
    });

const evalCall = callPattern("eval|exec");
const dangerousPatterns = [
  { files: python, pattern: evalCall, what: "runs text as code (eval or exec)" },
  { files: script, pattern: evalCall, what: "runs text as code (eval or exec)" },
  { files: dynamic, pattern: evalCall, what: "runs text as code (eval or exec)" },
  { files: python, pattern: /(?<![\w.])os\s*\.\s*system\s*\(/, what: "runs a command line (os.system)" },
  { files: python, pattern: /\bshell\s*=\s*True\b/, what: "runs a command line (shell=True)" },
];

/** Detects calls in added lines that run text which somebody else may have written. */
export const dangerousCalls = ({ files }: Diff): readonly GateFinding[] =>
  files.flatMap((file) => {
    const patterns = dangerousPatterns.filter(({ files: kind }) => kind.test(file.path));
    const comments = fileComments(file);
    return file.added
      .filter(({ line }) => !comments.has(line))
      .flatMap((line) =>
        patterns
          .filter(({ pattern }) => pattern.test(line.text))
          .map(({ what }) =>
            finding("blocking", what, {
              ...locationOf(file, line),
              fix: "Call the function or program directly, with arguments as a list.",
            }),
          ),
      );
  });
