import { describe, expect, it } from "vitest";
import {
  compareBases,
  countOrigins,
  isBelow,
  olderBaseLayers,
  originFinder,
} from "../../../src/domain/image/base-image.ts";
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

interface Layer {
  readonly id: string;
  readonly instruction?: string;
  readonly packages?: readonly string[];
}

function scanned(layers: readonly Layer[], baseLayers?: number): ScanResult {
  return {
    artifact: { names: [], packages: 0 },
    build: { baseLayers, instructions: layers.map(({ instruction }) => instruction) },
    layers: layers.map(({ id }) => id),
    packages: layers.flatMap(({ id, packages = [] }) =>
      packages.map((name) => ({ name, version: "1", type: "debian", diffId: id })),
    ),
    findings: [],
    suppressed: 0,
    provenance: { scanner: "Trivy" },
  };
}

const SYSTEM = ["libc6", "bash", "openssl", "zlib1g"];
const OLD: Layer[] = [
  { id: "1", instruction: "# debian.sh out/ 'bookworm' '@1744675200'", packages: SYSTEM },
  { id: "2", instruction: "RUN curl python-3.12.7.tar.xz sha 0123456789abcdef0123", packages: ["python3"] },
];
const NEW: Layer[] = [
  { id: "1n", instruction: "# debian.sh out/ 'bookworm' '@1755555555'", packages: SYSTEM },
  { id: "2n", instruction: "RUN curl python-3.12.9.tar.xz sha fedcba9876543210fedc", packages: ["python3"] },
];
const OWN: Layer = { id: "3", instruction: "COPY . /app", packages: ["app"] };

