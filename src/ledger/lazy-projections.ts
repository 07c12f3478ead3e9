import type { Projections, ProjectionsOptions } from "./projections.ts";

/** The files of the agent's stores; their code is loaded on first use. */
export function lazyProjections(options: ProjectionsOptions): Projections {
  let loading: Promise<Projections> | undefined;
  const load = (): Promise<Projections> => {
    loading ??= import("./projections.ts").then(({ createProjections }) => createProjections(options));
    return loading;
  };
  return {
    isDue: async (index) => (await load()).isDue(index),
    settle: async (index, how) => (await load()).settle(index, how),
    prepare: async () => (await load()).prepare(),
    wrong: async (index) => (await load()).wrong(index),
  };
}
