/**
 * A VS Code in which suites run: its version, the npm package that contains its server and workbench, and the Node version of the
 * extension host in its desktop edition (undefined: the Node that runs this process).
 */
export type CodeVersion = Readonly<{ name: string; package: string; node?: string }>;

/** The newest version, and the oldest that `engines.vscode` allows. */
const allVersions: readonly CodeVersion[] = [
  { name: "1.139", package: "code-server@4.139.1" },
  { name: "1.100", package: "code-server@4.100.3", node: "20.19.5" },
];

/** Versions to test, newest first. `VSCODE_VERSIONS=1.100` (comma-separated) selects some of them. */
export function codeVersions(env: NodeJS.ProcessEnv = process.env): readonly CodeVersion[] {
  const requested = env["VSCODE_VERSIONS"]?.split(",").map((name) => name.trim());
  const selected = requested === undefined ? allVersions : allVersions.filter((version) => requested.includes(version.name));
  if (selected.length === 0) throw new Error(`VSCODE_VERSIONS names none of ${allVersions.map(({ name }) => name).join(", ")}`);
  return selected;
}

/** The newest version, for tests that need only one. */
export function newestCode(): CodeVersion {
  const [newest] = allVersions;
  if (newest === undefined) throw new Error("No VS Code version is listed");
  return newest;
}
