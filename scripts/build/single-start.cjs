// The first lines of the single executable: a CommonJS script, as Node asks for. The bundle's files become a folder of
// this run's own, with mode 0700, since its chunks and threads are loaded by their paths.
const { getAssetKeys, getRawAsset } = require("node:sea");
const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const folder = mkdtempSync(join(tmpdir(), "image-gate-program-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const name of getAssetKeys())
  writeFileSync(join(folder, name), Buffer.from(getRawAsset(name)), { flag: "wx", mode: 0o600 });
createRequire(join(folder, "start.cjs"))("./start.cjs");
