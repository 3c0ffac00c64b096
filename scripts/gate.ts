import { runCommand } from "./terminal/run-command.ts";

// `image-gate` from the clone: npm run gate -- app:1.2 --max-high 5, npm run gate -- fs .

process.exitCode = await runCommand([], "trivy");
