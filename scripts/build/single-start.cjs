// The first lines of the single executable: a CommonJS script, as Node asks for. The bundle's files become `dist` in a
// folder of this run's own, with mode 0700, since its chunks and threads are loaded by their paths.
const { getAssetKeys, getRawAsset } = require("node:sea");
const { mkdirSync, mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

// Without an own listener a signal would leave the folder behind. Later the command has its own, too.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 143],
])
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });

let folder;
process.on("exit", () => folder && rmSync(folder, { recursive: true, force: true }));
try {
  // `image-gate clean` finds the folder of a run that was killed by its number.
  folder = mkdtempSync(join(tmpdir(), `image-gate-program-${process.pid}-`));
  mkdirSync(join(folder, "dist"));
  for (const name of getAssetKeys())
    writeFileSync(join(folder, name), Buffer.from(getRawAsset(name)), { flag: "wx", mode: 0o600 });
} catch ({ code }) {
  process.stderr.write(
    `error: [temporary-folder-unusable] The program cannot unpack itself in the folder for temporary files (TMPDIR), which is ${JSON.stringify(tmpdir())} (${code}). It must exist, be writable for the user of this run, and have 10 MB left.\n`,
  );
  // Node's own code for a fault, 1, would say that the policy was broken.
  process.exit(2);
}
createRequire(join(folder, "start.cjs"))("./start.cjs");
