import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "./setup/tools.ts";

// `image-gate policy import`, started from the clone.

const words = ["policy", "import", ...process.argv.slice(2)];
const child = spawn(process.execPath, [join(root, "dist/image-gate.js"), ...words], {
  // npm changes to the package's folder and puts the caller's into INIT_CWD.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: "inherit",
});
const [code] = await once(child, "close");
process.exitCode = typeof code === "number" ? code : 2;
