import { expect, it } from "vitest";
import { modelOverLimit } from "../../src/kernel/errors.ts";
import { fromErrorView, scrubbed, toErrorView } from "../../src/kernel/ledger-error.ts";

it.each([true, false])(
  "an error that passes (%s) is told from one that lasts behind a wire and without its secrets",
  (passes) => {
    const error = scrubbed(modelOverLimit("it answered 429", passes), (text) => text);
    const view = toErrorView(fromErrorView(toErrorView(error)));
    expect(Object.keys(view)).toEqual(["code", "message", "hint", ...(passes ? ["passes"] : [])]);
    expect(fromErrorView(view).passes).toBe(passes);
  },
);
