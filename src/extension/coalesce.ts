/** Coalesces calls that arrive within `within` ms into one run of the work. */
export type Later = Readonly<{ soon(): void; dispose(): void }>;

/**
 * @param within delay in ms between the first call and the work
 * @param work must not reject
 */
export function later(within: number, work: () => void | Promise<void>): Later {
  const state: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  return {
    soon: () => {
      state.timer ??= setTimeout(() => {
        state.timer = undefined;
        void work();
      }, within);
    },
    dispose: () => clearTimeout(state.timer),
  };
}
