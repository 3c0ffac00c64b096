import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { VERDICT_TYPE } from "../../src/domain/evidence/predicate.ts";
import { clean } from "../support/images/images.ts";
import { type Image, writeLayout } from "../support/images/oci.ts";
import { KEY_PASSWORD, startSignedImages } from "../support/images/signed-images.ts";
import { runWorkflow } from "../support/programs/act.ts";
import type { KeyPair } from "../support/programs/cosign-keys.ts";
import { startTestBed } from "../support/runs/bed.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("act-sign");
const images = await shared(startSignedImages(folder.path));
/** The workflow that docs/sign.md begins with. Nothing is changed but the registry's name. */
const [, workflow = ""] = /```yaml\n(.*?)```/s.exec(readFileSync(join(root, "docs/sign.md"), "utf8")) ?? [];

const bed = await shared(startTestBed());

/** An action that runs this JavaScript. */
function standIn(name: string, outputs: readonly string[], script: string): string {
  const at = join(folder.path, name);
  mkdirSync(at, { recursive: true });
  const declared = outputs.map((each) => `  ${each}: { description: x }\n`).join("");
  const file = `name: ${name}\ndescription: x\n${declared && `outputs:\n${declared}`}runs: { using: node24, main: main.cjs }\n`;
  writeFileSync(join(at, "action.yml"), file);
  writeFileSync(join(at, "main.cjs"), script);
  return at;
}

describe.skipIf(!images.isThere)("the workflow of docs/sign.md, as it is (needs docker-registry and skopeo)", () => {
  let keys: KeyPair;
  const bin = join(folder.path, "cosign-bin");
  beforeAll(async () => {
    keys = images.keyPair("workflow");
    mkdirSync(bin);
    copyFileSync(images.cosign, join(bin, "cosign"));
    chmodSync(join(bin, "cosign"), 0o755);
  });

  /** Replaces docker/build-push-action: pushes an existing image under the wanted tag. */
  const build = (image: Image, name: string) => {
    const layout = join(folder.path, `${name}-layout`);
    mkdirSync(layout);
    writeLayout(layout, image, "x");
    return standIn(
      `${name}-build`,
      ["digest"],
      `const { execFileSync } = require("node:child_process");
execFileSync(${JSON.stringify(images.skopeo)}, ["--insecure-policy", "copy", "--preserve-digests", "--dest-tls-verify=false", "oci:${layout}:x", "docker://" + process.env.INPUT_TAGS]);
require("node:fs").appendFileSync(process.env.GITHUB_OUTPUT, "digest=${image.descriptor.digest}\\n");`,
    );
  };
  const run = (name: string, image: Image) =>
    runWorkflow({
      folder: join(folder.path, name),
      workflow: workflow.replaceAll("ghcr.io/acme/", `${images.host}/${name}/`),
      event: { name: "push", payload: {} },
      inputs: { ...bed.inputs, tlog: "false" },
      secrets: { SIGNING_KEY: readFileSync(keys.private, "utf8"), SIGNING_PASSWORD: KEY_PASSWORD },
      actions: {
        "docker/login-action": standIn("login", [], ""),
        "docker/build-push-action": build(image, name),
        "sigstore/cosign-installer": standIn(
          "cosign-installer",
          [],
          `require("node:fs").appendFileSync(process.env.GITHUB_PATH, ${JSON.stringify(`${bin}\n`)});`,
        ),
      },
    });
  const verified = async (image: string) => {
    const codes: (number | null)[] = [];
    for (const format of [true, false]) {
      const how = ["--key", keys.public, "--insecure-ignore-tlog", `--new-bundle-format=${format}`];
      codes.push((await images.run("verify", ...how, image)).code);
      codes.push((await images.run("verify-attestation", ...how, "--type", VERDICT_TYPE, image)).code);
      codes.push((await images.run("verify-attestation", ...how, "--type", "cyclonedx", image)).code);
    }
    return codes;
  };

  it("signs an image that passes, with its SBOM, and promotes it", async () => {
    const result = await run("good", clean());
    expect(result.code, result.everything).toBe(0);
    const { digest } = clean().descriptor;
    const golden = `${images.host}/good/golden/app@${digest}`;
    expect(result.steps.sign?.outputs).toMatchObject({
      image: `${images.host}/good/quarantine/app@${digest}`,
      digest,
      promoted: golden,
    });
    for (const image of [golden, `${images.host}/good/quarantine/app@${digest}`])
      expect(await verified(image), image).toEqual([0, 0, 0, 0, 0, 0]);
    expect(result.log).not.toContain(KEY_PASSWORD);
    expect(result.steps.sign?.summary).toContain("✅ Signed");
  });
});
