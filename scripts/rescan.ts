import { join } from "node:path";
import { root } from "./setup/tools.ts";
import { runCommand } from "./terminal/run-command.ts";

// `image-gate rescan` from the clone: npm run rescan -- docker. The history is kept in `out/rescan/state`.

const HISTORY = join(root, "out/rescan/state");
const isKept = process.argv.some((word) => word.startsWith("--state-dir"));
process.exitCode = await runCommand(["rescan", ...(isKept ? [] : [`--state-dir=${HISTORY}`])], "trivy");
