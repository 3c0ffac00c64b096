import fc from "fast-check";
import { expect, it } from "vitest";
import { GateError } from "../../../src/system/errors.ts";
import { watch } from "./fuzz-watchdog.ts";
import { seedOfRun } from "./seed.ts";

/** Seconds for each property: few in `npm test`, as many as one likes with `npm run fuzz`. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 1);
/** Processor time of one run. A fault that grows faster than its input exceeds it, a busy machine does not. */
const MOST_CPU_MS = 3000;

export interface FuzzOptions {
  /** Too few runs within the time are a failure: a property that is hardly tried proves nothing. Default 50. */
  readonly leastRuns?: number;
  /** Processor time that one run may take, in milliseconds. Default 3000. */
  readonly mostCpuMs?: number;
}

/**
 * Tries a property on value after value until its time is over. The test fails if a value breaks the property, with
 * the seed and the path of the smallest such value. It fails, too, if a run takes too long, or there were too few runs.
 * A run that hangs or fills the memory ends the process, which prints the seed. `FUZZ_SEED` and `FUZZ_PATH` try one
 * value again (seed.ts).
 */
export function fuzz<T>(
  name: string,
  values: fc.Arbitrary<T>,
  property: (value: T) => void | Promise<void>,
  { leastRuns = 50, mostCpuMs = MOST_CPU_MS }: FuzzOptions = {},
): void {
  it(name, { timeout: (SECONDS * 3 + 120) * 1000 }, async () => {
    const { FUZZ_PATH: path = "" } = process.env;
    const seed = seedOfRun();
    const watchdog = watch(`${name}: seed ${seed}`);
    try {
      let last: Promise<void> | undefined;
      const tried = fc.asyncProperty(values, (value) => {
        last = run(value);
        return last;
      });
      const run = async (value: T) => {
        watchdog.alive();
        const before = process.cpuUsage();
        await property(value);
        const { user, system } = process.cpuUsage(before);
        expect((user + system) / 1000, "milliseconds of processor time").toBeLessThan(mostCpuMs);
      };
      const limits = { interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false };
      // Examples that must be tried come first, and take as long as they need.
      await fc.assert(tried, { seed, path, numRuns: leastRuns });
      if (path !== "") return;
      const more = await fc.check(tried, { seed: seed ^ 1, numRuns: 2 ** 31 - 1, ...limits });
      // The check does not wait for the run during which the time ended. That run must not overlap with the next test.
      await last?.catch(() => undefined);
      // On a busy machine, the time can end before another one was tried, which `assert` calls a failure.
      if (more.counterexample !== null)
        throw new Error(await fc.asyncDefaultReportMessage(more), { cause: more.errorInstance });
    } finally {
      await watchdog.stop();
    }
  });
}

/** A reader's result: a value, or an expected refusal. */
export type Read<T> = { readonly value: T } | { readonly refused: GateError };

/**
 * Runs a reader. It may return, or refuse with one of our errors, whose words fit on a page and hold no control
 * characters. Anything else that it throws is thrown on, and so fails the property.
 */
export async function read<T>(reader: () => T | Promise<T>): Promise<Read<T>> {
  try {
    return { value: await reader() };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    expect(error.code).toMatch(/^[a-z]+(?:-[a-z0-9]+)+$/);
    expect(error.code).not.toBe("internal-error");
    expect(error.remedy.length).toBeGreaterThan(0);
    expect(error.message.length).toBeLessThan(20_000);
    expect(error.message).not.toMatch(/[^\P{Cc}\n]|undefined|\[object /u);
    return { refused: error };
  }
}
