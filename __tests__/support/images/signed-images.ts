import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finished, finish } from "../../../scripts/setup/command.ts";
import { ensureCosign } from "../../../scripts/setup/go-tools.ts";
import { ensureRegistryPrograms } from "../../../scripts/setup/system.ts";
import { VERDICT_TYPE } from "../../../src/domain/evidence/predicate.ts";
import { type KeyPair, writeKeyPair } from "../programs/cosign-keys.ts";
import { startServerOnAnyPort } from "../programs/server-process.ts";
import { starterOf } from "../programs/starter.ts";
import { type Artifact, writeLayout } from "./oci.ts";

/**
 * The two places where Cosign keeps a signature: as a bundle that refers to the image, or under the tags `.sig` and
 * `.att`.
 */
export type SignatureFormat = "bundle" | "legacy";

export interface SigningOptions {
  readonly keys: KeyPair;
  /** Both by default. */
  readonly formats?: readonly SignatureFormat[];
  /** More arguments of Cosign. */
  readonly flags?: readonly string[];
}

export interface AttestingOptions extends SigningOptions {
  /** By default the verdict's. */
  readonly type?: string;
}

/** A real registry on the loopback, and the real Cosign that signs what is in it. */
export interface SignedImages extends AsyncDisposable {
  /** False if this machine lacks the programs. Then its tests are skipped, and any use is an error. */
  readonly isThere: boolean;
  /** The prefix of references to it. */
  readonly host: string;
  /** Path of Cosign, behind a starter. */
  readonly cosign: string;
  /** Path of Skopeo. */
  readonly skopeo: string;
  /** Variables with which Cosign signs: PATH, its own HOME, the keys' password as COSIGN_PASSWORD. */
  readonly env: Readonly<Record<string, string>>;
  /** Pushes an image or an index with all its images; returns `host/repository@sha256:…`. */
  push(repository: string, tag: string, artifact: Artifact): Promise<string>;
  /** A new key pair for this name. Its password is in {@link SignedImages.env}. */
  keyPair(name: string): KeyPair;
  /** Signs `host/repository@sha256:…`. */
  sign(image: string, options: SigningOptions): Promise<void>;
  /** Attests this of it. */
  attest(image: string, predicate: unknown, options: AttestingOptions): Promise<void>;
  /** Runs Cosign with these arguments, without a network beyond the loopback. */
  run(...args: readonly string[]): Promise<Finished>;
  close(): Promise<void>;
}

/** The password of every key pair of the tests. */
export const KEY_PASSWORD = "only for tests";

/** Nothing is written into a log, and no host but the loopback is asked. */
const OFFLINE = ["--tlog-upload=false", "--use-signing-config=false", "--allow-http-registry", "--yes"];
const BOTH: readonly SignatureFormat[] = ["bundle", "legacy"];

const CONFIG = `version: 0.1
log: { accesslog: { disabled: true }, level: info }
storage:
  inmemory: {}
  delete: { enabled: true }
http: { addr: "127.0.0.1:0" }
`;

const lacking = (): never => {
  throw new Error("There is no docker-registry or no Skopeo: the test must be skipped.");
};
const nothing = async (): Promise<void> => {};
/** The answer of a machine without the programs. Its names are set, since tables of skipped tests have them. */
const NOT_THERE: SignedImages = {
  isThere: false,
  host: "not-there",
  cosign: "not-there",
  skopeo: "not-there",
  env: {},
  push: lacking,
  keyPair: lacking,
  sign: lacking,
  attest: lacking,
  run: lacking,
  close: nothing,
  [Symbol.asyncDispose]: nothing,
};

/**
 * Starts a registry below `folder`. If this machine has no docker-registry or no Skopeo, it is not there: a test then
 * skips and says so.
 * @throws Error if one is there and does not do what it is for, with what it said.
 */
export async function startSignedImages(folder: string): Promise<SignedImages> {
  const programs = await ensureRegistryPrograms();
  if (!programs) return NOT_THERE;
  const cosign = (await starterOf(await ensureCosign(), "cosign", ["version", "--json"])).path;
  const home = join(folder, "cosign-home");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(folder, "registry.yml"), CONFIG);
  const registry = await startServerOnAnyPort(
    programs.dockerRegistry,
    ["serve", join(folder, "registry.yml")],
    /listening on 127\.0\.0\.1:(\d+)/,
  );
  const host = `127.0.0.1:${registry.port}`;
  const env = { PATH: process.env.PATH ?? "", HOME: home, COSIGN_PASSWORD: KEY_PASSWORD };
  const must = async (program: string, args: readonly string[], cwd = folder) => {
    const { code, stdout, stderr } = await finish(program, args, { cwd, env });
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed (exit code ${code}): ${stdout}${stderr}`);
  };
  const inFormats = async (command: readonly string[], { keys, formats = BOTH, flags = [] }: SigningOptions) => {
    const [verb = "", ...rest] = command;
    for (const format of formats) {
      const how = [`--new-bundle-format=${format === "bundle"}`, "--key", keys.private, ...OFFLINE, ...flags];
      await must(cosign, [verb, ...how, ...rest]);
    }
  };
  return {
    isThere: true,
    host,
    cosign,
    skopeo: programs.skopeo,
    env,
    async push(repository, tag, artifact) {
      const layout = mkdtempSync(join(folder, "push-"));
      writeLayout(layout, artifact, tag);
      const how = ["--insecure-policy", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false", "--quiet"];
      await must(programs.skopeo, [...how, `oci:${layout}:${tag}`, `docker://${host}/${repository}:${tag}`]);
      return `${host}/${repository}@${artifact.descriptor.digest}`;
    },
    keyPair: (name) => writeKeyPair(join(folder, name), KEY_PASSWORD),
    sign: (image, options) => inFormats(["sign", image], options),
    async attest(image, predicate, { type = VERDICT_TYPE, ...options }) {
      const file = join(mkdtempSync(join(folder, "predicate-")), "predicate.json");
      writeFileSync(file, JSON.stringify(predicate));
      await inFormats(["attest", "--type", type, "--predicate", file, image], options);
    },
    run: (...args) => finish(cosign, args, { cwd: folder, env }),
    close: () => registry.close(),
    [Symbol.asyncDispose]: () => registry.close(),
  };
}
