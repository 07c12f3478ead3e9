import { afterAll, beforeAll, inject } from "vitest";
import { postgresAt } from "./postgres.ts";
import { openStack, type Stack } from "./stack.ts";

/** A project for the calling suite, on the run's server. Call it at the top of a test file; the result is open in its tests. */
export function useStack(template?: string): () => Stack {
  let stack: Stack | undefined;
  beforeAll(async () => {
    stack = await openStack(postgresAt(inject("postgresPort")), template);
  });
  afterAll(async () => {
    await stack?.close();
  });
  return () => {
    if (stack === undefined) throw new Error("the stack is open in tests only");
    return stack;
  };
}
