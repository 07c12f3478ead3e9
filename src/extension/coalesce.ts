/** Does work once for many wishes that follow each other closely. */
export type Later = Readonly<{ soon(): void; dispose(): void }>;

/**
 * @param within the work is done so many ms after the first wish
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
