import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finished, finish } from "../../scripts/setup/command.ts";
import { ensurePullWithPolicy } from "../../scripts/setup/go-tools.ts";
import { ensurePodman } from "../../scripts/setup/system.ts";
import { root } from "../../scripts/setup/tools.ts";
import { adapted } from "../docs/blocks.ts";
import { temporaryFolder } from "../support/folder.ts";
import { clean, multiArchitecture } from "../support/images.ts";
import type { Artifact } from "../support/oci.ts";
import { type KeyPair, startSignedImages } from "../support/signed-images.ts";
import { verdictFor } from "../support/verdicts.ts";

// policy.json and registries.d of the examples, as they stand, before the programs that read them.

const folder = temporaryFolder("containers");
const at = (...names: string[]) => join(folder.path, ...names);
const images = await startSignedImages(folder.path);
const podman = await ensurePodman();

let pullWithPolicy: string;
let keys: Readonly<Record<"ours" | "other", KeyPair>>;

const example = (file: string) => readFileSync(join(root, "examples/containers", file), "utf8");

beforeAll(async () => {
  if (!images) return;
  pullWithPolicy = await ensurePullWithPolicy();
  keys = { ours: await images.keyPair("ours"), other: await images.keyPair("other") };
  const golden = { "registry.example.com/golden": `${images.host}/golden` };
  const policy = adapted(example("policy.json"), { ...golden, "/etc/containers/image-gate.pub": keys.ours.public });
  const registries = adapted(example("registries.d/image-gate.yaml"), golden);
  // Where Podman looks for them in a home.
  mkdirSync(at("home/.config/containers/registries.d"), { recursive: true });
  writeFileSync(at("home/.config/containers/policy.json"), policy);
  writeFileSync(at("home/.config/containers/registries.d/image-gate.yaml"), registries);
  // vfs needs no kernel module and no mount, so it also works within a container.
  const storage = `[storage]\ndriver = "vfs"\nrunroot = "${at("run")}"\ngraphroot = "${at("graph")}"\n`;
  writeFileSync(at("storage.conf"), storage);
}, 600_000);
afterAll(async () => {
  await images?.close();
  folder.remove();
});

type Puller = "library" | "skopeo" | "podman";

/** Pulls as one of those does that obey these files. */
function pull(puller: Puller, image: string): Promise<Finished> {
  const config = at("home/.config/containers");
  const [policy, registries] = [join(config, "policy.json"), join(config, "registries.d")];
  const destination = `dir:${at("pulled")}`;
  rmSync(at("pulled"), { recursive: true, force: true });
  const env = { PATH: process.env.PATH, HOME: at("home"), CONTAINERS_STORAGE_CONF: at("storage.conf") };
  if (puller === "library")
    return finish(pullWithPolicy, [policy, registries, `docker://${image}`, destination], { env });
  if (puller === "podman")
    return finish(
      podman ?? "",
      ["--tmpdir", at("tmp"), "pull", "--tls-verify=false", `--signature-policy=${policy}`, image],
      { env },
    );
  const how = ["--policy", policy, "--registries.d", registries, "copy", "--src-tls-verify=false"];
  return finish(images?.skopeo ?? "", [...how, `docker://${image}`, destination], { env });
}

let pushed = 0;
const push = async (artifact: Artifact = clean()) =>
  (await images?.push(`golden/app-${++pushed}`, "1.0", artifact)) ?? "";
const legacy = () => ({ keys: keys.ours, formats: ["legacy"] }) as const;
const byTag = (image: string) => image.replace(/@.*/, ":1.0");

/** Debian 12 builds its Podman and Skopeo so that they refuse whatever would need this kind of signature. */
const SWITCHED_OFF = /Debian-local change: sigstore disabled/;
const PROGRAMS: readonly Puller[] = ["skopeo", ...(podman ? (["podman"] as const) : [])];

describe.skipIf(!images).each(PROGRAMS)("examples/containers with %s (needs docker-registry and skopeo)", (puller) => {
  it("a signed image is pulled, or Debian's program says that it cannot look; an unsigned one is refused", async () => {
    const [signed, unsigned] = [await push(), await push()];
    await images?.sign(signed, { keys: keys.ours });
    const good = await pull(puller, signed);
    if (good.code !== 0) expect(good.stdout + good.stderr).toMatch(SWITCHED_OFF);
    const bad = await pull(puller, unsigned);
    expect(bad.code, bad.stdout + bad.stderr).not.toBe(0);
    expect(bad.stdout + bad.stderr).toContain("A signature was required");
  });
});

describe.skipIf(!images)("examples/containers (needs docker-registry and skopeo)", () => {
  const answer = async (image: string) => {
    const { code, stdout, stderr } = await pull("library", image);
    return code === 0 ? "" : stdout + stderr;
  };

  it("an image that is signed in both formats is pulled, by digest and by tag", async () => {
    const image = await push();
    await images?.sign(image, { keys: keys.ours });
    for (const reference of [image, byTag(image)]) expect(await answer(reference)).toBe("");
  });

  it("an unsigned one, one of another key, one with a bundle alone or a verdict alone is refused", async () => {
    if (!images) return;
    const [unsigned, others, bundle, verdict] = [await push(), await push(), await push(), await push()];
    await images.sign(others, { keys: keys.other });
    await images.sign(bundle, { keys: keys.ours, formats: ["bundle"] });
    await images.attest(verdict, verdictFor(verdict), { keys: keys.ours });
    expect(await answer(others)).toMatch(/rejected: (?:cryptographic|invalid) signature/i);
    for (const image of [unsigned, bundle, verdict])
      expect(await answer(image)).toContain("A signature was required, but no signature exists");
  });

  it("what is not in the repository of judged images, and what does not come from a registry, is refused", async () => {
    if (!images) return;
    const image = await images.push("elsewhere/app", "1.0", clean());
    await images.sign(image, { keys: keys.ours });
    expect(await answer(image)).toContain("rejected by policy");
  });

  it("of an index, the image that is pulled must be signed: the index alone is not enough", async () => {
    const index = await push(multiArchitecture());
    await images?.sign(index, legacy());
    expect(await answer(index)).toContain("A signature was required, but no signature exists");
    await images?.sign(index, { ...legacy(), flags: ["--recursive"] });
    expect(await answer(index)).toBe("");
    expect(await answer(byTag(index))).toBe("");
  });

  it("a signature moves to no other repository: after a promotion the copy is signed there", async () => {
    if (!images) return;
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
    if (!images) return;
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
    await images?.sign(image, legacy());
    await images?.attest(image, verdictFor(image, { daysOld: 365, change: { verdict: "fail" } }), legacy());
    expect(await answer(image)).toBe("");
  });
});
