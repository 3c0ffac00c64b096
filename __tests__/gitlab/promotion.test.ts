import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finish } from "../../scripts/setup/command.ts";
import { ensureGitlabCiLocal } from "../../scripts/setup/gitlab-ci-local.ts";
import { root } from "../../scripts/setup/tools.ts";
import { gitlabProject } from "../support/gitlab/gitlab-pipeline.ts";
import { clean, debian12 } from "../support/images/images.ts";
import { KEY_PASSWORD, startSignedImages } from "../support/images/signed-images.ts";
import {
  GITLAB_ISSUER,
  pipelineIdentity,
  type SigstoreServices,
  startSigstore,
} from "../support/programs/sigstore-services.ts";
import { startTestBed } from "../support/runs/bed.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";

// The components for the gate and the signature in one pipeline, with the real Cosign and a real registry.

const folder = sharedFolder("promotion");
const program = await ensureGitlabCiLocal();
const images = await shared(startSignedImages(folder.path));
if (program === undefined) console.error("Skipped: gitlab-ci-local needs rsync and git.");
const bed = await shared(startTestBed());

const include = (name: string, inputs: Readonly<Record<string, string>>) =>
  [
    `  - component: $CI_SERVER_FQDN/OWNER/image-gate/${name}@$CI_COMMIT_SHA`,
    "    inputs:",
    ...Object.entries(inputs).map(([key, value]) => `      ${key}: ${value}`),
  ].join("\n");

describe.skipIf(program === undefined || !images.isThere)("a pipeline of gate and signature", () => {
  if (program === undefined) return;
  async function run(image: ReturnType<typeof clean>, name: string) {
    if (program === undefined) throw new Error("skipped");
    const keys = images.keyPair(name);
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

describe.skipIf(program === undefined || !images.isThere)("a pipeline that signs without a key", () => {
  if (program === undefined) return;
  let sigstore: SigstoreServices;
  beforeAll(async () => {
    sigstore = await startSigstore(images.cosign, folder.path);
  });
  afterAll(() => sigstore[Symbol.asyncDispose]());

  /** Gate and signature in one pipeline. GitLab makes the token from `id_tokens`. */
  async function run(name: string, token: string | undefined) {
    if (program === undefined) throw new Error("skipped");
    const project = await gitlabProject(`${folder.path}/${name}-project`, program);
    const pushed = await images.push(`${name}/quarantine`, "1.0", clean());
    const quoted = Object.fromEntries(Object.entries(bed.inputs).map(([key, value]) => [key, `"${value}"`]));
    const promoted = `${images.host}/${name}/golden:1.0`;
    const sign = {
      stage: "deploy",
      "cosign-binary": images.cosign,
      "allow-http-registry": "true",
      "promote-to": promoted,
    };
    const pipeline = `include:\n${include("gate", { image: pushed, ...quoted })}\n${include("sign", sign)}\n`;
    const result = await project.run(pipeline, {
      variables: {
        CI_COMMIT_REF_PROTECTED: "true",
        ...(token === undefined ? {} : { SIGSTORE_ID_TOKEN: token }),
      },
      machine: sigstore.env,
    });
    return { ...result, pushed, promoted };
  }

  /** Verifies with the packed command an image that was signed by this job of GitLab. */
  async function verify(image: string, identity: string, issuer = GITLAB_ISSUER) {
    const who = ["--certificate-identity", identity, "--certificate-oidc-issuer", issuer];
    const args = ["verify", image, ...who, "--cosign-binary", images.cosign, "--allow-http-registry"];
    return finish(process.execPath, [join(root, "dist/image-gate.js"), ...args], {
      cwd: folder.path,
      env: { PATH: process.env.PATH ?? "", TMPDIR: folder.path, ...sigstore.env },
    });
  }

  // Proves: keyless-signature-job-gitlab
  test("by the identity of its job: the image and the promoted one are verified by issuer and identity of GitLab alone", async () => {
    const token = sigstore.pipelineToken("OWNER/image-gate", "main");
    const { code, log, pushed, promoted } = await run("keyless", token);
    expect(code, log).toBe(0);
    expect(log).not.toContain(token);
    const ours = pipelineIdentity("OWNER/image-gate", "main");
    for (const image of [pushed, promoted]) {
      const verified = await verify(image, ours);
      expect(verified.code, verified.stderr).toBe(0);
      expect(verified.stdout).toContain(pushed.slice(pushed.indexOf("@")));
    }
    const others = [pipelineIdentity("OWNER/image-gate", "attack"), pipelineIdentity("mallory/image-gate", "main")];
    for (const identity of others) expect((await verify(pushed, identity)).code, identity).toBe(1);
    expect((await verify(pushed, ours, "https://gitlab.evil.test")).code).toBe(1);
    expect(sigstore.internet.strangers).toEqual([]);
  });

  test("and got no token signs and promotes nothing, and names `id_tokens`", async () => {
    const { code, log, pushed } = await run("tokenless", undefined);
    expect(code, log).toBe(1);
    expect(log).toMatch(/\[identity-token-missing\].*`id_tokens`/);
    // The remedy names the way of each platform, and neither platform by name.
    expect(log).not.toMatch(/GitHub/);
    const identity = pipelineIdentity("OWNER/image-gate", "main");
    expect((await verify(pushed, identity)).code).toBe(1);
  });
});
