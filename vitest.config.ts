import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["__tests__/**/*.test.ts"],
    // Real scanners, registries and runners: some steps take seconds, and machines are slow at times.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Fewer real processes at a time than cores would leave them idle; more would make deadlines of the tests lie.
    maxWorkers: 2,
    globals: false,
    restoreMocks: true,
  },
});
