import type { Plugin } from "esbuild";

/** Modules whose value is computed while bundling, so that the bundle contains the value and not the code that computes it. */
export const derivedValues: Plugin = {
  name: "derived values",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]listed-tools\.ts$/ }, async () => {
      const { listedTools } = await import("../src/mcp/listed-tools.ts");
      return { contents: `export const listedTools = ${JSON.stringify(listedTools)};` };
    });
  },
};
