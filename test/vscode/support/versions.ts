/**
 * A VS Code that suites run in: its version, the npm package whose server and workbench are that version, and the Node that the
 * extension host of its desktop runs (undefined: the one that runs this process).
 */
export type CodeVersion = Readonly<{ name: string; package: string; node?: string }>;

/** The newest, and the oldest that `engines.vscode` admits. */
const all: readonly CodeVersion[] = [
  { name: "1.139", package: "code-server@4.139.1" },
  { name: "1.100", package: "code-server@4.100.3", node: "20.19.5" },
];

/** Versions to test, newest first. `VSCODE_VERSIONS=1.100` (comma-separated) picks some of them. */
export function codeVersions(env: NodeJS.ProcessEnv = process.env): readonly CodeVersion[] {
  const wanted = env["VSCODE_VERSIONS"]?.split(",").map((name) => name.trim());
  const picked = wanted === undefined ? all : all.filter((version) => wanted.includes(version.name));
  if (picked.length === 0) throw new Error(`VSCODE_VERSIONS names none of ${all.map(({ name }) => name).join(", ")}`);
  return picked;
}

/** The newest version, for what needs only one. */
export function newestCode(): CodeVersion {
  const [newest] = all;
  if (newest === undefined) throw new Error("No VS Code version is listed");
  return newest;
}
