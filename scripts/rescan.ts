import { runCommand } from "./terminal/run-command.ts";

// `image-gate rescan` from the clone: npm run rescan -- docker

process.exitCode = await runCommand(["rescan"], "trivy");
