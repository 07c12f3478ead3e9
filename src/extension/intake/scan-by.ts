import type { Intake } from "./watch.ts";

type Scanned = Awaited<ReturnType<Intake["scan"]>>;

/**
 * Scans with the running intake, or once without it. If the intake is stopped during the scan, for example by a settings change,
 * its files may not be recorded, so the scan runs again with the next one.
 */
export async function scanBy(running: () => Intake | undefined, once: () => Promise<Scanned>): Promise<Scanned> {
  const intake = running();
  if (intake === undefined) return once();
  const scanned = await intake.scan();
  if (running() === intake) return scanned;
  const again = await scanBy(running, once);
  return again.fresh > 0 ? again : scanned;
}
