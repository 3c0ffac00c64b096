import { defineConfig } from "vitest/config";

/** The pure rules alone, for mutation testing: each mutant runs them again. */
export default defineConfig({ test: { include: ["__tests__/domain/**/*.test.ts"] } });
