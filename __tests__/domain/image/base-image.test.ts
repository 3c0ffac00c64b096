import { describe, expect, it } from "vitest";
import { compareBases, countOrigins, isBelow, originFinder } from "../../../src/domain/image/base-image.ts";
import { countSeverities } from "../../../src/domain/severity.ts";
import type { InstalledPackage, ScanResult } from "../../../src/domain/target.ts";
import { makeFinding, makePackage } from "../make.ts";

const scan = (layers: string[], packages: InstalledPackage[] = []): ScanResult => ({
  artifact: { names: [], packages: 0 },
  layers,
  packages,
  findings: [],
  suppressed: 0,
  provenance: { scanner: "Trivy" },
});
const inLayer = (diffId: string) => makeFinding({ layer: { diffId } });

describe("a base is below an image", () => {
  it("if its layers are the first of the image's, all of them in their order", () => {
    expect(isBelow(["a", "b"], ["a", "b", "c"])).toBe(true);
    expect(isBelow(["a", "b"], ["a", "b"])).toBe(true);
    for (const other of [[], ["b"], ["b", "a"], ["a", "c"], ["a", "b", "c", "d"]])
      expect(isBelow(other, ["a", "b", "c"])).toBe(false);
  });
});

describe("whose a finding is", () => {
  it("follows from its layer; one in an unknown layer is the image's own", () => {
    const originOf = originFinder(scan(["a", "b", "c"]), 2);
    expect(["a", "b", "c", "x"].map((layer) => originOf(inLayer(layer)))).toEqual(["base", "base", "own", "own"]);
  });

  it("is not known without a base", () => {
    expect(originFinder(scan(["a"]), 0)(inLayer("a"))).toBeUndefined();
  });

  it("is the image's own if nothing names a layer", () => {
    const originOf = originFinder(scan(["a", "b"]), 1);
    for (const kind of ["license", "secret"] as const)
      expect(originOf(makeFinding({ kind, layer: undefined }))).toBe("own");
  });

  it("is counted by severity", () => {
    const findings = [inLayer("a"), inLayer("b"), makeFinding({ severity: "LOW", layer: { diffId: "a" } })];
    expect(countOrigins(findings, originFinder(scan(["a", "b"]), 1))).toMatchObject({
      base: { HIGH: 1, LOW: 1, CRITICAL: 0 },
      own: { HIGH: 1, LOW: 0 },
    });
  });
});

it("an image's findings are counted by severity, each once", () => {
  const findings = [makeFinding(), makeFinding(), makeFinding({ severity: "LOW" })];
  expect(countSeverities(findings, ({ severity }) => severity)).toEqual({
    CRITICAL: 0,
    HIGH: 2,
    MEDIUM: 0,
    LOW: 1,
    UNKNOWN: 0,
  });
  expect(countSeverities([], ({ severity }) => severity)).toEqual({
    CRITICAL: 0,
    HIGH: 0,
    MEDIUM: 0,
    LOW: 0,
    UNKNOWN: 0,
  });
});

it("findings of unknown origin count as the image's own", () => {
  expect(countOrigins([makeFinding()], () => undefined)).toMatchObject({ base: { HIGH: 0 }, own: { HIGH: 1 } });
});

describe("a newer base", () => {
  const on = (id: string, name: string) => makeFinding({ id, package: makePackage({ name }) });

  it("clears what it lacks by advisory and package, and brings what only it has", () => {
    const base = [on("CVE-1", "a"), on("CVE-1", "b"), on("CVE-2", "a"), on("CVE-3", "c")];
    const newer = [on("CVE-1", "a"), on("CVE-4", "a"), { ...on("CVE-3", "c"), path: "moved" }];
    const compared = compareBases(base, newer);
    expect(compared).toMatchObject({ clears: 2, of: 4, brings: 1 });
    expect(base.filter((finding) => compared.lacks?.(finding))).toHaveLength(2);
    expect(newer.filter((finding) => compared.lacks?.(finding))).toEqual([]);
    expect(compareBases([], [])).toMatchObject({ clears: 0, of: 0, brings: 0 });
  });

  it("is compared by path if there is no package", () => {
    const secret = (path: string) => makeFinding({ kind: "secret", id: "key", package: undefined, path });
    expect(compareBases([secret("a"), secret("b")], [secret("a")])).toMatchObject({ clears: 1, of: 2 });
    const bare = makeFinding({ kind: "secret", id: "key", package: undefined, path: undefined });
    expect(compareBases([bare], [bare, secret("a")])).toMatchObject({ clears: 0, of: 1, brings: 1 });
  });

  it("tells kinds and advisories apart", () => {
    const one = on("CVE-1", "a");
    expect(compareBases([one], [{ ...one, kind: "license" }, on("CVE-2", "a")])).toMatchObject({
      clears: 1,
      of: 1,
      brings: 2,
    });
  });
});
