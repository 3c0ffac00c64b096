import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { testProjects } from "./scripts/test/projects.ts";

const { unit, real, "go-tools": goTools } = testProjects(import.meta.dirname);

export default defineConfig({
  test: {
    // A limit is for what hangs, not a benchmark: machines are slow at times, and a hook may have to build a program.
    testTimeout: 300_000,
    hookTimeout: 900_000,
    // What a browser or a server shows at last: a second, as Vitest has it, is too short beside other work.
    // A test that asserts nothing fails: an emptied one must not go on proving a rule.
    expect: { poll: { timeout: 30_000 }, requireAssertions: true },
    // A golden file that is missing is a red test; only `-u` writes one.
    update: "none",
    // More than cores: a worker waits half of its time, for servers and deadlines, and a core would be idle meanwhile.
    maxWorkers: availableParallelism() + 3,
    // One world for many files: a world of its own takes a file half a second before its first test. So a test must put
    // back what it changes (`process.env`), and a helper of tests keeps nothing that ends with a file.
    isolate: false,
    globals: false,
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: unit,
          setupFiles: ["__tests__/support/runs/seed.ts", "__tests__/support/runs/unit-guard.ts"],
        },
      },
      { extends: true, test: { name: "real", include: real, setupFiles: "__tests__/support/runs/seed.ts" } },
      { extends: true, test: { name: "go-tools", include: goTools, setupFiles: "__tests__/support/runs/seed.ts" } },
    ],
  },
});
