import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** Microsoft's validator is a .NET program in its own package for each platform. */
function multitool(): string {
  const outer = require.resolve("@microsoft/sarif-multitool/package.json");
  const folder = dirname(
    require.resolve(`@microsoft/sarif-multitool-${process.platform}/package.json`, { paths: [outer] }),
  );
  const program = join(folder, "Sarif.Multitool");
  // Packages' install scripts, which would do it, do not run here (.npmrc).
  chmodSync(program, 0o755);
  return program;
}

/**
 * Errors and warnings of Microsoft's `sarif-multitool validate` about files; empty: none. Its notes are left out.
 */
export function validateSarif(...files: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(multitool(), ["validate", ...files, "--level", "Error;Warning"], {
    env: {
      ...process.env,
      // With this, it does not need ICU.
      DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1",
      // For a program of some seconds, code that is compiled once takes less than code that is improved while it runs.
      DOTNET_TieredCompilation: "0",
      DOTNET_gcConcurrent: "0",
    },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const said = `${stdout}${stderr}`;
  const found = said.split("\n").filter((line) => /: (?:error|warning) /.test(line));
  // Checks that it has finished: a validator that broke down must not look like one without complaints.
  if (!said.includes("Analysis completed successfully") && found.length === 0) return [`status ${status}: ${said}`];
  return found;
}
