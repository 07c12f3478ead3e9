import type { Plugin } from "esbuild";

/** Modules whose value is derived while bundling, so that the bundle holds it and nothing of what it is derived from. */
export const derivedValues: Plugin = {
  name: "derived values",
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]listed-tools\.ts$/ }, async () => {
      const { listedTools } = await import("../src/mcp/listed-tools.ts");
      return { contents: `export const listedTools = ${JSON.stringify(listedTools)};` };
    });
  },
};
