import { describe, expect, it } from "vitest";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";

const json = (value: unknown): string => JSON.stringify(value);
const read = (text: string, format?: string) => readOutput(text, "out", format);
const first = (text: string, format?: string) => read(text, format).findings[0];

describe("output of a tool that checked nothing is recognized as such", () => {
  const ignored = { ruleId: null, severity: 1, message: "File ignored because no matching configuration was supplied." };
  it.each([
    ["ESLint's of an ignored file", json([{ filePath: "a.js", messages: [ignored] }])],
    ["ESLint's whose one message cannot be used", json([{ filePath: "a.js", messages: [{ severity: "error", message: "m" }] }])],
    ["Stylelint's of an ignored file", json([{ source: "a.css", warnings: [], deprecations: [], ignored: true }])],
    ["Pyright's", json({ version: "1.1.400", generalDiagnostics: [], summary: { filesAnalyzed: 0 } })],
    ["Oxlint's", json({ diagnostics: [], number_of_files: 0, number_of_rules: 90 })],
    ["Biome's", json({ summary: { changed: 0, unchanged: 0 }, diagnostics: [], command: "lint" })],
    ["Pylint's", json({ messages: [], statistics: { messageTypeCount: {}, modulesLinted: 0, score: 0 } })],
    ["RuboCop's", json({ metadata: { rubocop_version: "1.60" }, files: [], summary: { inspected_file_count: 0 } })],
    ["Bandit's", json({ errors: [], results: [], metrics: { _totals: { loc: 0 } } })],
    [
      "JUnit's of a test that its attributes call skipped",
      '<testsuite><testcase name="t" status="run" result="skipped"/></testsuite>',
    ],
    ["JUnit's of a skipped test", '<testsuite><testcase name="t"><skipped/></testcase></testsuite>'],
    [
      "SARIF's of results that cannot be used",
      json({ version: "2.1.0", runs: [{ tool: { driver: { name: "p" } }, results: [7] }] }),
    ],
  ])("%s", (_, text) => {
    expect(read(text)).toMatchObject({ ran: false, findings: [] });
  });

  it.each([
    ["flake8", "warning: No Python files found under the given path(s)\nAll checks passed!\n"],
    [
      "oxlint-text",
      "No files found to lint. Please check your paths and ignore patterns.\nFinished in 9ms on 0 files with 96 rules.\n",
    ],
    ["oxlint-text", "Found 0 warnings and 0 errors.\nFinished in 9ms on 0 files with 96 rules.\n"],
    ["pyright-text", "No source files found.\n0 errors, 0 warnings, 0 informations\n"],
    ["mypy-text", "Success: no issues found in 0 source files\n"],
    ["golangci-lint-text", 'level=error msg="Running error: context loading failed: no go files to analyze"\n0 issues.\n'],
  ])("text of %s: %j", (format, text) => {
    expect(read(text, format)).toMatchObject({ ran: false, findings: [] });
  });

  it("but not when one file was checked", () => {
    const files = [
      { filePath: "a.js", messages: [ignored] },
      { filePath: "b.js", messages: [] },
    ];
    expect(read(json(files)).ran).not.toBe(false);
    expect(read('<testsuite><testcase name="t"><skipped/></testcase><testcase name="u"/></testsuite>').ran).toBe(true);
  });
});

