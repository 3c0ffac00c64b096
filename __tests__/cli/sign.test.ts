import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { root } from "../../scripts/setup/tools.ts";
import { sha256OfBytes } from "../../src/system/store/hashing.ts";
import { clean, debian12 } from "../support/images/images.ts";
import { KEY_PASSWORD, startSignedImages } from "../support/images/signed-images.ts";
import { type Bed, startTestBed } from "../support/runs/bed.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

// The committed bundle as a command, with real Trivy, Cosign and registry.

const folder = temporaryFolder("cli-sign");
const images = await startSignedImages(folder.path);
const workspace = join(folder.path, "work");
let bed: Bed;

beforeAll(async () => {
  mkdirSync(workspace);
  bed = await startTestBed();
});
afterAll(async () => {
  await images.close();
  await bed.close();
  folder.remove();
});

describe.skipIf(!images.isThere)("gate, sign and verify at a terminal (needs docker-registry and skopeo)", () => {
  const run = (...args: string[]) =>
    finish(process.execPath, [join(root, "dist/image-gate.js"), ...args], {
      cwd: workspace,
      env: {
        PATH: process.env.PATH ?? "",
        HOME: folder.path,
        XDG_CACHE_HOME: join(folder.path, "cache"),
        COSIGN_PASSWORD: KEY_PASSWORD,
      },
    });
  const gate = (image: string, kept: string) => {
    const means = Object.entries(bed.inputs).map(([name, value]) => `--${name}=${value}`);
    return run("image", image, "--image-source=remote", `--report-dir=${kept}`, "--quiet", ...means);
  };
  const cosign = ["--no-tlog", `--cosign-binary=${images.cosign}`];

  it("what passes is signed and may be deployed, what fails is not", async () => {
    const made = await images.run("generate-key-pair", "--output-key-prefix", join(folder.path, "terminal"));
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const keys = { private: join(folder.path, "terminal.key"), public: join(folder.path, "terminal.pub") };
    const passing = await images.push("acme/clean", "1", clean());
    const judged = await gate(passing, "kept");
    expect(judged, judged.stderr).toMatchObject({ code: 0 });
    const digestOf = (kept: string) =>
      `--report-digest=${sha256OfBytes(readFileSync(join(workspace, kept, "report.json")))}`;
    const signed = await run("sign", "kept/report.json", digestOf("kept"), `--cosign-key=${keys.private}`, ...cosign);
    expect(signed, signed.stderr).toMatchObject({ code: 0, stdout: `${passing}\n` });
    const verified = await run("verify", passing, "--cosign-key", keys.public, ...cosign);
    expect(verified, verified.stderr).toMatchObject({ code: 0, stdout: `${passing}\n` });

    const failing = await images.push("acme/debian", "1", debian12());
    expect(await gate(failing, "failed")).toMatchObject({ code: 1 });
    const refused = await run(
      "sign",
      "failed/report.json",
      digestOf("failed"),
      `--cosign-key=${keys.private}`,
      ...cosign,
    );
    expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("[not-a-pass]") });
    expect(await run("verify", failing, "--cosign-key", keys.public, ...cosign)).toMatchObject({ code: 1, stdout: "" });
  }, 120_000);

  it("a report that is missing, or comes without its digest, is an error and not a refusal", async () => {
    const bare = await run("sign", "none.json", "--cosign-key=none.key", ...cosign);
    expect(bare).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/\[input-invalid\].*`report-digest` is empty/),
    });
    const digest = `--report-digest=${"0".repeat(64)}`;
    const wrong = await run("sign", "none.json", digest, "--cosign-key=none.key", ...cosign);
    expect(wrong).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("[file-missing]") });
  });
});
