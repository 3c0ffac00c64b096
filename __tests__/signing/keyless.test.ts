import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signatureTypes } from "../../src/signing/cosign/attached.ts";
import { prepareSigner } from "../../src/signing/signer.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { writeProgram } from "../support/programs/program.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

// Cosign's arguments and environment. The way through Fulcio and Rekor is in keyless-mock.test.ts.

let folder: TemporaryFolder;
let world: TestWorld;
beforeEach(() => {
  folder = temporaryFolder("keyless");
  world = testWorld(folder.path);
  Object.assign(world.env, {
    ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.test",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t0ken",
  });
});
afterEach(() => folder.remove());

const IMAGE = `ghcr.io/acme/app@sha256:${"1".repeat(64)}`;

/** A Cosign that records each call, and if it could request an identity. */
async function noting(
  change: { readonly tlog?: boolean; readonly allowHttpRegistry?: boolean; readonly ends?: string } = {},
) {
  const { ends = "exit 0", tlog = true, allowHttpRegistry = false } = change;
  const path = join(folder.path, "cosign");
  const calls = join(folder.path, "calls");
  writeProgram(path, `echo "$* identity=\${ACTIONS_ID_TOKEN_REQUEST_TOKEN:-none}" >> '${calls}'\n${ends}`);
  const cosign = { path, version: "3.0.6", sha256: "" };
  const signer = await prepareSigner({ cosign, formats: ["bundle", "legacy"], tlog, allowHttpRegistry }, world);
  return { signer, calls: () => readFileSync(calls, "utf8").trim().split("\n") };
}

describe("a signature without a key", () => {
  it("is made by the job's identity, whose token only the call that signs can ask for", async () => {
    const { signer, calls } = await noting();
    const [repository = "", digest = ""] = IMAGE.split("@");
    for (const format of signer.formats) {
      await signer.write("sign", [IMAGE], format, "signing");
      await signatureTypes({ repository, digest, format }, signer.asking, world);
    }
    await signer.copy([IMAGE, "ghcr.io/acme/golden:1"], "copying");
    const anybody = "--certificate-identity-regexp=.+ --certificate-oidc-issuer-regexp=.+";
    expect(calls()).toEqual([
      `sign --new-bundle-format=true --yes ${IMAGE} identity=t0ken`,
      `verify --output=json --new-bundle-format=true ${anybody} ${IMAGE} identity=none`,
      `sign --new-bundle-format=false --use-signing-config=false --yes ${IMAGE} identity=t0ken`,
      `verify --output=json --new-bundle-format=false ${anybody} ${IMAGE} identity=none`,
      `copy ${IMAGE} ghcr.io/acme/golden:1 identity=none`,
    ]);
  });

  it.each([
    ["request", { ACTIONS_ID_TOKEN_REQUEST_URL: undefined }],
    ["token of the request", { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "" }],
  ])("is refused before Cosign starts if there is no %s: the permission is named", async (_, missing) => {
    Object.assign(world.env, missing);
    await expect(noting()).rejects.toMatchObject({
      code: "identity-token-missing",
      remedy: expect.stringContaining("`id-token: write`"),
    });
  });

  it("is made by a token that the step has from elsewhere", async () => {
    Object.assign(world.env, { ACTIONS_ID_TOKEN_REQUEST_URL: "", SIGSTORE_ID_TOKEN: "from elsewhere" });
    const { signer, calls } = await noting({ ends: `echo "token=$SIGSTORE_ID_TOKEN" >> '${folder.path}/calls'` });
    await signer.write("sign", [IMAGE], "bundle", "signing");
    await signer.copy([IMAGE, "ghcr.io/acme/golden:1"], "copying");
    expect(calls()).toEqual([
      `sign --new-bundle-format=true --yes ${IMAGE} identity=t0ken`,
      "token=from elsewhere",
      `copy ${IMAGE} ghcr.io/acme/golden:1 identity=none`,
      "token=",
    ]);
  });

  it("speaks plain HTTP to a registry only if the input allows it", async () => {
    const { signer, calls } = await noting({ allowHttpRegistry: true });
    await signer.write("sign", [IMAGE], "bundle", "signing");
    expect(calls()[0]).toContain(" --allow-http-registry ");
  });

  it.each([
    [
      "the log of keys cannot be read",
      'tuf refresh failed: Get "https://tuf-repo-cdn.sigstore.dev/14.root.json": dial tcp: lookup: no such host',
      "sigstore-unreachable",
    ],
    [
      "the log is down",
      'Post "https://rekor.sigstore.dev/api/v1/log/entries": giving up after 4 attempt(s)',
      "sigstore-unreachable",
    ],
    ["Fulcio gives no certificate", "error signing bundle: Fulcio returned 400: no", "sigstore-unreachable"],
    ["the token is refused", "error fetching ID token: 403 Forbidden", "identity-token-missing"],
    [
      "the registry refuses",
      "POST https://ghcr.io/v2/acme/app/blobs/uploads/: DENIED: permission_denied",
      "registry-refused",
    ],
    ["it is something else", "unexpected", "cosign-failed"],
  ])("fails with a code if %s", async (_, said, code) => {
    const { signer } = await noting({
      ends: `echo 'Error: ${said}' >&2; echo 'error during command execution: ${said}' >&2; exit 1`,
    });
    await expect(signer.write("sign", [IMAGE], "bundle", "signing it")).rejects.toMatchObject({ code });
  });
});
