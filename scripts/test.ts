import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ensureAct, ensureTrivy, root } from "./setup/tools.ts";
import { stillToGet } from "./test/programs.ts";
import { duration } from "./test/progress.ts";
import { testProjects } from "./test/projects.ts";
import { select } from "./test/selection.ts";

const results = join(root, ".cache/test-results.json");
/** Continuous integration installs everything: there, nothing may be skipped or left out. */
const everything = process.env.IMAGE_GATE_INSTALL === "1";

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

const { args, projects } = select(process.argv.slice(2), everything);
const leftOut = projects.includes("go-tools") || projects.length < 2 ? [] : testProjects(root)["go-tools"];
const notice = `left out: project \`go-tools\`, ${leftOut.length} files that need programs built with Go. \`npm test -- --project go-tools\` or \`.ci/run\` runs it.`;

mkdirSync(join(root, ".cache"), { recursive: true });
rmSync(results, { force: true });
const lacking = stillToGet(projects, join(root, ".cache"));
if (lacking.length > 0) {
  console.log(`Not in .cache/tools yet, and so to get first or when a test needs it:\n  ${lacking.join("\n  ")}`);
}
if (leftOut.length > 0) console.log(notice);
if (projects.some((name) => name !== "unit")) {
  await ensureTrivy();
  await ensureAct();
}
const began = performance.now();
const run = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=./scripts/test/progress.ts",
    "--reporter=json",
    `--outputFile.json=${results}`,
    ...args,
  ],
  // Node keeps there what it has compiled: of the bundle, a tenth of each start.
  { cwd: root, stdio: "inherit", env: { ...process.env, NODE_COMPILE_CACHE: join(root, ".cache/compiled") } },
);

const counts = resultsSchema.parse(JSON.parse(readFileSync(results, "utf8")));
const skipped = counts.testResults.flatMap((file) =>
  file.assertionResults.filter((test) => test.status !== "passed" && test.status !== "failed"),
);
for (const test of skipped) console.log(`skipped: ${test.fullName}`);
if (leftOut.length > 0) console.log(notice);
console.log(`took ${duration(performance.now() - began)}`);
const failed = counts.numFailedTests + (everything ? skipped.length : 0);
const broken = run.status !== 0 && failed === 0 ? 1 : 0;
console.log(
  `${counts.numPassedTests} passed, ${failed + broken} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`,
);
process.exitCode = failed + broken > 0 || counts.numPassedTests === 0 ? 1 : 0;
