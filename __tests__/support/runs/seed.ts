import fc from "fast-check";

/**
 * The seed of all random tests: the same in each run, so that a change's result depends on the change alone. With
 * `FUZZ_SEED=random` (`npm run fuzz`, the weekly run of CI) each run takes a new one; with a number, that number.
 */
export function seedOfRun(): number {
  const { FUZZ_SEED: asked = "" } = process.env;
  if (asked === "random") return Math.floor(Math.random() * 2 ** 31);
  return asked === "" ? 1 : Number(asked);
}

// Vitest runs this file before each file of tests.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOfRun() });
