import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { auditList } from "../../../src/features/agent/operations/audit.ts";
import { changesFiles, groupRemarks, type Remark, readCritique } from "../../../src/features/critique/model/critique.ts";
import { critique } from "../../../src/features/critique/operations/critique.ts";
import { temporaryFolder, writeFiles } from "../../support/folder.ts";
import { type ModelReply, type ModelServer, startModelServer } from "../../support/model-server.ts";
import { openPorts, quietCall, type TestPorts } from "../../support/ports.ts";
import { createRepository, git, gitEnvironment } from "../../support/repository.ts";

const remark = (confidence: number, severity: Remark["severity"] = "high"): Remark => ({
  severity,
  confidence,
  description: `sure to ${confidence} %`,
  file: null,
  line: null,
});

describe("a remark with confidence", () => {
  it.each([
    [0, "dropped"],
    [59, "dropped"],
    [60, "logged"],
    [79, "logged"],
    [80, "surfaced"],
    [100, "surfaced"],
  ] as const)("%i is %s", (confidence, place) => {
    for (const severity of ["high", "med"] as const) {
      const { surfaced, logged, dropped } = groupRemarks([remark(confidence, severity)]);
      expect({ surfaced: surfaced.length, logged: logged.length, dropped }).toEqual({
        ...{ surfaced: 0, logged: 0, dropped: 0 },
        [place]: 1,
      });
    }
  });
});

describe("an answer", () => {
  it.each(["", " \n", '{"findings": []}', 'Fine. {"findings": []}'])("%j has no remark", (text) => {
    expect(readCritique(text)).toEqual([]);
  });

  it("may name a file and line", () => {
    const finding = { severity: "med", confidence: 80, description: "x", file: "a.ts", line: 3 };
    expect(readCritique(JSON.stringify({ findings: [finding] }))).toEqual([finding]);
  });

  it.each([
    ["no JSON", "It is fine."],
    ["half of one", '{"findings": ['],
    ["a severity that is none", JSON.stringify({ findings: [{ ...remark(80), severity: "low" }] })],
    ["no confidence", JSON.stringify({ findings: [{ severity: "high", description: "x" }] })],
    ["a confidence above 100", JSON.stringify({ findings: [remark(101)] })],
  ])("with %s is an error", (_, text) => {
    expect(() => readCritique(text)).toThrow(expect.objectContaining({ code: "model_unreadable" }));
  });
});

describe("tools that may change files", () => {
  it.each(["Edit", "Write", "MultiEdit", "NotebookEdit", "apply_patch", "Bash", "run_shell_command", "str_replace_editor"])(
    "include %s",
    (tool) => expect(changesFiles(tool)).toBe(true),
  );
  it.each(["Read", "Grep", "Glob", "LS", "WebFetch", "list_files", "search"])("exclude %s", (tool) =>
    expect(changesFiles(tool)).toBe(false),
  );
});

