import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureCosign } from "../../../scripts/setup/go-tools.ts";
import { findCosign } from "../../../src/signing/cosign/program.ts";
import { runCosign } from "../../../src/signing/cosign/run.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import { writeProgram } from "../../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../../support/runs/folder.ts";

let real = "";
let folder: TemporaryFolder;
let world: TestWorld;
beforeAll(async () => {
  real = await ensureCosign();
}, 900_000);
beforeEach(() => {
  folder = temporaryFolder("cosign");
  world = testWorld(folder.path);
});
afterEach(() => folder.remove());

/** A program outside of all places of the job, in a folder of the PATH. */
function onPath(shell: string): string {
  const bin = join(folder.path, "bin");
  mkdirSync(bin, { recursive: true });
  writeProgram(join(bin, "cosign"), shell);
  Object.assign(world.env, { PATH: bin });
  return join(bin, "cosign");
}

const says = (version: string) => `echo '{"gitVersion": ${JSON.stringify(version)}}'`;

describe("Cosign", () => {
  it("is found by its path, asked for its version, hashed, and started from a place of this run alone", async () => {
    const found = await findCosign(real, world);
    expect(found.version).toBe("3.0.6");
    expect(found.sha256).toBe(createHash("sha256").update(readFileSync(real)).digest("hex"));
    expect(found.path).not.toBe(real);
    expect(found.path.startsWith(world.runFolder)).toBe(true);
    expect(world.lines.join("\n")).toContain(`Cosign 3.0.6, SHA-256 ${found.sha256}`);
  });

  // Proves: cosign-is-what-was-hashed
  it("is what was hashed, even if the original is replaced afterwards", async () => {
    const original = onPath(says("v3.0.6"));
    // Other users may write to it, so a link would not be enough.
    chmodSync(original, 0o777);
    const found = await findCosign(undefined, world);
    writeFileSync(original, "#!/bin/sh\necho replaced\n");
    expect((await runCosign(found.path, ["version"], {}, world)).stdout).toContain("v3.0.6");
  });

  // Proves: cosign-is-what-was-hashed
  it("is found on the PATH, but never in the workspace, in RUNNER_TEMP or in a folder that is relative", async () => {
    writeProgram(join(world.workspace, "cosign"), says("v3.0.6"));
    writeProgram(join(world.temp, "cosign"), says("v3.0.6"));
    const link = join(folder.path, "linked");
    symlinkSync(world.workspace, link);
    Object.assign(world.env, { PATH: `${world.workspace}:${world.temp}:${link}:.::relative` });
    await expect(findCosign(undefined, world)).rejects.toMatchObject({ code: "cosign-missing" });
    onPath(says("v3.1.0"));
    expect((await findCosign(undefined, world)).version).toBe("3.1.0");
  });

  it("is missing if the path leads nowhere, to a folder or back to itself", async () => {
    symlinkSync("loop", join(world.workspace, "loop"));
    for (const binary of ["nope/cosign", "./", "./loop", "cosign-of-mine"])
      await expect(findCosign(binary, world)).rejects.toMatchObject({
        code: "cosign-missing",
        remedy: expect.stringContaining("Install Cosign first"),
      });
  });

  // Proves: cosign-is-what-was-hashed
  it.each(["devel", "v3.0.6-dirty", "unknown", "v3.0.5", "v2.6.3", "v4.0.0", "3.0.6"])(
    "is refused if it says that it is %j",
    async (version) => {
      onPath(says(version));
      await expect(findCosign(undefined, world)).rejects.toMatchObject({ code: "cosign-version-unsupported" });
    },
  );

  it("is refused if it is another program", async () => {
    onPath("echo hello; echo 'unknown command' >&2; exit 1");
    await expect(findCosign(undefined, world)).rejects.toMatchObject({
      code: "cosign-unusable",
      what: expect.stringContaining("unknown command"),
    });
    onPath("echo '{}'");
    await expect(findCosign(undefined, world)).rejects.toMatchObject({ code: "cosign-unusable" });
  });
});

describe("a call of Cosign", () => {
  it("ends at its deadline, with all that it has started", async () => {
    const path = onPath("/bin/sleep 60 & wait");
    await expect(runCosign(path, ["sign"], { deadlineMs: 300 }, world)).rejects.toMatchObject({
      code: "cosign-timeout",
    });
  });

  it("cannot ask for anything: its standard input is closed", async () => {
    const path = onPath("read -r line && echo asked || echo closed");
    expect((await runCosign(path, [], {}, world)).stdout).toBe("closed\n");
  });

  it("fails if it writes more than may be, and never returns a part", async () => {
    const path = onPath("printf 12345678");
    await expect(runCosign(path, ["verify"], { maxOutput: 7 }, world)).rejects.toMatchObject({
      code: "cosign-output-too-large",
    });
    expect((await runCosign(path, ["verify"], { maxOutput: 8 }, world)).stdout).toBe("12345678");
  });

  it("starts in an empty folder, so that no file of the job is read by accident", async () => {
    const path = onPath("pwd; /bin/ls -A | /usr/bin/wc -l");
    const [at = "", files] = (await runCosign(path, [], {}, world)).stdout.split("\n");
    expect(existsSync(at)).toBe(true);
    expect(Number(files)).toBe(0);
  });

  it("is cancelled with the run", async () => {
    const path = onPath("/bin/sleep 60");
    const cancelled = { ...world, signal: AbortSignal.timeout(100) };
    await expect(runCosign(path, [], {}, cancelled)).rejects.toMatchObject({ code: "run-cancelled" });
  });

  it("gets its arguments as they are, without a shell", async () => {
    const path = onPath(`printf '%s\\n' "$@"`);
    const args = ["sign", "$(touch x)", "a b", "`id`", "'"];
    expect((await runCosign(path, args, {}, world)).stdout.split("\n").slice(0, -1)).toEqual(args);
  });
});

it("a copy of the real one works as well", async () => {
  const copy = join(folder.path, "my-cosign");
  copyFileSync(real, copy);
  chmodSync(copy, 0o755);
  expect((await findCosign(copy, world)).version).toBe("3.0.6");
  expect(dirname(copy)).toBe(folder.path);
});
