import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";

/*
 * The way of one piece of feedback from its text to a verified fix: a project with a bug, a remote beside it, and a model with
 * scripted answers. Does not depend on a test runner, so that the demo can use it too.
 */

export const feedbackText = "sum(2, 2) in src/sum.cjs:1-1 gives 0: it subtracts. Please add.";

/** A project with a `sum` function that subtracts, and a test command that runs every file of `test`. */
export const projectFiles: Readonly<Record<string, string>> = {
  "src/sum.cjs": "exports.sum = (a, b) => a - b;\n",
  "test/zero.test.cjs": 'const { sum } = require("../src/sum.cjs");\nif (sum(0, 0) !== 0) throw new Error("zero");\n',
  "run-tests.cjs":
    'const { readdirSync } = require("node:fs");\nfor (const file of readdirSync("test").sort()) require("./test/" + file);\n',
  "good.cjs": "process.exitCode = 0;\n",
};

export const testFile = "test/sum.test.cjs";

const newFilePatch = (file: string, lines: readonly string[]): string =>
  `diff --git a/${file} b/${file}\nnew file mode 100644\n--- /dev/null\n+++ b/${file}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}`;

export const testPatch = newFilePatch(testFile, [
  'const { sum } = require("../src/sum.cjs");',
  'if (sum(2, 2) !== 4) throw new Error("sum(2, 2) is " + sum(2, 2));',
]);
export const fixPatch =
  "diff --git a/src/sum.cjs b/src/sum.cjs\n--- a/src/sum.cjs\n+++ b/src/sum.cjs\n@@ -1,1 +1,1 @@\n-exports.sum = (a, b) => a - b;\n+exports.sum = (a, b) => a + b;\n";

export const triageAnswer = {
  fix_class: "tool",
  confidence: 90,
  root_cause: "It subtracts",
  success_criterion: "sum(2, 2) is 4",
};
export const fixAnswer = {
  title: "fix: add in sum",
  summary: "sum added the wrong sign, so that it subtracted. It adds.",
  test: testFile,
  patch: fixPatch + testPatch,
};

/** The model's answer to each question on the way to a good fix. */
export function scriptedAnswer(prompt: string): object {
  if (prompt.includes("You sort feedback")) return triageAnswer;
  if (prompt.includes("You write the smallest change")) return fixAnswer;
  return prompt.includes("distinct problems") ? { confidence: 95, findings: [] } : { overall: "pass", findings: [] };
}

const node = (file: string): readonly string[] => [process.execPath, file];
export const commands = { static: [node("good.cjs")], functional: [node("run-tests.cjs")], security: [node("good.cjs")] };

const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"];
const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Starts a server on loopback that offers a scripted model through the Messages API. */
async function scriptedModel(): Promise<Readonly<{ url: string; close(): void }>> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = JSON.stringify(scriptedAnswer(Buffer.concat(chunks).toString()));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ model: "scripted-1", content: [{ type: "text", text }], stop_reason: "end_turn" }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type CommandContext = Readonly<{ cwd: string; env: Readonly<Record<string, string>> }>;

/**
 * Takes one piece of feedback through all steps, without a code host: the branch is merged by hand.
 * @param folder an empty folder @param home home of the ledger @param runCommand runs the command line with these words in the scene
 */
export async function runFeedbackFlow(
  folder: string,
  home: string,
  runCommand: (scene: CommandContext, ...words: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const [cwd, remote] = [join(folder, "shop"), join(folder, "shop.git")];
  for (const dir of [cwd, remote]) mkdirSync(dir, { recursive: true });
  git(remote, "init", "-q", "--bare", "-b", "main");
  git(cwd, "init", "-q", "-b", "main");
  write(cwd, projectFiles);
  git(cwd, "add", "--all");
  git(cwd, "commit", "-q", "-m", "feat: sum");
  git(cwd, "remote", "add", "origin", remote);
  git(cwd, "push", "-q", "origin", "main");
  write(home, { "settings.json": JSON.stringify({ "gate.commands": commands }) });
  const model = await scriptedModel();
  try {
    const env = {
      REWARD_LEDGER_MODEL_PROVIDER: "anthropic",
      REWARD_LEDGER_MODEL_URL: model.url,
      ANTHROPIC_API_KEY: "scripted",
      GITHUB_TOKEN: "",
    };
    const context = { cwd, env };
    await runCommand(context, "self-fix", "process");
    await runCommand(context, "feedback", "add", feedbackText);
    await runCommand(context, "self-fix", "process", "--dry-run");
    await runCommand(context, "self-fix", "process");
    const branch = git(cwd, "branch", "--list", "auto/*", "--format=%(refname:short)");
    git(cwd, "push", "-q", "origin", `${branch}:main`);
    await runCommand(context, "self-fix", "verify");
    await runCommand(context, "self-fix", "list");
    await runCommand(context, "memory", "list");
  } finally {
    model.close();
  }
}
