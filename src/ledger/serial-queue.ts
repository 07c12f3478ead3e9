/** Runs tasks one after another, in the order in which they were added. A failed task does not block the next one. */
export type Queue = <T>(work: () => Promise<T>) => Promise<T>;

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    // The caller gets the error; the queue only waits for the task to end.
    last = result.catch(() => undefined);
    return result;
  };
}
