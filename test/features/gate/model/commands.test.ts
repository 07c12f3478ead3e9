import { describe, expect, it } from "vitest";
import { detectCommands, knownCommands, type ProjectMarkers } from "../../../../src/features/gate/model/commands.ts";

const commandLines = (texts: ProjectMarkers["texts"], ...has: readonly string[]): readonly string[] =>
  detectCommands({ texts, has: new Set(has) }).map(
    ({ pass, command, runs }) => `${pass}: ${command.join(" ")}${runs === null ? "" : ` = ${runs}`}`,
  );
const scripts = (entries: object, more: object = {}) => ({ "package.json": JSON.stringify({ scripts: entries, ...more }) });

describe("the commands of a project", () => {
  it("are npm's lint, type and test scripts, with their pre and post scripts", () => {
    expect(
      commandLines(
        scripts({ pretest: "build", test: "vitest run", lint: "biome ci", types: "tsc", start: "x" }),
        "package-lock.json",
      ),
    ).toEqual([
      "static: npm run lint = lint: biome ci",
      "static: npm run types = types: tsc",
      "functional: npm run test = pretest: build\ntest: vitest run",
      "security: npm audit --json",
    ]);
  });

  it("use the project's package manager", () => {
    expect(commandLines(scripts({ lint: "x" }), "pnpm-lock.yaml")).toEqual([
      "static: pnpm run lint = lint: x",
      "security: pnpm audit --json",
    ]);
    expect(commandLines(scripts({ lint: "x" }, { packageManager: "yarn@4.1.0" }))).toEqual(["static: yarn run lint = lint: x"]);
  });

  it("are empty when package.json has only npm's placeholder test, is invalid or is missing", () => {
    expect(commandLines(scripts({ test: 'echo "Error: no test specified" && exit 1' }))).toEqual([]);
    expect(commandLines({ "package.json": "{" })).toEqual([]);
    expect(commandLines({})).toEqual([]);
  });

  it("are Python's tools, with type checks only when configured", () => {
    expect(commandLines({ "pyproject.toml": "[project]\n" })).toEqual(["static: ruff check .", "functional: pytest"]);
    expect(commandLines({ "pyproject.toml": "[tool.mypy]\n" }, "requirements.txt")).toEqual([
      "static: ruff check .",
      "static: mypy .",
      "functional: pytest",
      "security: pip-audit --format json --requirement requirements.txt",
    ]);
  });

  it("are the standard tools of Go and Rust", () => {
    expect(commandLines({}, "go.mod")).toEqual([
      "static: go vet ./...",
      "functional: go test -cover ./...",
      "security: govulncheck ./...",
    ]);
    expect(commandLines({}, "Cargo.toml")).toEqual([
      "static: cargo clippy --all-targets -- --deny warnings",
      "functional: cargo test",
      "security: cargo audit --json",
    ]);
  });
});

describe("permission to run a command", () => {
  const detected = detectCommands({ texts: scripts({ test: "vitest run" }), has: new Set() });
  const states = (...args: Parameters<typeof knownCommands>) => knownCommands(...args).map(({ state }) => state);

  it("comes from a setting, or from an approval of exactly that command", () => {
    expect(states({}, detected, null)).toEqual(["new"]);
    expect(states({}, detected, detected)).toEqual(["approved"]);
    expect(
      states(
        {},
        detected,
        detected.map((one) => ({ ...one, runs: "test: rm -rf ." })),
      ),
    ).toEqual(["changed"]);
    expect(
      states(
        {},
        detected,
        detected.map((one) => ({ ...one, pass: "static" as const })),
      ),
    ).toEqual(["changed"]);
    expect(states({ functional: [["make", "test"]] }, detected, null)).toEqual(["set"]);
    expect(states({ functional: [] }, detected, null)).toEqual([]);
  });
});
