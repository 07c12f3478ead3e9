import type { AddedLine, Diff, DiffFile } from "./diff.ts";
import { finding, type GateFinding } from "./pass-result.ts";

/*
 * What added lines show by themselves. A line is data: nothing that it says changes how it is judged.
 */

const endsIn = (...endings: readonly string[]): RegExp => new RegExp(`\\.(?:${endings.join("|")})$`, "i");
const python = endsIn("py", "pyi", "pyw", "ipynb");
const script = endsIn("[cm]?[jt]sx?", "vue", "svelte");
const dynamic = endsIn("php", "rb");
const code = endsIn("go", "rs", "java", "kt", "cs", "c", "h", "cc", "cpp", "hpp", "swift", "scala", "lua", "sh", "sql");

const isCode = (path: string): boolean => [python, script, dynamic, code].some((kind) => kind.test(path));

const hash = /^\s*#(?!!)/;
const slashes = /^\s*(?:\/\/|\/?\*(?:\s|$|\/))/;
const isComment = ({ text }: AddedLine, path: string): boolean =>
  (python.test(path) || /\.(?:rb|sh)$/i.test(path) ? hash : slashes).test(text);

const called = (names: string): RegExp => new RegExp(`(?<![\\w.$#])(?<!\\b(?:def|function|fn|func) )(?:${names})\\s*\\(`);
const debugPrint = [
  { files: python, pattern: called("print|pprint(?:\\.pprint)?") },
  { files: script, pattern: called("console\\.log") },
];

const marker = /\b(?:TODO|FIXME|XXX)\b/;
/** A number of an issue or an address: somebody follows it up. */
const reference = /#\d+|https?:\/\//;

const commentText = /^\s*(?:#|\/\/|\/?\*)+\s?(.*)$/;
const looksLikeCode =
  /(?:[;{}]\s*$)|^(?:if|for|while|switch|return|import|from|const|let|var|def|class|function|elif|else)\b.*[(){}:;=]|^[\w.[\]]+\s*(?:[-+*/]?=)\s*\S|^[\w.]+\([^)]*\)\s*;?$/;
/** What has braces or a colon without being code: tags of documentation, addresses. */
const looksLikeProse = /^@|^\s*$|https?:\/\/|^eslint|^biome|^type:|^noqa|^pragma/i;

const at = (file: DiffFile, { line }: AddedLine) => ({ file: file.path, line });

function minorOf(file: DiffFile, added: AddedLine): readonly GateFinding[] {
  const { text } = added;
  const place = at(file, added);
  if (!isComment(added, file.path)) {
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
        finding("minor", "a note of work to do that names no issue", {
          ...place,
          fix: "Add the number of an issue (#12) or its address.",
        }),
      ]
    : [];

/** Debug prints, notes of work to do and commented code in added lines. */
export const minorFindings = ({ files }: Diff): readonly GateFinding[] =>
  files.filter(({ path }) => isCode(path)).flatMap((file) => file.added.flatMap((line) => minorOf(file, line)));

const runsText = called("eval|exec");
const dangerous = [
  { files: python, pattern: runsText, what: "runs text as code (eval or exec)" },
  { files: script, pattern: runsText, what: "runs text as code (eval or exec)" },
  { files: dynamic, pattern: runsText, what: "runs text as code (eval or exec)" },
  { files: python, pattern: /(?<![\w.])os\s*\.\s*system\s*\(/, what: "runs a command line (os.system)" },
  { files: python, pattern: /\bshell\s*=\s*True\b/, what: "runs a command line (shell=True)" },
];

/** Calls in added lines that run what somebody else may have written. */
export const dangerousCalls = ({ files }: Diff): readonly GateFinding[] =>
  files.flatMap((file) =>
    file.added
      .filter((line) => !isComment(line, file.path))
      .flatMap((line) =>
        dangerous
          .filter(({ files: kind, pattern }) => kind.test(file.path) && pattern.test(line.text))
          .map(({ what }) =>
            finding("blocking", what, {
              ...at(file, line),
              fix: "Call the function or program directly, with arguments as a list.",
            }),
          ),
      ),
  );
