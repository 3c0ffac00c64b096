import { createHash, createPublicKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { GateError } from "../../system/errors.ts";
import { readSmallText } from "../../system/given-files.ts";
import { privateFolder } from "../../system/store/private-file.ts";
import type { World } from "../../system/world.ts";
import type { Asking } from "../cosign/attached.ts";
import { KEY_STORES, keyVariable } from "../cosign/environment.ts";

/** The trusted signer: the owner of a public key, or an identity that an issuer has confirmed. */
export type Trusted =
  /** A file, `env://NAME`, or the URI of a KMS, as Cosign names them. */
  { readonly key: string } | { readonly identity: string; readonly issuer: string };

/** The same as arguments for Cosign, and the signer in words. The words are untrusted. */
type Trust = Asking["trust"] & { readonly words: string };

/** A public key is some hundred bytes. */
const MAX_KEY = 64 * 1024;

const EXPORT = "Export it with `cosign public-key --key KEY > cosign.pub`, and name that file.";

/**
 * Prepares the trusted signer. A key in a file or a variable is read once, and all calls of Cosign use that copy.
 * Replacing the file meanwhile has no effect.
 * @throws GateError `public-key-missing`, `public-key-unusable`
 */
export function trustIn(trusted: Trusted, world: Pick<World, "env" | "workspace" | "runFolder">): Trust {
  if ("identity" in trusted) {
    const { identity, issuer } = trusted;
    const args = [`--certificate-identity=${identity}`, `--certificate-oidc-issuer=${issuer}`];
    return { args, words: `the identity ${identity} of ${issuer}` };
  }
  const { key } = trusted;
  if (KEY_STORES.test(key)) return { args: [`--key=${key}`], store: key, words: `the key ${key}` };
  const text = read(key, world);
  const fingerprint = fingerprintOf(text, key);
  const file = join(privateFolder(world, "key"), "cosign.pub");
  writeFileSync(file, text, { mode: 0o600 });
  return { args: [`--key=${file}`], words: `the key ${key} (SHA-256 ${fingerprint})` };
}

function read(key: string, { env, workspace }: Pick<World, "env" | "workspace">): string {
  const variable = keyVariable(key);
  if (variable !== undefined) {
    const text = env[variable];
    if (text) return text;
    throw missing(`The environment has no variable ${variable}`);
  }
  if (/^[a-z0-9]+:\/\//i.test(key))
    throw missing(`\`cosign-key\` ${JSON.stringify(key)} is neither a file, nor a variable, nor in a known key store`);
  try {
    return readSmallText(resolve(workspace, key), MAX_KEY);
  } catch (cause) {
    throw missing(`\`cosign-key\` ${JSON.stringify(key)} is not a readable file of at most ${MAX_KEY} bytes`, cause);
  }
}

/** The fingerprint of the key itself (SubjectPublicKeyInfo), not of its file. No message contains text of the file. */
function fingerprintOf(text: string, name: string): string {
  const of = `\`cosign-key\` ${JSON.stringify(name)}`;
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw unusable(`${of} is a private key`, `A machine that only verifies must not have it. ${EXPORT}`);
  try {
    if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) throw new Error("no public key");
    const key = createPublicKey(text);
    return createHash("sha256")
      .update(key.export({ type: "spki", format: "der" }))
      .digest("hex");
  } catch (cause) {
    throw unusable(`${of} is not a public key in PEM form`, EXPORT, cause);
  }
}

function missing(what: string, cause?: unknown): GateError {
  return new GateError(
    "public-key-missing",
    what,
    "Give the public key as a file, as `env://NAME`, or as the URI of a KMS such as `awskms:///alias/NAME`.",
    { cause },
  );
}

function unusable(what: string, remedy: string, cause?: unknown): GateError {
  return new GateError("public-key-unusable", what, remedy, { cause });
}
