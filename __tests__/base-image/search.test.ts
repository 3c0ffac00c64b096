import { describe, expect, it } from "vitest";
import { type Ask, type BaseReference, inputReference, searchBase } from "../../src/base-image/search.ts";
import type { ScanResult } from "../../src/domain/target.ts";
import { sourceOf } from "../../src/scanners/trivy/process/arguments.ts";

const DIGEST = `sha256:${"d".repeat(64)}`;
const LOCAL = sourceOf({ how: "reference", location: "base:1" }, "docker");

function scan(layers: string[], source = "the registry", digest = DIGEST): ScanResult {
  return {
    artifact: { names: [], packages: 1, referenceDigest: digest === "" ? undefined : digest },
    build: { baseLayers: undefined, instructions: layers.map((_, at) => `RUN step ${"abc"[at]}`) },
    layers,
    packages: [{ name: "bash", version: "1", type: "debian", diffId: layers[0] }],
    findings: [],
    suppressed: 0,
    provenance: { scanner: "Trivy", source },
  };
}

const IMAGE = scan(["1", "2", "own"]);
const REFERENCE: BaseReference = inputReference("base:1", IMAGE, {
  baseImage: "base:1",
  imageSource: [],
  offline: false,
});

/** Answers with the local copy if a login may be used, otherwise with the registry's. Records the requests. */
function copies(local: ScanResult, registry: ScanResult | undefined) {
  const asked: string[] = [];
  const ask: Ask = async (reference, anonymous) => {
    asked.push(`${reference}${anonymous ? " anonymously" : ""}`);
    if (!anonymous) return local;
    if (registry === undefined) throw new Error("not there");
    return registry;
  };
  return { ask, asked };
}

describe("a local copy of the base", () => {
  it("is compared with what its tag means in its registry, without a login", async () => {
    const newer = scan(["1n", "2n"]);
    const { ask, asked } = copies(scan(["1", "2"], LOCAL), newer);
    expect(await searchBase(REFERENCE, IMAGE, ask)).toMatchObject({ layers: 2, newer });
    expect(asked).toEqual(["base:1", "base:1 anonymously"]);
  });

  it.each([
    ["the same", scan(["1", "2"])],
    ["not to be had", undefined],
    ["a stranger's image of that name", { ...scan(["x", "y"]), packages: [] }],
  ])("has no newer one where the registry's is %s", async (_, registry) => {
    const { ask } = copies(scan(["1", "2"], LOCAL), registry);
    expect(await searchBase(REFERENCE, IMAGE, ask)).toMatchObject({ layers: 2, newer: undefined });
  });

  it.each([
    ["the run is offline", { offline: true, imageSource: [] }, LOCAL, DIGEST],
    ["no registry is to be asked", { offline: false, imageSource: ["docker"] }, LOCAL, DIGEST],
    ["it came from no registry", { offline: false, imageSource: [] }, LOCAL, ""],
    ["it is the registry's own", { offline: false, imageSource: [] }, "the registry", DIGEST],
  ])("is not compared where %s", async (_, settings, source, digest) => {
    const { ask, asked } = copies(scan(["1", "2"], source, digest), scan(["1n", "2n"]));
    const reference = inputReference("base:1", IMAGE, { baseImage: "base:1", ...settings });
    expect(await searchBase(reference, IMAGE, ask)).toMatchObject({ layers: 2, newer: undefined });
    expect(asked).toEqual(["base:1"]);
  });
});
