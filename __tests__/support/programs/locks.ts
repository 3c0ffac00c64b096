import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finish } from "../../../scripts/setup/command.ts";
import { ensurePolicyTester, ensurePullWithPolicy } from "../../../scripts/setup/go-tools.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { adapted } from "../../docs/blocks.ts";
import type { SignedImages } from "../images/signed-images.ts";

/**
 * The locks of `docs/examples/` and our own, for one public key. Each returns the reason why it refuses an image, or an
 * empty text.
 */
export interface Locks {
  /** policy-controller's tester with the ClusterImagePolicy. */
  cluster(image: string): Promise<string>;
  /** The library of Podman, Skopeo and CRI-O with policy.json. */
  library(image: string): Promise<string>;
  /** `node dist/verify.js`. */
  verify(image: string): Promise<string>;
  /** `cosign verify`. */
  cosign(image: string): Promise<string>;
}

const example = (path: string) => readFileSync(join(root, "docs/examples", path), "utf8");

/** The locks as the examples have them, below `folder`; only host and key are others. */
export async function startLocks(folder: string, images: SignedImages, publicKey: string): Promise<Locks> {
  const [tester, pull] = [await ensurePolicyTester(), await ensurePullWithPolicy()];
  const at = (name: string) => join(folder, name);
  const golden = { "registry.example.com/golden": `${images.host}/golden` };
  mkdirSync(at("registries.d"), { recursive: true });
  const pem = readFileSync(publicKey, "utf8").trim().split("\n").slice(1, -1).join("\n          ");
  const cluster = adapted(example("policy-controller/cluster-image-policy.yaml"), {
    ...golden,
    "PASTE cosign.pub HERE": pem,
  });
  writeFileSync(at("cluster-image-policy.yaml"), cluster);
  const policy = adapted(example("containers/policy.json"), { ...golden, "/etc/containers/image-gate.pub": publicKey });
  writeFileSync(at("policy.json"), policy);
  const registries = adapted(example("containers/registries.d/image-gate.yaml"), golden);
  writeFileSync(at("registries.d/image-gate.yaml"), registries);

  const answer = async (program: string, args: readonly string[]) => {
    const { code, stdout, stderr } = await finish(program, args, {
      cwd: folder,
      env: { ...images.env, TMPDIR: folder },
    });
    return code === 0 ? "" : `exit code ${code}: ${stdout}${stderr}`;
  };
  const verifyOptions = [`--cosign-key=${publicKey}`, "--no-tlog", `--cosign-binary=${images.cosign}`];
  const cosignOptions = ["--key", publicKey, "--insecure-ignore-tlog", "--allow-http-registry"];
  return {
    cluster: (image) =>
      answer(tester, ["--policy", at("cluster-image-policy.yaml"), "--image", image, "--log-level=error"]),
    library: (image) =>
      answer(pull, [at("policy.json"), at("registries.d"), `docker://${image}`, `dir:${mkdtempSync(at("pulled-"))}`]),
    verify: (image) => answer(process.execPath, [join(root, "dist/verify.js"), image, ...verifyOptions]),
    cosign: (image) => answer(images.cosign, ["verify", ...cosignOptions, image]),
  };
}
