import { existsSync } from "node:fs";
import { join } from "node:path";
import { loginEnvironment, realHome } from "../../system/own-environment.ts";
import type { ProgramWorld } from "../../system/program-folders.ts";

/** The secrets that one call of Cosign may see. */
export interface Secrets {
  /** The private or public key as Cosign's `--key` names it: a file, `env://NAME`, or the URI of a KMS. */
  readonly key?: string | undefined;
  /** The private key's password. */
  readonly password?: string | undefined;
  /** True if Cosign may ask for the job's identity token. */
  readonly identity?: boolean | undefined;
}

/** Variables that name a mirror of Sigstore's services and their keys, if the user has one. */
const SIGSTORE = [
  "SIGSTORE_ROOT_FILE",
  "SIGSTORE_CT_LOG_PUBLIC_KEY_FILE",
  "SIGSTORE_REKOR_PUBLIC_KEY",
  "SIGSTORE_TSA_CERTIFICATE_FILE",
  "TUF_ROOT",
  "TUF_MIRROR",
  "COSIGN_MAX_ATTACHMENT_SIZE",
];

/**
 * The variables with which Cosign trusts other roots and logs than Sigstore's public ones. Anyone who sets them in a
 * job decides which certificates and logs count.
 */
export function ownSigstore(env: ProgramWorld["env"]): string[] {
  return SIGSTORE.filter((name) => name !== "COSIGN_MAX_ATTACHMENT_SIZE" && env[name]);
}

/** The variables with which the platform, or another provider, gives the job an identity token. */
const IDENTITY = ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "SIGSTORE_ID_TOKEN"];

/** True if the job may get an identity token: a platform may set two variables, other providers the last. */
export function hasIdentity(env: ProgramWorld["env"]): boolean {
  const [url = "", request = "", token = ""] = IDENTITY.map((name) => env[name]);
  return token !== "" || (url !== "" && request !== "");
}

/** The variables that a key's store needs besides the clouds' variables, by the scheme of the key's URI. */
const STORES: Readonly<Record<string, readonly string[]>> = {
  hashivault: [
    ...["ADDR", "TOKEN", "NAMESPACE"].flatMap((name) => [`VAULT_${name}`, `BAO_${name}`]),
    ...["VAULT_CACERT", "VAULT_CAPATH", "VAULT_KEY_PREFIX", "TRANSIT_SECRET_ENGINE_PATH"],
  ],
  k8s: ["KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"],
};

/** The key stores that were tried, or that Cosign itself has. For others, Cosign would start a program of that name. */
export const KEY_STORES = /^(?:awskms|azurekms|gcpkms|hashivault|k8s):\/\/[\x21-\x7e]+$/;

/** The variable of a key `env://NAME`. */
export function keyVariable(key: string | undefined): string | undefined {
  return /^env:\/\/([A-Za-z_]\w*)$/.exec(key ?? "")?.[1];
}

/**
 * The complete environment of a Cosign process. It inherits only what it needs: Docker's login, the clouds' variables
 * for registries and KMS, and Sigstore's own. The key's variable, the store's login and the identity token are there
 * only for the calls that use them. COSIGN_PASSWORD is always set, since Cosign would ask for it otherwise.
 * COSIGN_REPOSITORY is not passed on: signatures are stored with their image, where every verifier looks for them.
 */
export function cosignEnvironment({ key, password, identity }: Secrets, world: ProgramWorld): Record<string, string> {
  const variable = keyVariable(key);
  const scheme = /^([a-z0-9]+):\/\//.exec(key ?? "")?.[1] ?? "";
  const names = [
    ...SIGSTORE,
    ...(variable === undefined ? [] : [variable]),
    ...((Object.hasOwn(STORES, scheme) && STORES[scheme]) || []),
    ...(identity === true ? IDENTITY : []),
  ];
  return { ...loginEnvironment(world, names), ...trustedRoot(world), COSIGN_PASSWORD: password ?? "" };
}

/** For a private Sigstore, `cosign initialize` has written its files below the real HOME. */
function trustedRoot(world: ProgramWorld): Record<string, string> {
  const home = realHome(world);
  if (world.env.TUF_ROOT || home === undefined) return {};
  const folder = join(home, ".sigstore", "root");
  return existsSync(folder) ? { TUF_ROOT: folder } : {};
}
