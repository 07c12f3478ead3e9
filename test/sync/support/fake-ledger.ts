import type { Fact } from "../../../src/kernel/fact.ts";
import type { Ledger } from "../../../src/ports/ports.ts";

/** A log for code that sends it; it can only be read from its start. */
export const ledgerOf = (facts: readonly Fact[]): Pick<Ledger, "readDevice"> => ({
  async *readDevice() {
    let offset = 0;
    for (const fact of facts) {
      const { device, seq, hash } = fact;
      const place = { device, segment: 1, offset, length: 1 };
      offset += 2;
      const cursor = { device, seq, hash, segment: 1, offset };
      yield { facts: [{ fact, place }], problems: [], cursor, rewound: false, bytesDone: seq, bytesTotal: facts.length };
    }
  },
});
