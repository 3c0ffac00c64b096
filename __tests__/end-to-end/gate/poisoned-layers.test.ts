import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { arm64, clean, debian12, saveImage } from "../../support/images/images.ts";
import { claiming, diffIdsOf, layerDigests, namingLayersOf } from "../../support/images/lying-images.ts";
import { buildImage, buildIndex } from "../../support/images/oci.ts";
import { debianBase, npmPackage } from "../../support/images/packages.ts";
import { startRegistry } from "../../support/registry/registry.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("poisoned-layers"));
const elsewhere = await shared(startRegistry());
const { registry } = stage.bed;
const host = registry.host;
registry.add("acme/liar", "1", claiming(clean(), diffIdsOf(debian12())));
registry.add("acme/clean", "1", clean());
// Other, honest images share all layers of the lying image's victim.
for (const name of ["one", "two", "three", "four"]) registry.add(`acme/${name}`, "1", debian12());

const verdicts = (results: readonly Readonly<Record<string, unknown>>[]) => results.map(({ verdict }) => verdict);

describe("an image that claims another's layers", () => {
  const victims = () => ["one", "two", "three", "four"].map((name) => `${host}/acme/${name}:1`);

  // Proves: no-target-answers-another
  it.each([0, 4])("does not make others pass, pinned ones and tars neither, standing before number %i", async (at) => {
    const folder = stage.nextFolder();
    const workspace = join(folder, "workspace");
    saveImage(join(workspace, "victim.tar"), debian12());
    const pinned = `${host}/acme/one@${debian12().descriptor.digest}`;
    const images = [...victims(), pinned, "./victim.tar"].toSpliced(at, 0, `${host}/acme/liar:1`);
    const { results } = await stage.run({ image: images.join("\n"), "image-source": "remote" }, { workspace });
    expect(verdicts(results)).toEqual(Array(6).fill("fail").toSpliced(at, 0, "error"));
  });

  // Proves: bytes-come-first, no-target-answers-another
  it("does not make them pass from a registry that has other bytes than it says, and does not pass itself", async () => {
    elsewhere.add("acme/liar", "1", namingLayersOf(clean(), debian12()));
    const image = [`${elsewhere.host}/acme/liar:1`, ...victims()].join("\n");
    const { results } = await stage.run({ image, "image-source": "remote" });
    expect(verdicts(results)).toEqual(["error", "fail", "fail", "fail", "fail"]);
  });

  // Proves: no-target-answers-another
  it("does not make its own other platform index pass", async () => {
    const liar = claiming(clean(), diffIdsOf(arm64()));
    stage.bed.registry.add("acme/index", "1", buildIndex([liar, arm64()]));
    const inputs = { image: `${host}/acme/index:1`, platform: "linux/amd64\nlinux/arm64", "max-high": "0" };
    const alone = await stage.run({ ...inputs, platform: "linux/arm64" });
    const both = await stage.run(inputs);
    expect(alone.report.findings.length).toBeGreaterThan(0);
    expect(verdicts(both.results)[0]).toBe("error");
    expect(both.report.findings.filter(({ target }) => target === 1)).toHaveLength(alone.report.findings.length);
  });

  // Proves: image-does-not-write
  it("is not a base of others: it is an error that names the layer", async () => {
    stage.bed.registry.add("acme/pull-request", "1", claiming(debian12(), diffIdsOf(clean())));
    const reference = `${host}/acme/clean:1`;
    const result = await stage.run({
      image: `${host}/acme/pull-request:1`,
      baseline: reference,
      "base-image": reference,
      "image-source": "remote",
    });
    expect(result.results).toMatchObject([{ verdict: "error", code: "image-inconsistent" }]);
    expect(result.outputs.reason).toContain("its layer 1 is sha256:");
  });
});

describe("an image that says of another's layer that it is its base", () => {
  const secret = {
    path: "root/.aws/credentials",
    data: "[default]\naws_access_key_id = AKIAIOSFODNN7REALKEY\naws_secret_access_key = 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\n",
  };
  const layer = {
    createdBy: "/bin/sh -c #(nop) ADD files in / ",
    files: [secret, ...debianBase([["bash", "5.2.15-2"]])],
  };
  // Proves: no-target-answers-another
  it("does not take the other's secrets away: Trivy looks for none in a base", async () => {
    const { registry } = stage.bed;
    registry.add("acme/secret", "1", buildImage([layer]));
    for (const name of ["a", "b"])
      registry.add(
        `acme/upon-${name}`,
        "1",
        buildImage([
          layer,
          { createdBy: '/bin/sh -c #(nop)  CMD ["bash"]' },
          { createdBy: "COPY . /app", files: [npmPackage(name, "1.0.0")] },
        ]),
      );
    const image = ["upon-a", "upon-b", "secret"].map((name) => `${host}/acme/${name}:1`).join("\n");
    const before = registry.requests.length;
    const { report } = await stage.run({ image, scanners: "secret", "image-source": "remote" });
    expect(report.findings.map(({ target, kind }) => [target, kind])).toEqual([
      [2, "secret"],
      [2, "secret"],
    ]);
    const secrets = report.targets.map(({ coverage }) => coverage?.rows.find(({ subject }) => subject === "Secrets"));
    const skipped = "not in 1 layer of the base image, according to its history";
    expect(secrets.map((row) => row?.detail?.includes(skipped))).toEqual([true, true, false]);
    const [shared = ""] = layerDigests(buildImage([layer]));
    expect(
      registry.requests.slice(before).filter(({ path, method }) => method === "GET" && path.endsWith(shared)),
    ).toHaveLength(1);
  });
});
