/** Coalesces calls that arrive within `within` ms into one run of the work. */
export type Coalescer = Readonly<{ soon(): void; dispose(): void }>;

/**
 * @param delayMs delay in ms between the first call and the work
 * @param task must not reject
 */
export function coalesce(delayMs: number, task: () => void | Promise<void>): Coalescer {
  const state: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  return {
    soon: () => {
      state.timer ??= setTimeout(() => {
        state.timer = undefined;
        void task();
      }, delayMs);
    },
    dispose: () => clearTimeout(state.timer),
  };
}
