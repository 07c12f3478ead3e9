import type { FactLog } from "../../ports/fact-log.ts";

/**
 * A placeholder for logs that could not be opened: every call fails with the reason, so that a program can still report what is
 * wrong with the home. Closing it does nothing.
 */
export function failedLog(reason: unknown): FactLog {
  const fail = (): never => {
    throw reason;
  };
  return {
    get device() {
      return fail();
    },
    get isDeviceKept() {
      return fail();
    },
    keepDevice: async () => fail(),
    deviceNames: fail,
    prepare: fail,
    exclusively: async () => fail(),
    hasNews: async () => fail(),
    read: () => ({ [Symbol.asyncIterator]: fail }),
    readDevice: () => ({ [Symbol.asyncIterator]: fail }),
    renewDevice: async () => fail(),
    adopt: async () => fail(),
    fetch: async () => fail(),
    missing: async () => fail(),
    recall: async () => fail(),
    setAside: async () => fail(),
    inspect: async () => fail(),
    close: async () => undefined,
  };
}
