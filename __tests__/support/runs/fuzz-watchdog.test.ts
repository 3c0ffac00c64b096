import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { atMost } from "./patience.ts";

const module = JSON.stringify(new URL("./fuzz-watchdog.ts", import.meta.url).href);

const SILENCE_MS = Math.round(atMost(1500));

/** A watched process that runs this. */
function watched(work: string) {
  const code = `import { watch } from ${module};
    const dog = watch("reader: seed 7", { mostSilenceMs: ${SILENCE_MS}, mostBytes: 600 * 1024 * 1024 });
    ${work}
    await dog.stop();`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 50_000 + 10 * SILENCE_MS,
  });
}

it.each([
  ["hangs", "at which run of which seed", "dog.alive(); dog.alive(); for (;;);", "hangs: reader: seed 7, run 2"],
  [
    "takes too much memory",
    "at which seed",
    "const all = []; for (;;) { dog.alive(); all.push(Buffer.alloc(4 * 1024 * 1024, 1)); }",
    "takes too much memory: reader: seed 7",
  ],
])("ends a process that %s, and says %s", (_, __, work, message) => {
  const { signal, stderr } = watched(work);
  expect(signal).toBe("SIGKILL");
  expect(stderr).toContain(`FUZZ: ${message}`);
});