describe("an older version of a base", () => {
  it("has the same instructions except numbers and hashes, and the same packages", () => {
    expect(olderBaseLayers(scanned([...OLD, OWN]), scanned(NEW))).toBe(2);
    expect(olderBaseLayers(scanned(OLD), scanned(NEW))).toBe(2);
  });

  it("may have had fewer layers, if the history tells how many", () => {
    const more = [...NEW, { id: "x", instruction: "RUN useradd app" }];
    expect(olderBaseLayers(scanned([...OLD, OWN], 2), scanned(more))).toBe(2);
    expect(olderBaseLayers(scanned(OLD, 2), scanned(more))).toBe(2);
    expect(olderBaseLayers(scanned(OLD), scanned(more))).toBeUndefined();
  });

  it("is not told by the system alone, which other bases share", () => {
    const node = [
      OLD[0] as Layer,
      { id: "n", instruction: "RUN groupadd node", packages: ["node"] },
      { id: "m", instruction: "COPY entry /" },
    ];
    expect(olderBaseLayers(scanned([...OLD, OWN], 2), scanned(node))).toBeUndefined();
  });

  it("is not told by the instructions alone, which many bases share", () => {
    const other = NEW.map((layer) => ({ ...layer, packages: ["musl", "busybox"] }));
    expect(olderBaseLayers(scanned([...OLD, OWN], 2), scanned(other))).toBeUndefined();
  });

  it("ends where the instructions say so, if the image's own command misleads the history", () => {
    expect(olderBaseLayers(scanned([...OLD, OWN, { id: "4", instruction: "COPY more /" }], 3), scanned(NEW))).toBe(2);
  });

  it("is not told without a history, nor of an image without layers", () => {
    const bare = (layers: readonly Layer[]) => layers.map(({ id, packages }) => ({ id, packages }));
    expect(
      olderBaseLayers(scanned(bare([...OLD, OWN] as Layer[]) as Layer[]), scanned(bare(NEW) as Layer[])),
    ).toBeUndefined();
    expect(olderBaseLayers(scanned([...OLD, OWN]), scanned([]))).toBeUndefined();
    expect(olderBaseLayers({ ...scanned([...OLD, OWN]), build: undefined }, scanned(NEW))).toBeUndefined();
  });

  const layers = (...all: readonly (readonly [instruction: string | undefined, packages?: readonly string[]])[]) =>
    all.map(([instruction, packages], index): Layer => {
      const id = `${index}`;
      return instruction === undefined ? { id, packages } : { id, instruction, packages };
    });
  const isOlder = (old: readonly Layer[], now: readonly Layer[]) =>
    olderBaseLayers(scanned(old), scanned(now.map((layer) => ({ ...layer, id: `n${layer.id}` })))) === old.length;

  it("has at least half of the instructions, each at its place", () => {
    const base = layers(["RUN a"], ["RUN b"], ["RUN c"], ["RUN d"]);
    expect(isOlder(base, layers(["RUN a"], ["RUN b"], ["RUN x"], ["RUN y"]))).toBe(true);
    expect(isOlder(base, layers(["RUN a"], ["RUN w"], ["RUN x"], ["RUN y"]))).toBe(false);
    expect(isOlder(base, layers(["RUN b"], ["RUN c"], ["RUN d"], ["RUN a"]))).toBe(false);
  });

  it("has at least half of all packages, by type and name", () => {
    const base = layers(["RUN a", ["a", "b", "c"]]);
    expect(isOlder(base, layers(["RUN a", ["b", "c", "d"]]))).toBe(true);
    expect(isOlder(base, layers(["RUN a", ["b", "d", "e"]]))).toBe(false);
    expect(isOlder(base, layers(["RUN a", ["b"]]))).toBe(false);
    expect(isOlder(base, layers(["RUN a", ["a", "b", "c", "d", "e", "f"]]))).toBe(true);
    expect(isOlder(base, layers(["RUN a", ["a", "b", "c", "d", "e", "f", "g"]]))).toBe(false);
    expect(isOlder(layers(["RUN a"]), layers(["RUN a"]))).toBe(true);
    const other = scanned(layers(["RUN a", ["a", "b", "c"]]));
    const npm = { ...other, packages: other.packages.map((each) => ({ ...each, type: "npm" })) };
    expect(olderBaseLayers(scanned(base), npm)).toBeUndefined();
  });

  it("is recognised only by the packages in its own layers", () => {
    const many = ["q", "r", "s", "t", "u", "v", "w", "x", "y", "z"];
    const image = scanned([...OLD, { ...OWN, packages: many }]);
    const astray = many.map((name) => ({ name: `${name}2`, version: "1", type: "debian" }));
    expect(olderBaseLayers({ ...image, packages: [...image.packages, ...astray] }, scanned(NEW))).toBe(2);
  });

  it.each([
    ["RUN  a\t b", "run a b", true],
    ["COPY file:0123456789ab /", "COPY file:ba9876543210 /", true],
    ["COPY file:abcdefabcdef /", "COPY file:fedcbafedcbafed /", true],
    ["COPY file:abcdefabcde /", "COPY file:fedcbafedcb /", false],
    ["ADD v9.tar /", "ADD v10.tar /", true],
    ["ADD v.tar /", "ADD w.tar /", false],
    ["RUN a b", "RUN ab", false],
  ])("takes %j and %j for one instruction: %s", (old, now, same) => {
    expect(isOlder(layers([old]), layers([now]))).toBe(same);
  });

  it("is not told by instructions that the history leaves out", () => {
    expect(isOlder(layers([undefined], [undefined]), layers([undefined], [undefined]))).toBe(false);
    expect(isOlder(layers([undefined]), layers([""]))).toBe(false);
    const untold = { ...scanned(NEW), build: undefined };
    expect(olderBaseLayers(scanned(OLD), untold)).toBeUndefined();
  });

  it("has no more layers than the image, whatever the history says", () => {
    expect(olderBaseLayers(scanned([...OLD, OWN], 9), scanned(NEW))).toBe(2);
    expect(olderBaseLayers(scanned([OLD[0] as Layer]), scanned(NEW))).toBeUndefined();
    expect(olderBaseLayers(scanned([]), scanned([]))).toBeUndefined();
  });
});
