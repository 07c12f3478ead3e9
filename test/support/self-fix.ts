import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { feedbackAdd } from "../../src/features/agent/operations/feedback.ts";
import { selfFixProcess } from "../../src/features/self-fix/operations/process.ts";
import type { SelfFixView } from "../../src/features/self-fix/operations/views.ts";
import { commands, feedbackText, fixAnswer, projectFiles, scriptedAnswer, triageAnswer } from "./feedback-to-fix.ts";
import { temporaryFolder, writeFiles } from "./folder.ts";
import { type ModelReply, type ModelServer, type ReplySource, startModelServer } from "./model-server.ts";
import { openPorts, quietCall, type TestPorts } from "./ports.ts";
import { createRepository, git, gitEnvironment } from "./repository.ts";

export { feedbackText, fixPatch, testFile, testPatch } from "./feedback-to-fix.ts";

export const jsonReply = (answer: object): ModelReply => ({ text: `Here you are:\n${JSON.stringify(answer)}` });

export const triageReply = (more: object = {}): ModelReply => jsonReply({ ...triageAnswer, ...more });
export const fixReply = (more: object = {}): ModelReply => jsonReply({ ...fixAnswer, ...more });
const passReply = jsonReply({ overall: "pass", findings: [] });
export const confidenceReply = (confidence: number): ModelReply => jsonReply({ confidence, findings: [] });
/** The replies to the model passes of the gate, in order: structure, prose, problems, binding. */
export const gateReplies: readonly ModelReply[] = [passReply, passReply, confidenceReply(95), passReply];

/** All replies of the model on the way to a small fix. */
export const goodReplies: readonly ModelReply[] = [triageReply(), fixReply(), ...gateReplies];

/** The same replies, chosen by the question, so that a question may be repeated. */
export const goodModel = (text: string): ModelReply => jsonReply(scriptedAnswer(text));

export const testEnv = Object.fromEntries(
  Object.entries(gitEnvironment).flatMap(([name, value]) =>
    value === undefined || /TOKEN$|^GITHUB_/.test(name) ? [] : [[name, value]],
  ),
);

export type SelfFixProject = Readonly<{
  ports: TestPorts;
  top: string;
  /** The bare repository that the checkout pushes to. */
  remote: string;
  home: string;
  env: Readonly<Record<string, string>>;
  server: ModelServer;
}>;

/** Creates a checkout with a remote, a home with the project's commands, and a model with these replies. */
export async function createSelfFixProject(
  replies: readonly ReplySource[],
  {
    files = {},
    env = {},
    settings = {},
  }: Readonly<{
    files?: Readonly<Record<string, string>>;
    env?: Readonly<Record<string, string>>;
    settings?: object;
  }> = {},
): Promise<SelfFixProject> {
  const top = createRepository({ ...projectFiles, ...files });
  const remote = join(temporaryFolder(), "remote.git");
  mkdirSync(remote);
  git(remote, "init", "-q", "--bare", "-b", "main");
  git(top, "remote", "add", "origin", remote);
  git(top, "push", "-q", "origin", "main");
  git(top, "fetch", "-q");
  const home = join(temporaryFolder(), "home");
  writeFiles(home, { "settings.json": JSON.stringify({ "gate.commands": commands, ...settings }) });
  const server = await startModelServer(...replies);
  const fullEnv = {
    ...testEnv,
    PATH: process.env["PATH"] ?? "",
    GAIA_CODER_HOME: join(home, "coder"),
    ...server.env(),
    ...env,
  };
  return { top, remote, home, env: fullEnv, server, ports: await openPorts({ cwd: top, home, env: fullEnv }) };
}

export const addFeedback = async (
  { ports }: Pick<SelfFixProject, "ports">,
  body = feedbackText,
  more: object = {},
): Promise<string> => (await feedbackAdd.call(ports, { body, ...more }, quietCall)).id;

export const processFeedback = ({ ports }: Pick<SelfFixProject, "ports">, input: object = {}): Promise<SelfFixView> =>
  selfFixProcess.call(ports, input, quietCall);

/** The user's state in a checkout: files, the index, what is checked out, and the remote's default branch. */
export function snapshotOf(top: string): Readonly<Record<string, string>> {
  const hash = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
  const files = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(top, ".git")));
  return {
    ...Object.fromEntries([...files, join(top, ".git", "index"), join(top, ".git", "HEAD")].map((path) => [path, hash(path)])),
    branch: git(top, "rev-parse", "main"),
    remote: git(top, "ls-remote", "origin", "main"),
  };
}
