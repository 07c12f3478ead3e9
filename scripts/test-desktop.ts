/*
 * Runs the in-host suite in desktop VS Code: the oldest supported version and the newest. Downloads them; needs a display (on a
 * server: `xvfb-run npm run test:desktop`).
 */
import { runHostSuite } from "../test/vscode/support/run-host-suite.ts";

for (const desktop of ["1.100.3", "stable"]) {
  const { console: printed } = await runHostSuite({ desktop });
  console.log(`VS Code ${desktop}\n${printed}`);
}
