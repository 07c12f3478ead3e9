import type { Intake } from "./watch.ts";

type Scanned = Awaited<ReturnType<Intake["scan"]>>;

/**
 * Scans by the intake that runs, else once without it. One that is ended meanwhile, as settings change, leaves what it has found: then the
 * next one scans.
 */
export async function scanBy(running: () => Intake | undefined, once: () => Promise<Scanned>): Promise<Scanned> {
  const intake = running();
  if (intake === undefined) return once();
  const scanned = await intake.scan();
  if (running() === intake) return scanned;
  const again = await scanBy(running, once);
  return again.fresh > 0 ? again : scanned;
}
