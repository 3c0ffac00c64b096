import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureGitlabCiLocal } from "../../scripts/setup/gitlab-ci-local.ts";
import { type Bed, startBed } from "../support/bed.ts";
import { temporaryFolder } from "../support/folder.ts";
import { gitlabProject } from "../support/gitlab-pipeline.ts";
import { clean, debian12 } from "../support/images.ts";
import { KEY_PASSWORD, startSignedImages } from "../support/signed-images.ts";

// The components for the gate and the signature in one pipeline, with the real Cosign and a real registry.

const folder = temporaryFolder("promotion");
const program = await ensureGitlabCiLocal();
const images = await startSignedImages(folder.path);
if (program === undefined) console.error("Skipped: gitlab-ci-local needs rsync and git.");
let bed: Bed;
beforeAll(async () => {
  bed = await startBed();
});
afterAll(async () => {
  await Promise.all([bed.close(), images?.close()]);
  folder.remove();
});

const include = (name: string, inputs: Readonly<Record<string, string>>) =>
  [
    `  - component: $CI_SERVER_FQDN/OWNER/image-gate/${name}@$CI_COMMIT_SHA`,
    "    inputs:",
    ...Object.entries(inputs).map(([key, value]) => `      ${key}: ${value}`),
  ].join("\n");

describe.skipIf(program === undefined || images === undefined)("a pipeline of gate and signature", () => {
  if (program === undefined || images === undefined) return;
  async function run(image: ReturnType<typeof clean>, name: string) {
    if (program === undefined || images === undefined) throw new Error("skipped");
    const keys = await images.keyPair(name);
    const project = await gitlabProject(`${folder.path}/${name}-project`, program);
    await images.push(`${name}/quarantine`, "1.0", image);
    const quoted = Object.fromEntries(Object.entries(bed.inputs).map(([key, value]) => [key, `"${value}"`]));
    const pipeline = [
      "include:",
      include("gate", { image: `${images.host}/${name}/quarantine:1.0`, ...quoted }),
      include("sign", {
        stage: "deploy",
        "cosign-key": keys.private,
        "cosign-binary": images.cosign,
        tlog: "false",
        "allow-http-registry": "true",
        "promote-to": `${images.host}/${name}/golden:1.0`,
      }),
    ].join("\n");
    const variables = { CI_COMMIT_REF_PROTECTED: "true", COSIGN_PASSWORD: KEY_PASSWORD };
    const result = await project.run(`${pipeline}\n`, { variables });
    const golden = `${images.host}/${name}/golden@${image.descriptor.digest}`;
    const verified = await images.run("verify", "--key", keys.public, "--insecure-ignore-tlog", golden);
    return { ...result, verified: verified.code };
  }

  test("signs what passes, and promotes it", async () => {
    const { code, log, verified } = await run(clean(), "good");
    expect(code, log).toBe(0);
    expect(verified).toBe(0);
    expect(log).not.toContain(KEY_PASSWORD);
  });

  test("neither signs nor promotes what fails", async () => {
    const { code, log, verified } = await run(debian12(), "bad");
    expect(code, log).toBe(1);
    expect(verified).not.toBe(0);
    expect(log).not.toMatch(/image-gate-sign starting/);
  });
});
