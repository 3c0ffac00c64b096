import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Finished, finish } from "../../scripts/setup/command.ts";
import { ensurePodman } from "../../scripts/setup/system.ts";
import { clean, multiArchitecture } from "../support/images/images.ts";
import type { Artifact } from "../support/images/oci.ts";
import { startSignedImages } from "../support/images/signed-images.ts";
import type { KeyPair } from "../support/programs/cosign-keys.ts";
import { type Locks, startLocks } from "../support/programs/locks.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";
import { verdictFor } from "../support/runs/verdicts.ts";

// The programs that read policy.json and registries.d, with the examples' unchanged files.

const folder = sharedFolder("containers");
const at = (...names: string[]) => join(folder.path, ...names);
const images = await shared(startSignedImages(folder.path));
const podman = await ensurePodman();

let locks: Locks;
let keys: Readonly<Record<"ours" | "other", KeyPair>>;

beforeAll(async () => {
  if (!images.isThere) return;
  keys = { ours: images.keyPair("ours"), other: images.keyPair("other") };
  locks = await startLocks(folder.path, images, keys.ours.public);
  // Podman looks for them here in a home.
  const config = at("home/.config/containers");
  mkdirSync(join(config, "registries.d"), { recursive: true });
  for (const file of ["policy.json", "registries.d/image-gate.yaml"]) copyFileSync(at(file), join(config, file));
  // vfs needs no kernel module and no mount, so it also works within a container.
  const storage = `[storage]\ndriver = "vfs"\nrunroot = "${at("run")}"\ngraphroot = "${at("graph")}"\n`;
  writeFileSync(at("storage.conf"), storage);
}, 900_000);

type Program = "skopeo" | "podman";

/** Pulls with a program of the distribution that obeys these files. */
function pull(program: Program, image: string): Promise<Finished> {
  const config = at("home/.config/containers");
  const [policy, registries] = [join(config, "policy.json"), join(config, "registries.d")];
  const env = { PATH: process.env.PATH, HOME: at("home"), CONTAINERS_STORAGE_CONF: at("storage.conf") };
  const podmanWords = ["--tmpdir", at("tmp"), "pull", "--tls-verify=false", `--signature-policy=${policy}`, image];
  if (program === "podman") return finish(podman ?? "", podmanWords, { env });
  const how = ["--policy", policy, "--registries.d", registries, "copy", "--src-tls-verify=false"];
  return finish(images.skopeo, [...how, `docker://${image}`, `dir:${mkdtempSync(at("pulled-"))}`], { env });
}

let pushed = 0;
const push = (artifact: Artifact = clean()) => images.push(`golden/app-${++pushed}`, "1.0", artifact);
const legacy = () => ({ keys: keys.ours, formats: ["legacy"] }) as const;
const byTag = (image: string) => image.replace(/@.*/, ":1.0");

/** Podman and Skopeo of Debian 12 are built so that they refuse all images that need this kind of signature. */
const SWITCHED_OFF = "Debian-local change: sigstore disabled";
const isSwitchedOff = (program: Program) =>
  readFileSync(program === "podman" ? (podman ?? "") : images.skopeo).includes(SWITCHED_OFF);
const PROGRAMS: readonly Program[] = ["skopeo", ...(podman ? (["podman"] as const) : [])];

describe.skipIf(!images.isThere).each(PROGRAMS)(
  "docs/examples/containers with %s (needs docker-registry and skopeo)",
  (program) => {
    it("a signed image is pulled, or Debian's program says that it cannot look; an unsigned one is refused", async () => {
      const [signed, unsigned] = [await push(), await push()];
      await images.sign(signed, { keys: keys.ours });
      const good = await pull(program, signed);
      const said = good.stdout + good.stderr;
      expect([good.code === 0, said.includes(SWITCHED_OFF)], said).toEqual(
        isSwitchedOff(program) ? [false, true] : [true, false],
      );
      const bad = await pull(program, unsigned);
      expect(bad.code, bad.stdout + bad.stderr).not.toBe(0);
      expect(bad.stdout + bad.stderr).toContain("A signature was required");
    });
  },
);

describe.skipIf(!images.isThere)("docs/examples/containers (needs docker-registry and skopeo)", () => {
  const answer = (image: string) => locks.library(image);

  it("an image that is signed in both formats is pulled, by digest and by tag", async () => {
    const image = await push();
    await images.sign(image, { keys: keys.ours });
    for (const reference of [image, byTag(image)]) expect(await answer(reference)).toBe("");
  });

  it("an unsigned one, one of another key, one with a bundle alone or a verdict alone is refused", async () => {
    const [unsigned, others, bundle, verdict] = [await push(), await push(), await push(), await push()];
    await images.sign(others, { keys: keys.other });
    await images.sign(bundle, { keys: keys.ours, formats: ["bundle"] });
    await images.attest(verdict, verdictFor(verdict), { keys: keys.ours });
    expect(await answer(others)).toMatch(/rejected: (?:cryptographic|invalid) signature/i);
    for (const image of [unsigned, bundle, verdict])
      expect(await answer(image)).toContain("A signature was required, but no signature exists");
  });

  it("what is not in the repository of judged images, and what does not come from a registry, is refused", async () => {
    const image = await images.push("elsewhere/app", "1.0", clean());
    await images.sign(image, { keys: keys.ours });
    expect(await answer(image)).toContain("rejected by policy");
  });

  it("of an index, the image that is pulled must be signed: the index alone is not enough", async () => {
    const index = await push(multiArchitecture());
    await images.sign(index, legacy());
    expect(await answer(index)).toContain("A signature was required, but no signature exists");
    await images.sign(index, { ...legacy(), flags: ["--recursive"] });
    expect(await answer(index)).toBe("");
    expect(await answer(byTag(index))).toBe("");
  });

  // Proves: evidence-does-not-move-other
  it("a signature moves to no other repository: after a promotion the copy is signed there", async () => {
    const image = await images.push("quarantine/app", "1.0", clean());
    await images.sign(image, legacy());
    const golden = image.replace("/quarantine/", "/golden/promoted-");
    const copied = await images.run("copy", "--allow-http-registry", image, byTag(golden));
    expect(copied.code, copied.stderr).toBe(0);
    expect(await answer(golden)).toMatch(/Signature for identity "\S+\/quarantine\/app" is not accepted/);
    await images.sign(golden, legacy());
    expect(await answer(golden)).toBe("");
    expect(await answer(byTag(golden))).toBe("");
  });

  it("a signature that was made for the destination's name is accepted there without another one", async () => {
    const image = await images.push("quarantine/other", "1.0", clean());
    const golden = image.replace("/quarantine/", "/golden/promoted-");
    const [identity = ""] = golden.split("@");
    await images.sign(image, { ...legacy(), flags: ["--sign-container-identity", identity] });
    const copied = await images.run("copy", "--allow-http-registry", image, byTag(golden));
    expect(copied.code, copied.stderr).toBe(0);
    expect(await answer(golden)).toBe("");
  });

  it("does not see the verdict: one that was judged last year is pulled all the same", async () => {
    const image = await push();
    await images.sign(image, legacy());
    await images.attest(image, verdictFor(image, { daysOld: 365, change: { verdict: "fail" } }), legacy());
    expect(await answer(image)).toBe("");
  });
});
