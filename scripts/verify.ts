import { runCommand } from "./terminal/run-command.ts";

// `image-gate verify` from the clone. On a machine that only has `dist/`, `node dist/verify.js IMAGE` does the same.

process.exitCode = await runCommand(["verify"], "cosign");
