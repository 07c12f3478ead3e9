import { expect, it } from "vitest";
import { modelOverLimit } from "../../src/kernel/errors.ts";
import { fromErrorView, scrubError, toErrorView } from "../../src/kernel/ledger-error.ts";

it.each([true, false])("the transient flag (%s) of a scrubbed error survives serialization", (transient) => {
  const error = scrubError(modelOverLimit("it answered 429", transient), (text) => text);
  const view = toErrorView(fromErrorView(toErrorView(error)));
  expect(Object.keys(view)).toEqual(["code", "message", "hint", ...(transient ? ["transient"] : [])]);
  expect(fromErrorView(view).transient).toBe(transient);
});
