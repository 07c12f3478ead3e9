import { withReadFailure } from "../../platform/disk/failure.ts";
import type { Logger } from "../../ports/ports.ts";
import type { JournalFiles } from "./files.ts";
import type { Layout } from "./layout.ts";
import { setTailAside } from "./quarantine.ts";
import { findTail, type Tail } from "./tail.ts";

export type RecoverOptions = Readonly<{ files: JournalFiles; layout: Layout; logger: Logger; device: string; time: Date }>;

/**
 * Finds the end of a device's log before an append, and moves bytes that a crash left after it to quarantine. Only under the
 * writers' lock, and only to append: this home is the only writer of its copy of another device's log.
 * @throws store_unreadable, disk_full, store_unwritable
 */
export async function recoverTail({ files, layout, logger, device, time }: RecoverOptions): Promise<Tail> {
  const { tail, torn } = withReadFailure(layout.log(device), () => findTail(files, layout, device));
  if (torn === null) return tail;
  const path = await setTailAside(files, layout, device, torn, time);
  logger.warn(
    `${torn.length} bytes after fact ${tail.seq}, left by a write that did not finish, were moved from segment ${torn.segment} to ${path}`,
  );
  return tail;
}
