import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { formatNumber } from "../../bench/bench.ts";
import { projectRoot } from "../../bench/place.ts";
import type { Row } from "./table.ts";

const run = (file: string, args: readonly string[], cwd = projectRoot): string =>
  execFileSync(file, [...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** Numbers of source files and source lines in src. */
export function sourceRows(): readonly Row[] {
  const files = run("git", ["ls-files", "src"]).trimEnd().split("\n");
  const sourceFiles = files.filter((file) => /\.(ts|tsx|css)$/.test(file));
  const lines = sourceFiles.map((file) => readFileSync(join(projectRoot, file), "utf8").split("\n").length - 1);
  return [
    ["source files", "660", formatNumber(sourceFiles.length), "≤ 450"],
    ["source lines", "50,700", formatNumber(lines.reduce((sum, count) => sum + count, 0)), "≤ 40,000"],
  ];
}

const packOutput = z.tuple([z.object({ filename: z.string(), size: z.number(), entryCount: z.number() })]);
const lockFile = z.object({ packages: z.record(z.string(), z.unknown()) });
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;

/** Sizes of the downloads: the extension, the package, and the packages that an installation fetches. Builds both. */
export function packageRows(): readonly Row[] {
  run("npm", ["run", "--silent", "package"]);
  const folder = mkdtempSync(join(tmpdir(), "reward-ledger-pack-"));
  try {
    const [{ filename, size, entryCount }] = packOutput.parse(
      JSON.parse(run("npm", ["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", folder])),
    );
    // Only resolves the packages: the lock file lists every package that an installation would fetch.
    run("npm", ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", join(folder, filename)], folder);
    const { packages } = lockFile.parse(JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")));
    return [
      ["VSIX", "", mib(statSync(join(projectRoot, "reward-ledger.vsix")).size), "≤ 1.5 MiB"],
      ["npm pack", "", `${mib(size)}, ${entryCount} files`, "≤ 1.5 MiB"],
      [
        "packages that an installation fetches",
        "64",
        formatNumber(Object.keys(packages).filter((name) => name !== "").length),
        "1",
      ],
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
