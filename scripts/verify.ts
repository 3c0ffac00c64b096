import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ensureCosign } from "./setup/go-tools.ts";
import { findProgram } from "./setup/system.ts";
import { root } from "./setup/tools.ts";

// The command is the bundle itself: `node dist/verify.js` does the same on a machine that only has `dist/`. Here, a
// Cosign is built if none is installed.

const words = process.argv.slice(2);
const needsCosign = words.length > 0 && !words.some((word) => /^(?:--cosign-binary=|--help$|-h$)/.test(word));
const cosign = needsCosign && findProgram("cosign") === undefined ? [`--cosign-binary=${await ensureCosign()}`] : [];
const child = spawn(
  process.execPath,
  [join(root, "dist/verify.js"), ...(words.length === 0 ? ["--help"] : words), ...cosign],
  {
    // npm changes to the package's folder and leaves the caller's here.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
  },
);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
const [code] = await once(child, "close");
process.exitCode = typeof code === "number" ? code : 2;
