import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { GateError } from "../system/errors.ts";
import { statusOf } from "../system/given-files.ts";
import { privateFolder } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import type { SignatureFormat } from "./cosign/attached.ts";
import { hasIdentity, KEY_STORES, keyVariable, type Secrets } from "./cosign/environment.ts";
import { cosignFailure } from "./cosign/failures.ts";
import type { Cosign } from "./cosign/program.ts";
import { type CallOptions, runCosign } from "./cosign/run.ts";

export interface SigningRequest {
  readonly cosign: Cosign;
  /** A file, `env://NAME`, or the URI of a KMS; absent: the job's own identity signs. */
  readonly key?: string | undefined;
  readonly password?: string | undefined;
  readonly formats: readonly SignatureFormat[];
  /** True if signatures are written into Sigstore's public log. */
  readonly tlog: boolean;
  /** True if the registry may be asked without TLS. A registry on this machine always may. */
  readonly allowHttpRegistry: boolean;
}

/** Signs with one key or one identity. */
export type Signer = Awaited<ReturnType<typeof prepareSigner>>;

/**
 * Prepares the signer, and reads the public key, so that a wrong password or a locked key shows before anything is
 * written.
 * @throws GateError `cosign-key-missing`, `cosign-key-unusable`, `cosign-password-wrong`, `identity-token-missing`,
 * `cosign-…`
 */
export async function prepareSigner(request: SigningRequest, world: World) {
  const { cosign, formats, tlog, allowHttpRegistry } = request;
  const key = request.key === undefined ? undefined : locatedKey(request.key, world);
  if (key === undefined) requireIdentity(world);
  const secrets: Secrets = { key, password: request.password, identity: key === undefined };
  const publicKey = key === undefined ? undefined : await publicKeyOf(cosign, secrets, world);
  const http = allowHttpRegistry ? ["--allow-http-registry"] : [];
  const trusted =
    publicKey === undefined
      ? ["--certificate-identity-regexp=.+", "--certificate-oidc-issuer-regexp=.+"]
      : [`--key=${publicKey.file}`];
  const call = (args: readonly string[], options: CallOptions) => runCosign(cosign.path, args, options, world);
  return {
    formats,
    /** Absent: the job's identity signs. */
    publicKey,
    /** How this signer's signatures are verified. Without a key, every signer's signature counts. */
    asking: { cosign, trust: { args: trusted }, tlog, allowHttpRegistry },
    /** Runs a command of Cosign that signs. @throws GateError if it fails */
    async write(command: string, args: readonly string[], format: SignatureFormat, during: string): Promise<void> {
      // Only a bundle can use the configuration that Sigstore publishes. Without the log, the configuration has no use.
      const services = format === "bundle" && tlog ? [] : ["--use-signing-config=false"];
      const log = tlog ? [] : ["--tlog-upload=false"];
      const how = [`--new-bundle-format=${format === "bundle"}`, ...services, ...log, ...http, "--yes"];
      const ran = await call([command, ...how, ...(key === undefined ? [] : [`--key=${key}`]), ...args], secrets);
      if (ran.code !== 0) throw cosignFailure(ran, during);
    },
    /** Runs a command of Cosign that copies. @throws GateError if it fails */
    async copy(args: readonly string[], during: string): Promise<void> {
      let ran = await call(["copy", ...http, ...args], {});
      for (let again = 0; again < COPIES_AGAIN && ran.code !== 0 && WRITTEN_AT_ONCE.test(ran.stderr); again += 1)
        ran = await call(["copy", ...http, ...args], {});
      if (ran.code !== 0) throw cosignFailure(ran, during);
    },
  };
}

/**
 * A registry's errors for a manifest whose blob another upload is writing right now. Cosign copies the images of an
 * index at the same time, and they share layers. A copy writes only missing blobs, so it can be repeated.
 */
const WRITTEN_AT_ONCE = /DIGEST_INVALID|MANIFEST_BLOB_UNKNOWN|BLOB_UPLOAD_(?:INVALID|UNKNOWN)/;
const COPIES_AGAIN = 2;

/** The key as Cosign finds it from its own folder. */
function locatedKey(key: string, world: World): string {
  if (KEY_STORES.test(key)) return key;
  if (key.startsWith("env://")) {
    const variable = keyVariable(key);
    if (variable !== undefined && world.env[variable]) return key;
    throw keyMissing(key, "its variable is not set, or empty", "Set it in the environment, from a secret.");
  }
  const path = resolve(world.workspace, key);
  if (statusOf(path)?.isFile() === true) return path;
  throw keyMissing(
    key,
    "it is not a file, no `env://NAME`, and no URI of a KMS that Image Gate knows",
    "Name the private key's file, relative to the workspace, `env://NAME`, `awskms://…`, `azurekms://…`, `gcpkms://…`, `hashivault://…` or `k8s://…`; leave `cosign-key` out to sign by the job's identity.",
  );
}

function keyMissing(key: string, why: string, remedy: string): GateError {
  // Some users paste the key itself.
  const shown = key.includes("\n") || key.includes("PRIVATE KEY") ? "a text of several lines" : JSON.stringify(key);
  return new GateError("cosign-key-missing", `There is no key ${shown}: ${why}`, remedy);
}

function requireIdentity({ env }: World): void {
  if (hasIdentity(env)) return;
  throw new GateError(
    "identity-token-missing",
    "`cosign-key` names no key, and the job has no permission to request an identity token for signing without one",
    "Give the job an identity: `id-token: write` in a workflow (a fork's run never has it), SIGSTORE_ID_TOKEN from `id_tokens` in a pipeline; or name a key with `cosign-key`.",
  );
}

async function publicKeyOf(cosign: Cosign, secrets: Secrets, world: World) {
  const file = join(privateFolder(world, "key"), "cosign.pub");
  const ran = await runCosign(cosign.path, ["public-key", `--key=${secrets.key}`, `--outfile=${file}`], secrets, world);
  if (ran.code === 0) return { file, pem: readFileSync(file, "utf8") };
  const failure = cosignFailure(ran, "asked for the public key");
  if (failure.code === "cosign-password-wrong") throw failure;
  throw new GateError(
    "cosign-key-unusable",
    `The key cannot be used: ${failure.what}`,
    "`cosign-key` must be the private key of `cosign generate-key-pair`, or a key in a KMS that this job may use.",
  );
}