describe("critique", () => {
  const environment = Object.fromEntries(
    Object.entries(gitEnvironment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

  async function project(
    reply: ModelReply,
    settings: object = {},
  ): Promise<Readonly<{ ports: TestPorts; top: string; server: ModelServer; lines: readonly string[] }>> {
    const top = createRepository({ "a.py": "a = 1\n" });
    git(top, "switch", "-q", "-c", "change");
    const home = join(temporaryFolder(), "home");
    writeFiles(home, { "settings.json": JSON.stringify(settings) });
    const server = await startModelServer(reply);
    const lines: string[] = [];
    const add = (line: string): void => void lines.push(line);
    const logger = { debug: add, info: add, warn: add, error: add };
    const env = { ...environment, PATH: process.env["PATH"] ?? "", ...server.env() };
    return { ports: await openPorts({ cwd: top, home, env, logger }), top, server, lines };
  }
  const runCritique = (ports: TestPorts, input: object = {}) => critique.call(ports, input, quietCall);
  const findings: ModelReply = { text: JSON.stringify({ findings: [remark(80), remark(79), remark(59)] }) };

  it("shows confident remarks, logs less confident ones, and records both in the audit", async () => {
    const { ports, top, server, lines } = await project(findings);
    writeFiles(top, { "a.py": "a = 2\n" });
    expect(await runCritique(ports)).toEqual({
      surfaced: [remark(80)],
      logged: [remark(79)],
      dropped: 1,
      not_asked: null,
      model: "scripted-1",
    });
    expect(lines).toContain("critique, 79% sure: sure to 79 %");
    const [row] = (await auditList.call(ports, { tool_name: "critique" }, quietCall)).rows;
    expect(JSON.parse(String(row?.args_json))).toEqual({ files: ["a.py"] });
    expect(JSON.parse(String(row?.result_json))).toMatchObject({ surfaced: [remark(80)], logged: [remark(79)], dropped: 1 });
    expect(server.asked[0]?.body).toMatchObject({ temperature: 0, max_tokens: 1500 });
    expect(server.asked[0]?.text).toContain("+a = 2");
  });

  it("reads a patch from a file", async () => {
    const { ports, top, server } = await project(findings);
    writeFiles(top, { "a.patch": "--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-b = 1\n+b = 2\n" });
    expect((await runCritique(ports, { diff: "a.patch" })).surfaced).toHaveLength(1);
    expect(server.asked[0]?.text).toContain("+b = 2");
  });

  it.each([
    ["of git without prefixes", ["-c", "diff.noprefix=true"], "\n"],
    ["of git with mnemonic prefixes", ["-c", "diff.mnemonicPrefix=true"], "\n"],
    ["with Windows line ends", [], "\r\n"],
  ])("accepts a patch %s", async (_, options, eol) => {
    const { ports, top, server } = await project(findings);
    writeFiles(top, { "a.py": "a = 2\n" });
    writeFiles(top, { "a.patch": git(top, ...options, "diff").replaceAll("\n", eol) });
    expect((await runCritique(ports, { diff: "a.patch" })).surfaced).toHaveLength(1);
    expect(server.asked[0]?.text).toContain("+a = 2");
    const [row] = (await auditList.call(ports, { tool_name: "critique" }, quietCall)).rows;
    expect(JSON.parse(String(row?.args_json))).toEqual({ files: ["a.py"] });
  });

  it("rejects a file that is not a patch, and reports an empty patch as no change", async () => {
    const { ports, top, server } = await project(findings);
    writeFiles(top, { "a.patch": "1c1\n< a = 1\n---\n> a = 2\n", "empty.patch": "\n" });
    await expect(runCritique(ports, { diff: "a.patch" })).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("a.patch: it is no patch"),
    });
    expect(await runCritique(ports, { diff: "empty.patch" })).toMatchObject({ not_asked: "no_change" });
    expect(server.asked).toEqual([]);
  });

  it("runs after a tool only when critique.enabled is set and the tool changes files", async () => {
    const disabled = await project(findings);
    writeFiles(disabled.top, { "a.py": "a = 2\n" });
    expect(await runCritique(disabled.ports, { after: "Edit" })).toMatchObject({ not_asked: "off", surfaced: [], model: null });
    expect(disabled.server.asked).toEqual([]);
    const enabled = await project(findings, { "critique.enabled": true });
    expect(await runCritique(enabled.ports, { after: "Read" })).toMatchObject({ not_asked: "reads_only" });
    writeFiles(enabled.top, { "a.py": "a = 2\n" });
    expect(enabled.server.asked).toEqual([]);
    expect(await runCritique(enabled.ports, { after: "Edit" })).toMatchObject({ not_asked: null, surfaced: [remark(80)] });
  });

  it("fails when the answer is unreadable or the model refuses, and records nothing", async () => {
    const { ports, top, server } = await project({ text: "All is well." });
    writeFiles(top, { "a.py": "a = 2\n" });
    await expect(runCritique(ports)).rejects.toMatchObject({ code: "model_unreadable" });
    server.script({ status: 401 });
    await expect(runCritique(ports)).rejects.toMatchObject({ code: "model_refused" });
    expect((await auditList.call(ports, { tool_name: "critique" }, quietCall)).rows).toEqual([]);
  });
});
