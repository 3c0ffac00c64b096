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

it("ends a process that hangs, and says at which run of which seed", () => {
  const { signal, stderr } = watched("dog.alive(); dog.alive(); for (;;);");
  expect(signal).toBe("SIGKILL");
  expect(stderr).toContain("FUZZ: hangs: reader: seed 7, run 2");
});

it("ends a process that takes too much memory", () => {
  const { signal, stderr } = watched(
    "const all = []; for (;;) { dog.alive(); all.push(Buffer.alloc(4 * 1024 * 1024, 1)); }",
  );
  expect(signal).toBe("SIGKILL");
  expect(stderr).toContain("FUZZ: takes too much memory: reader: seed 7");
});

it("lets a process be that says that it is alive", () => {
  const { status, stderr } = watched(
    `for (const end = Date.now() + ${2 * SILENCE_MS}; Date.now() < end; ) { dog.alive(); await new Promise((next) => setTimeout(next, 100)); }`,
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
