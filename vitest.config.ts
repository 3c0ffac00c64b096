import { defineConfig } from "vitest/config";
import { testProjects } from "./scripts/test/projects.ts";

const { unit, real } = testProjects(import.meta.dirname);

export default defineConfig({
  test: {
    // Real scanners, registries and runners: some steps take seconds, and machines are slow at times.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Fewer real processes at a time than cores would leave them idle; more would make deadlines of the tests lie.
    maxWorkers: 2,
    globals: false,
    restoreMocks: true,
    projects: [
      {
        // One world for many files halves the time; a test of it must put back what it changes (`process.env`).
        extends: true,
        test: { name: "unit", include: unit, setupFiles: "__tests__/support/unit-guard.ts", isolate: false },
      },
      { extends: true, test: { name: "real", include: real } },
    ],
  },
});
