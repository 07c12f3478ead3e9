import type { Intake } from "./watch.ts";

type ScanResult = Awaited<ReturnType<Intake["scan"]>>;

/**
 * Scans with the running intake, or once without it. If the intake is stopped during the scan, for example by a settings change,
 * its files may not be recorded, so the scan runs again with the next one.
 */
export async function scanWith(running: () => Intake | undefined, once: () => Promise<ScanResult>): Promise<ScanResult> {
  const intake = running();
  if (intake === undefined) return once();
  const scanned = await intake.scan("now");
  if (running() === intake) return scanned;
  const rescanned = await scanWith(running, once);
  return rescanned.fresh > 0 ? rescanned : scanned;
}
