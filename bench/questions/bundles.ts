import { stat } from "node:fs/promises";
import { join } from "node:path";
import { atMost, type Bench, formatNumber } from "../bench.ts";
import { projectRoot } from "../place.ts";

const files: readonly (readonly [string, number | undefined])[] = [
  ["dist/extension.cjs", 250],
  ["dist/program.cjs", undefined],
  ["dist/webview/trends.js", undefined],
  ["dist/sql-wasm.wasm", undefined],
  ["reward-ledger.vsix", 1_536],
];

/** Sizes of the files that are downloaded and loaded. */
export const bundles: Bench = {
  name: "bundles",
  title: "Bundles",
  async run() {
    const sizes = await Promise.all(
      files.map(async ([file, most]) => ({ file, most, kib: (await stat(join(projectRoot, file))).size / 1024 })),
    );
    return {
      columns: ["file", "size"],
      rows: sizes.map(({ file, kib }) => [file, `${formatNumber(kib)} KB`]),
      targets: sizes.flatMap(({ file, most, kib }) => (most === undefined ? [] : [atMost(file, most, kib, " KB")])),
      notes: [],
    };
  },
};
