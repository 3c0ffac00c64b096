import { writeFileSync } from "node:fs";

/**
 * A small program for the product to start. Importing this puts a test file into the project `real` (docs/testing.md).
 */
export function writeProgram(path: string, shell: string): void {
  writeFileSync(path, `#!/bin/sh\n${shell}`, { mode: 0o755 });
}
