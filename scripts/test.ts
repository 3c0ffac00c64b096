import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ensureAct, ensureTrivy } from "./setup/tools.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const results = join(root, ".cache/test-results.json");

const resultsSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numFailedTestSuites: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({ name: z.string(), assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

mkdirSync(join(root, ".cache"), { recursive: true });
rmSync(results, { force: true });
if (!/--project[ =]unit\b/.test(process.argv.join(" "))) {
  await ensureTrivy();
  await ensureAct();
}
const run = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${results}`,
    // `npm test -- FILE` takes the dashes away; started without npm, they would make Vitest run everything.
    ...process.argv.slice(2).filter((each) => each !== "--"),
  ],
  { cwd: root, stdio: "inherit" },
);

const counts = resultsSchema.parse(JSON.parse(readFileSync(results, "utf8")));
const skipped = counts.testResults.flatMap((file) =>
  file.assertionResults.filter((test) => test.status !== "passed" && test.status !== "failed"),
);
for (const test of skipped) console.log(`skipped: ${test.fullName}`);
// Continuous integration installs everything: there, nothing may be skipped.
const failed = counts.numFailedTests + (process.env.IMAGE_GATE_INSTALL === "1" ? skipped.length : 0);
const broken = run.status !== 0 && failed === 0 ? 1 : 0;
console.log(
  `${counts.numPassedTests} passed, ${failed + broken} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`,
);
process.exitCode = failed + broken > 0 || counts.numPassedTests === 0 ? 1 : 0;
