import { expect, it } from "vitest";
import { scanWith } from "../../../src/extension/intake/scan-by.ts";
import type { Intake } from "../../../src/extension/intake/watch.ts";

const scanned = (batch: string, fresh: number) => ({ found: 1, fresh, byHand: 0, batch });
const intakeOf = (scan: Intake["scan"]): Intake => ({ scan, dispose: () => undefined });
const never = () => Promise.reject(new Error("nobody asked for it"));

it("scans with the running intake", async () => {
  const running = intakeOf(async () => scanned("running", 1));
  expect(await scanWith(() => running, never)).toEqual(scanned("running", 1));
});

it("scans once when no intake runs", async () => {
  expect(
    await scanWith(
      () => undefined,
      async () => scanned("once", 2),
    ),
  ).toEqual(scanned("once", 2));
});

it("scans again when the intake ends meanwhile, with the next intake or once", async () => {
  const next = intakeOf(async () => scanned("next", 1));
  let running: Intake | undefined = intakeOf(async () => {
    running = next;
    return scanned("ended", 1);
  });
  expect(await scanWith(() => running, never)).toEqual(scanned("next", 1));

  running = intakeOf(async () => {
    running = undefined;
    return scanned("ended", 1);
  });
  expect(
    await scanWith(
      () => running,
      async () => scanned("once", 1),
    ),
  ).toEqual(scanned("once", 1));
});

it("returns what the ended intake recorded when nothing is left", async () => {
  let running: Intake | undefined = intakeOf(async () => {
    running = undefined;
    return scanned("ended", 1);
  });
  expect(
    await scanWith(
      () => running,
      async () => scanned("once", 0),
    ),
  ).toEqual(scanned("ended", 1));
});
