import { defineConfig } from "vitest/config";

/** The pure rules alone, for mutation testing: each mutant runs them again. */
export default defineConfig({
  // A busy machine must not fail the run without a mutant, by which all others are judged.
  // One worker for all files: to start one for each takes longer than its tests, at each of the mutants.
  test: { include: ["__tests__/domain/**/*.test.ts"], testTimeout: 60_000, isolate: false },
});
