import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../../scripts/setup/tools.ts";

const attempts: Readonly<Record<string, readonly [attempt: string, refusal: string]>> = {
  spawn: ['builtin("child_process").spawn("true")', "starts a process"],
  execFile: ['builtin("child_process").execFile("true")', "starts a process"],
  fork: ['builtin("child_process").fork("x.js")', "starts a process"],
  execSync: ['builtin("child_process").execSync("true")', "starts a process"],
  Worker: ['new (builtin("worker_threads").Worker)("", { eval: true })', "starts a thread"],
  listen: ['builtin("http").createServer().listen(0)', "starts a server"],
  connect: ['builtin("net").connect(9, "127.0.0.1")', "opens a connection"],
  fetch: ['await fetch("http://127.0.0.1:65000")', "opens a connection"],
};

it("a unit test that starts or asks anything fails, even if the refusal is caught", () => {
  // Inside the project, so that `vitest` is found.
  const folder = join(root, ".cache", `unit-guard-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const tests = Object.entries(attempts).map(
      ([name, [attempt]]) => `it(${JSON.stringify(name)}, async () => { try { ${attempt} } catch {} });`,
    );
    writeFileSync(
      join(folder, "guarded.test.ts"),
      `import { it } from "vitest";\nconst builtin = process.getBuiltinModule;\n${tests.join("\n")}\nit("nothing", () => {});`,
    );
    const setupFiles = JSON.stringify(join(root, "__tests__/support/runs/unit-guard.ts"));
    writeFileSync(join(folder, "vitest.config.ts"), `export default { test: { setupFiles: ${setupFiles} } };`);
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const args = [vitest, "run", "--root", folder, "--reporter=json", "--outputFile=results.json"];
    spawnSync(process.execPath, args, { cwd: folder });
    const results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8"));
    const said = Object.fromEntries(
      results.testResults[0].assertionResults.map((test: { title: string; failureMessages: string[] }) => [
        test.title,
        test.failureMessages.join("\n"),
      ]),
    );
    for (const [name, [, refusal]] of Object.entries(attempts)) {
      expect(said[name], name).toContain(`This test ${refusal}, but its file is in the project "unit"`);
    }
    expect(said.nothing).toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
