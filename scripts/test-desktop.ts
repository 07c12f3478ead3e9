/*
 * Runs the in-host suite in the oldest supported and the newest version of desktop VS Code. Downloads them; requires a display
 * (on a server: `xvfb-run npm run test:desktop`).
 */
import { runHostSuite } from "../test/vscode/support/run-host-suite.ts";

for (const desktop of ["1.100.3", "stable"]) {
  const { console: printed } = await runHostSuite({ desktop });
  console.log(`VS Code ${desktop}\n${printed}`);
}