describe("text that is read with a given format", () => {
  it.each([
    ["tsc", "This is not the tsc command you are looking for\n"],
    ["tsc", "hello\n"],
    ["pylint-text", "src/a: 1 error, 0 warnings\n"],
    ["biome-text", "Checked 3 files in 5ms. No fixes applied.\nFound 1 error.\n"],
    ["gcc-text", "make: *** No rule to make target 'all'.  Stop.\n"],
    ["mypy-text", "mypy: can't read file 'nosuch.py': No such file or directory\n"],
  ])("is rejected when it is not output of %s", (format, text) => {
    expect(() => read(text, format)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });

  it.each([
    ["tsc", ""],
    ["tsc", "\n> shop@1.0.0 types\n> tsc --noEmit\n\n"],
    ["mypy-text", "Success: no issues found in 3 source files\n"],
    ["gcc-text", "make: Entering directory '/p'\ngcc -Werror -c error.c -o error.o\nmake: Leaving directory '/p'\n"],
    ["clippy-text", "   Compiling shop v0.1.0 (/p)\n    Finished dev profile in 0.5s\n"],
    ["flake8", "All checks passed!\n"],
    ["biome-text", "Checked 3 files in 5ms. No fixes applied.\n"],
    ["pylint-text", "Your code has been rated at 10.00/10\n"],
    ["mypy", ""],
    ["clippy", ""],
  ])("yields no findings for %s when nothing was found: %j", (format, text) => {
    expect(read(text, format).findings).toEqual([]);
  });
});

describe("text lines with a finding in an unusual form", () => {
  it.each([
    ["Ruff's rules of five letters", "a.py:1:5: ASYNC210 Blocking call\n", { rule: "ASYNC210", path: "a.py", line: 1 }],
    [
      "Ruff's errors of the syntax",
      "a.py:1:5: SyntaxError: Expected an expression\n",
      { rule: "invalid-syntax", category: "tool_error" },
    ],
    ["Flake8's scripts without an ending", "bin/tool:1:1: F401 'os' imported but unused\n", { path: "bin/tool", line: 1 }],
    ["Ruff's cells of notebooks", "a.ipynb:cell 2:1:5: F401 unused\n", { path: "a.ipynb", line: null }],
    ["GCC's without a column", "a.c:3: warning: unused variable [-Wunused-variable]\n", { rule: "-Wunused-variable", line: 3 }],
    [
      "clang-tidy's aliases",
      "a.cc:3:1: warning: m [bugprone-x,-warnings-as-errors]\n",
      { tool: "clang-tidy", rule: "bugprone-x" },
    ],
    ["Ruff's of a project's settings", "pyproject.toml:5:1: RUF200 m\n", { rule: "RUF200", path: "pyproject.toml" }],
    ["TypeScript's in Angular", "Error: src/a.ts:3:5 - error TS2322: m\n", { path: "src/a.ts", line: 3 }],
    [
      "Pyright's about a whole file",
      "  /p/a.py: error: Cycle in imports (reportImportCycles)\n",
      { path: "/p/a.py", line: null, rule: "reportImportCycles", message: "Cycle in imports" },
    ],
    ["Biome's of files", "a.ts fs/cantRead ━━━\n\n  × m\n", { rule: "fs/cantRead", path: "a.ts", category: "tool_error" }],
    ["Biome's of the syntax", "a.ts:3:5 syntax/a/b ━━━\n\n  × m\n", { rule: "syntax/a/b", line: 3, category: "tool_error" }],
    ["golangci-lint's of go.mod", "go.mod:5:1: replaced (gomoddirectives)\n", { path: "go.mod", rule: "gomoddirectives" }],
  ])("%s", (_, text, expected) => {
    expect(first(text)).toMatchObject(expected);
  });

  it.each([
    ["of a file of templates", "v.tpp:3:5: error: m\n", { path: "v.tpp", line: 3 }],
    ["of a file in capitals", "A.CPP:3:5: error: m\n", { path: "A.CPP", line: 3 }],
    ["with ranges of columns", "b.c:3:5:{3:1-3:4}{3:6-3:9}: error: m\n", { path: "b.c", line: 3, message: "m" }],
    ["of another language in the same build", "p/A.java:3: error: m\n", { path: "p/A.java", line: 3 }],
    ["of the assembler", "b.s:3: Error: m\n", { path: "b.s", line: 3 }],
    ["of a linker in code with debug information", "ld: b.c:3: undefined reference to `f'\n", { path: "b.c", line: 3 }],
    ["of another linker", "ld.lld: error: undefined symbol: f\n", { path: null, message: "undefined symbol: f" }],
    [
      "of a compiler about its command",
      "arm-none-eabi-g++-12: fatal error: no input files\n",
      { path: null, message: "no input files" },
    ],
    ["of clang-tidy about the command", "error: m [clang-diagnostic-error]\n", { path: null, rule: "clang-diagnostic-error" }],
    ["that make reports", "make[1]: *** No rule to make target 'b.c'.  Stop.\n", { path: null, category: "tool_error" }],
    ["that Ninja reports", "ninja: build stopped: subcommand failed.\n", { path: null, category: "tool_error" }],
  ])("include an error %s, next to a warning of GCC", (_, text, expected) => {
    const { findings } = read(`a.c:3:1: warning: m [-Wx]\n${text}`);
    expect(findings).toMatchObject([{ severity: "warning" }, { severity: "error", ...expected }]);
  });

  it("include no report of make if a finding explains it", () => {
    const failed = "make: *** [Makefile:3: all] Error 1\n";
    expect(read(`a.c:3:1: error: m\n${failed}`).findings).toHaveLength(1);
    expect(read(`a.sh:3:1: warning: m [SC2154]\n${failed}`).findings).toHaveLength(1);
  });

  it("include linker errors next to a warning", () => {
    const gcc =
      "a.c:3:1: warning: m [-Wx]\nld: a.c:(.text+0x9): undefined reference to `f'\ncollect2: error: ld returned 1 exit status\n";
    expect(read(gcc).findings).toMatchObject([
      { severity: "warning" },
      { severity: "error", path: "a.c", line: null, message: "undefined reference to `f'" },
      { severity: "error", path: null },
    ]);
    const cargo =
      "warning: unused\n --> src/a.rs:1:5\n\nerror: linking with `cc` failed: exit status: 1\n\nerror: could not compile `x` due to 1 previous error\n";
    expect(read(cargo).findings).toMatchObject([
      { severity: "error", message: expect.stringMatching(/^linking/), path: null },
      { severity: "warning", path: "src/a.rs" },
    ]);
    const missing = cargo.replace("error: linking", "error[E0463]: linking");
    expect(read(missing).findings).toMatchObject([{ severity: "error", rule: "E0463", path: null }, { severity: "warning" }]);
    const unexplained = cargo.replace(/error: linking.*\n/, "");
    expect(read(unexplained).findings).toMatchObject([
      { severity: "warning" },
      { severity: "error", category: "tool_error", message: expect.stringMatching(/^could not compile/), path: null },
    ]);
  });
});

it("a failed Cargo build without a message is a tool error", () => {
  expect(first('{"reason":"build-finished","success":false}\n')).toMatchObject({ severity: "error", category: "tool_error" });
  expect(read('{"reason":"build-finished","success":true}\n').findings).toEqual([]);
});

it("a Checkstyle error without a source has the rule named in its message, or no rule", () => {
  const text = (message: string): string =>
    `<checkstyle><file name="a.php"><error line="3" severity="error" message="${message}"/></file></checkstyle>`;
  expect(first(text("UndefinedClass: no such class"))).toMatchObject({ rule: "UndefinedClass", category: "style" });
  expect(first(text("no such class"))).toMatchObject({ rule: null, category: "style" });
});

it("rows within a notebook cell in Ruff's JSON are not line numbers of the notebook", () => {
  const entry = { code: "F401", message: "m", filename: "a.ipynb", cell: 2, location: { row: 1 } };
  expect(first(json([entry]))).toMatchObject({ line: null });
  expect(first(json([{ ...entry, cell: null }]))).toMatchObject({ line: 1 });
});

it("reviewdog's diagnostics may each name their source", () => {
  const diagnostic = { message: "m", location: { path: "a.py" }, severity: "ERROR", source: { name: "x" } };
  expect(first(json({ diagnostics: [diagnostic] }))).toMatchObject({ tool: "x", path: "a.py", severity: "error" });
});

it("Pylint JSON2 output without messages is recognized", () => {
  expect(read(json({ messages: [], statistics: {} }))).toMatchObject({ format: { id: "pylint" }, findings: [] });
});

it("a file URL is converted to its path", () => {
  const text = json([{ filePath: "file:///p/a%20b.js", messages: [{ ruleId: "r", severity: 2, message: "m", line: 1 }] }]);
  expect(first(text)).toMatchObject({ path: "/p/a b.js" });
});

it("output of two tools is detected even when the first has many entries", () => {
  const eslint = Array.from({ length: 30 }, () => ({ filePath: "a.js", messages: [] }));
  const ruff = [{ code: "F401", message: "m", filename: "a.py", location: { row: 1 } }];
  expect(() => read(`${json(eslint)}\n${json(ruff)}\n`)).toThrow(/what several tools write \(eslint, ruff/);
});

describe("a message of several lines in ESLint's text", () => {
  const frame = "\n  4 | const b = a.current;\n> 5 | use(b);\n    |     ^ read here\n";
  const rows = [
    `  5:7   error    Error: no refs here\n\nRefs are for effects.\n${frame}  6 |   done();  react-hooks/refs`,
    "  9:1   warning  Two lines\nof text        react-hooks/purity",
    "  10:1  error    'x' is not defined  no-undef",
  ];
  it("ends with the rule, and is not mistaken for the path of the next rows", () => {
    const { findings } = read(`/p/a.jsx\n${rows.join("\n")}\n\n/p/b.jsx\n  1:1  error  m  semi\n\n✖ 4 problems\n`);
    expect(findings.map(({ rule, path, line }) => [rule, path, line])).toEqual([
      ["react-hooks/refs", "/p/a.jsx", 5],
      ["react-hooks/purity", "/p/a.jsx", 9],
      ["no-undef", "/p/a.jsx", 10],
      ["semi", "/p/b.jsx", 1],
    ]);
    expect(findings[0]?.message).toBe("Error: no refs here");
  });

  it("has no rule if the code cannot be parsed", () => {
    const text = `/p/a.js\n  5:1  error  Parsing error: unexpected token\n${frame}\n/p/b.js\n  1:1  error  m  semi\n`;
    expect(read(text).findings).toMatchObject([
      { rule: "tool_error", category: "tool_error", path: "/p/a.js" },
      { rule: "semi", path: "/p/b.js" },
    ]);
  });
});

describe("messages of several lines in golangci-lint's text", () => {
  const places = (text: string) => read(text).findings.map(({ rule, path, line }) => `${path}:${line} ${rule}`);
  const issues = {
    code: 'server.go:1136:2: can probably use "var seqs []struct {\n\tisLocal\tbool\n}" instead (golint)\n\tseqs := []struct {\n',
    type: "s.go:338:44: cannot use s as I (wrong type for method F)\n\t\thave F() (error)\n\t\twant F() (bool) (typecheck)\n\tf(s)\n\t  ^\n",
    package:
      "image/banner.go:1: : # acme/image\nimage/image.go:111:128: missing return\nimage/image.go:117:63: missing return (typecheck)\npackage image\n",
    import:
      'cmd/c.go:35:2: could not import x/u (-: # x/u\nu/f.go:438:16: h.K undefined (type S has no field K)) (typecheck)\n\t"x/u"\n\t^\n',
    format: 'b.go:5:1: File is not properly formatted (gofmt)\n"fmt"\n^\n',
  };
  it("are one finding each, at the place that the text names", () => {
    expect(places(Object.values(issues).join(""))).toEqual([
      "server.go:1136 golint",
      "s.go:338 typecheck",
      "image/image.go:111 typecheck",
      "cmd/c.go:35 typecheck",
      "b.go:5 gofmt",
    ]);
    expect(places(issues.package)).toEqual(["image/image.go:111 typecheck"]);
    expect(first(issues.type)?.message).toBe(
      "cannot use s as I (wrong type for method F)\n\t\thave F() (error)\n\t\twant F() (bool)",
    );
  });

  it("have the same place in JSON", () => {
    const Text = ": # acme/image\nimage/image.go:111:128: missing return";
    const text = json({ Issues: [{ FromLinter: "typecheck", Text, Pos: { Filename: "image/banner.go", Line: 1 } }], Report: {} });
    expect(first(text)).toMatchObject({ path: "image/image.go", line: 111, rule: "typecheck" });
  });

  it("do not begin with a line of another program", () => {
    expect(places(`a.go:3:5: undefined: x\n${issues.format}ok  \tpkg/x\t(cached)\n`)).toEqual(["b.go:5 gofmt"]);
    expect(() => read("a.go:3:5: undefined: x\nok  \tpkg/x\t(cached)\n")).toThrow("no known tool writes this");
  });
});

describe("gfortran's messages", () => {
  const message = (place: string, text: string): string => `${place}:\n\n    3 |   integer :: x\n      |         1\n${text}\n`;
  it("are read below their place, alone and next to a warning of GCC", () => {
    const texts = [
      message("M_io.f90:2953:6", "Warning: Inequality comparison for REAL(8) at (1) [-Wcompare-reals]"),
      message("src/geom.F:19078:25", "Error: ‘f’ defined but not used [-Werror=unused-function]"),
      message("b.f90:2:6", "Fatal Error: Cannot open module file ‘foo.mod’ for reading at (1): No such file"),
      "a.f90:3:5:\n\n    3 | integer :: x\n      |            2\n",
      message("a.f90:9:5", "Error: Symbol ‘x’ at (1) already has basic type of INTEGER at (2)"),
      message("old.f:4.9", "Error: Syntax error at (1)"),
      "c.f90:7:9: Error: Syntax error at (1)\nf951: Fatal Error: Reading module failed\n",
    ].join("");
    const found = [
      { path: "M_io.f90", line: 2953, rule: "-Wcompare-reals", severity: "warning" },
      { path: "src/geom.F", line: 19078, rule: "-Werror=unused-function", severity: "error" },
      { path: "b.f90", line: 2, rule: null, message: "Cannot open module file ‘foo.mod’ for reading at (1): No such file" },
      { path: "a.f90", line: 9, severity: "error" },
      { path: "old.f", line: 4 },
      { path: "c.f90", line: 7, message: "Syntax error at (1)" },
      { path: null, message: "Reading module failed", severity: "error" },
    ];
    expect(read(texts).findings).toMatchObject(found);
    expect(read(`a.c:3:1: warning: m [-Wx]\n${texts}`).findings).toMatchObject([{ path: "a.c" }, ...found]);
  });

  it("are no lines without a place", () => {
    expect(read("a.c:3:1: warning: m [-Wx]\nError: m\n").findings).toHaveLength(1);
  });
});

describe("Oxlint's messages without a place", () => {
  const placed = "\n  x eslint(no-debugger): m\n   ,-[ok.js:1:12]\n 1 | debugger;\n   `----\n  help: Remove it\n";
  const unread = '\n  x Failed to open file /p/b.js with error "stream did not contain valid UTF-8"\n';
  const plugin = "\n  x Error running JS plugin.\n  | File path: /p/ok.js\n  | Error: boom\n";
  const long = "\n  ! File is too long to fit on the screen\n  help: min.js seems like a minified file\n";
  it("are findings next to others, and findings that it does not print are named", () => {
    const { findings, skipped } = read(`${unread}${placed}${plugin}${long}\nFound 3 warnings and 4 errors.\n`);
    expect(findings).toMatchObject([
      { category: "tool_error", severity: "error", path: null, message: expect.stringMatching(/^Failed to open file/) },
      { rule: "eslint(no-debugger)", path: "ok.js", line: 1 },
      { category: "tool_error", severity: "error", path: "/p/ok.js", line: null, message: "Error running JS plugin." },
    ]);
    expect(skipped).toEqual([{ place: "line 14", reason: "min.js: File is too long to fit on the screen" }]);
  });

  it("are no entries of a list of another program", () => {
    expect(read(`${placed}\n  × first test\n  × second test\n`).findings).toHaveLength(1);
  });
});

describe("lines of YAML's linter", () => {
  const rows =
    'a.yaml\n  1:1       warning  missing document start "---"  (document-start)\n  3:5       error    wide  (colons)\n';
  it("are its own in its default format, and not ESLint's", () => {
    const broken = "  9:1       error    syntax error: expected <block end> (syntax)\n";
    const { format, findings } = read(`${rows}${broken}\n`);
    expect(format.id).toBe("yamllint");
    expect(findings.map(({ tool, rule, path, line, category }) => [tool, rule, path, line, category])).toEqual([
      ["yamllint", "document-start", "a.yaml", 1, "style"],
      ["yamllint", "colons", "a.yaml", 3, "style"],
      ["yamllint", "syntax", "a.yaml", 9, "tool_error"],
    ]);
  });

  it("may be errors of the syntax without a rule, as older versions write them", () => {
    const parsable = "a.yaml:1:1: [warning] m (colons)\nb.yaml:9:1: [error] syntax error: expected <block end>\n";
    const standard = "a.yaml\n  1:1       warning  m  (colons)\n  9:1       error    syntax error: expected <block end>\n";
    for (const text of [parsable, standard]) {
      expect(read(text).findings).toMatchObject([
        { rule: "colons" },
        { rule: "syntax", severity: "error", category: "tool_error", line: 9 },
      ]);
    }
  });

  it("do not hide ESLint's, whose rule has no brackets", () => {
    expect(read("/p/a.js\n  3:5  error  Parsing error: unexpected (x)\n  4:1  error  m  semi\n").format.id).toBe("eslint-text");
  });
});

it("an annotation of GitHub may repeat the line that the tool prints", () => {
  const annotation = "::error title=Ruff (F401),file=/p/a.py,line=1,col=8::a.py:1:8: F401 `os` imported but unused\n";
  const { format, findings } = read(annotation);
  expect(format.id).toBe("github-text");
  expect(findings).toMatchObject([{ tool: "ruff", rule: "F401", line: 1 }]);
  for (const message of ["a.py:3: error: m  [misc]", "a.ts(3,5): error TS2322: m", "a.c:3:5: warning: m [-Wunused]"])
    expect(read(`::error file=a,line=3::${message}\n`).format.id).toBe("github-text");
});

it("what Biome does not print is named", () => {
  const diagnostic = { category: "lint/style/useConst", severity: "error", description: "m", location: { path: "a.ts" } };
  const summary = { changed: 0, unchanged: 1, diagnosticsNotPrinted: 40 };
  const skipped = [{ place: "Biome's summary", reason: "40 findings not printed; run Biome with --max-diagnostics=none" }];
  expect(read(json({ summary, diagnostics: [diagnostic], command: "lint" })).skipped).toEqual(skipped);
  const text = "a.ts:3:5 lint/style/useConst ━━━\n\n  × m\n\nDiagnostics not shown: 40.\n";
  expect(read(text)).toMatchObject({ findings: [{ rule: "lint/style/useConst" }], skipped: skipped });
});

it("JSON is read between codes for colours and progress", () => {
  const output = json([{ filePath: "a.js", messages: [{ ruleId: "semi", severity: 2, message: "m", line: 3 }] }]);
  expect(first(`\u001b[2K\u001b[1G${output}\u001b[0m\n`)).toMatchObject({ tool: "eslint", rule: "semi", line: 3 });
});

it("text of mypy has the findings in scripts without an ending", () => {
  const text = `a.py:1: error: Name "x" is not defined  [name-defined]
bin/tool:3: error: Incompatible return value type  [return-value]
bin/tool:3:5: note: See the documentation
Found 2 errors in 2 files (checked 2 source files)
`;
  expect(read(text).findings).toMatchObject([
    { tool: "mypy", path: "a.py", line: 1, rule: "name-defined" },
    { tool: "mypy", path: "bin/tool", line: 3, rule: "return-value" },
  ]);
  expect(read(text.replace(/^a.*\n/, "")).findings).toMatchObject([{ tool: "mypy", path: "bin/tool" }]);
});
