import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { prepareSigner } from "../../src/signing/signer.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { writeProgram } from "../support/programs/program.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

/** A Cosign that fails with `said` the first `failures` times. It counts its calls. */
async function copyWith(said: string, failures: number) {
  const folder = temporaryFolder("copy-again");
  onTestFinished(() => folder.remove());
  const world = testWorld(folder.path);
  const calls = join(folder.path, "calls");
  writeFileSync(calls, "");
  const path = join(folder.path, "cosign");
  writeProgram(
    path,
    `#!/bin/sh\necho x >>${calls}\n[ $(wc -l <${calls}) -gt ${failures} ] && exit 0\necho '${said}' >&2\nexit 1\n`,
  );
  const env = { ...world.env, SIGSTORE_ID_TOKEN: "a.b.c" };
  const cosign = { path, version: "3.0.6", sha256: "" };
  const request = { cosign, formats: ["bundle" as const], tlog: false, allowHttpRegistry: false };
  const signer = await prepareSigner(request, { ...world, env });
  const copied = await signer.copy(["from", "to"], "copying").then(
    () => "copied",
    (thrown: { code: string }) => thrown.code,
  );
  return [copied, readFileSync(calls, "utf8").length / 2];
}

test.each([
  ["Error: PUT …: MANIFEST_BLOB_UNKNOWN: blob unknown to registry", 1, "copied", 2],
  ["Error: PUT …: DIGEST_INVALID: provided digest did not match uploaded content", 2, "copied", 3],
  ["Error: PUT …: MANIFEST_BLOB_UNKNOWN: blob unknown to registry", 9, "cosign-failed", 3],
  ["Error: UNAUTHORIZED: authentication required", 1, "registry-refused", 1],
])("a copy that ends with %s, %i times: %s after %i calls", async (said, failures, ends, calls) => {
  expect(await copyWith(said, failures)).toEqual([ends, calls]);
});
