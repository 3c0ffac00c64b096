import { describe, expect, it } from "vitest";
import { olderBaseLayers } from "../../../src/domain/image/base-image.ts";
import type { ScanResult } from "../../../src/domain/target.ts";

interface Layer {
  readonly id: string;
  readonly instruction?: string;
  readonly packages?: readonly string[];
}

function scan(layers: readonly Layer[], baseLayers?: number): ScanResult {
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
    expect(olderBaseLayers(scan([...OLD, OWN]), scan(NEW))).toBe(2);
    expect(olderBaseLayers(scan(OLD), scan(NEW))).toBe(2);
  });

  it("may have had fewer layers, if the history tells how many", () => {
    const more = [...NEW, { id: "x", instruction: "RUN useradd app" }];
    expect(olderBaseLayers(scan([...OLD, OWN], 2), scan(more))).toBe(2);
    expect(olderBaseLayers(scan(OLD, 2), scan(more))).toBe(2);
    expect(olderBaseLayers(scan(OLD), scan(more))).toBeUndefined();
  });

  it("is not told by the system alone, which other bases share", () => {
    const node = [
      OLD[0] as Layer,
      { id: "n", instruction: "RUN groupadd node", packages: ["node"] },
      { id: "m", instruction: "COPY entry /" },
    ];
    expect(olderBaseLayers(scan([...OLD, OWN], 2), scan(node))).toBeUndefined();
  });

  it("is not told by the instructions alone, which many bases share", () => {
    const other = NEW.map((layer) => ({ ...layer, packages: ["musl", "busybox"] }));
    expect(olderBaseLayers(scan([...OLD, OWN], 2), scan(other))).toBeUndefined();
  });

  it("ends where the instructions say so, if the image's own command misleads the history", () => {
    expect(olderBaseLayers(scan([...OLD, OWN, { id: "4", instruction: "COPY more /" }], 3), scan(NEW))).toBe(2);
  });

  it("is not told without a history, nor of an image without layers", () => {
    const bare = (layers: readonly Layer[]) => layers.map(({ id, packages }) => ({ id, packages }));
    expect(
      olderBaseLayers(scan(bare([...OLD, OWN] as Layer[]) as Layer[]), scan(bare(NEW) as Layer[])),
    ).toBeUndefined();
    expect(olderBaseLayers(scan([...OLD, OWN]), scan([]))).toBeUndefined();
    expect(olderBaseLayers({ ...scan([...OLD, OWN]), build: undefined }, scan(NEW))).toBeUndefined();
  });

  const layers = (...all: readonly (readonly [instruction: string | undefined, packages?: readonly string[]])[]) =>
    all.map(([instruction, packages], index): Layer => {
      const id = `${index}`;
      return instruction === undefined ? { id, packages } : { id, instruction, packages };
    });
  const isOlder = (old: readonly Layer[], now: readonly Layer[]) =>
    olderBaseLayers(scan(old), scan(now.map((layer) => ({ ...layer, id: `n${layer.id}` })))) === old.length;

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
    const other = scan(layers(["RUN a", ["a", "b", "c"]]));
    const npm = { ...other, packages: other.packages.map((each) => ({ ...each, type: "npm" })) };
    expect(olderBaseLayers(scan(base), npm)).toBeUndefined();
  });

  it("is recognised only by the packages in its own layers", () => {
    const many = ["q", "r", "s", "t", "u", "v", "w", "x", "y", "z"];
    const image = scan([...OLD, { ...OWN, packages: many }]);
    const astray = many.map((name) => ({ name: `${name}2`, version: "1", type: "debian" }));
    expect(olderBaseLayers({ ...image, packages: [...image.packages, ...astray] }, scan(NEW))).toBe(2);
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
    const untold = { ...scan(NEW), build: undefined };
    expect(olderBaseLayers(scan(OLD), untold)).toBeUndefined();
  });

  it("has no more layers than the image, whatever the history says", () => {
    expect(olderBaseLayers(scan([...OLD, OWN], 9), scan(NEW))).toBe(2);
    expect(olderBaseLayers(scan([OLD[0] as Layer]), scan(NEW))).toBeUndefined();
    expect(olderBaseLayers(scan([]), scan([]))).toBeUndefined();
  });
});
