import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { bucketsOf, knowsRelease } from "../../../../src/scanners/trivy/database/buckets.ts";
import { LayerCache } from "../../../../src/scanners/trivy/scan/layer-cache.ts";
import { saveImage } from "../../../support/images/images.ts";
import { buildImage } from "../../../support/images/oci.ts";
import { apkStanza, debianBase, npmPackage, osRelease } from "../../../support/images/packages.ts";
import type { TarEntry } from "../../../support/images/tar.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { type TrivyBed, trivyBed } from "../../../support/runs/scans.ts";
import { testWorld } from "../world.ts";

const whole = temporaryFolder("coverage");
let bed: TrivyBed;
let folder: TemporaryFolder;

beforeAll(async () => {
  bed = await trivyBed(whole.path);
});
afterAll(() => whole.remove());
beforeEach(() => {
  folder = temporaryFolder("coverage");
});
afterEach(() => folder.remove());

async function gapsOf(name: string, ...contents: readonly (readonly TarEntry[])[]) {
  const steps = contents.map((files, index) => ({ createdBy: `step ${index}`, files }));
  const input = saveImage(join(folder.path, `${name}.tar`), buildImage(steps));
  const target: Target = { kind: "image", input, label: name };
  // Both images of a test share what was read of layers.
  const layers = new LayerCache(join(folder.path, "cache"));
  const scan = await bed.scan(target, testWorld(folder.path), { layers });
  return scan.coverage?.gaps.map(({ code, path }) => (path === undefined ? code : `${code} ${path}`));
}

const alpine = (version: string, repository?: string): TarEntry[] => [
  osRelease("alpine", version, "x"),
  { path: "etc/alpine-release", data: `${version}\n` },
  ...(repository === undefined
    ? []
    : [{ path: "etc/apk/repositories", data: `https://dl-cdn.alpinelinux.org/alpine/${repository}/main\n` }]),
  { path: "lib/apk/db/installed", data: `${apkStanza("busybox", "99-r0", "busybox")}\n` },
];

describe("a real scan tells of", () => {
  // Proves: database-says-releases-knows
  it.each<[string, readonly string[], readonly (readonly TarEntry[])[]]>([
    ["Alpine 3.22, which the database knows", [], [alpine("3.22.0")]],
    ["Alpine edge, which it does not", ["os-release-unknown"], [alpine("3.22.0", "edge")]],
    [
      "a package list that was cut",
      ["os-packages-missing", "packages-unaccounted var/lib/dpkg/status"],
      [[...debianBase([]), { path: "var/lib/dpkg/status", data: "Package: ba" }]],
    ],
    ["nothing to read", [], [[{ path: "app", data: "static" }]]],
    ["an end of life", [], [debianBase([["bash", "9"]], "10.13")]],
  ])("%s", async (_, gaps, layers) => {
    expect(await gapsOf("app", ...layers)).toEqual(gaps);
  });

  // Proves: remembered-layer-not-excuse
  it("of a layer that another image has, too: said of both", async () => {
    const broken = [...debianBase([["bash", "9"]]), { path: "app/broken.jar", data: "no zip" }];
    const gaps = ["packages-unreadable app/broken.jar"];
    expect(await gapsOf("first", broken)).toEqual(gaps);
    expect(await gapsOf("second", broken, [npmPackage("left-pad", "1.3.0")])).toEqual(gaps);
  });
});

describe("the database's buckets", () => {
  it("are read out of the file, and an unreadable one has none", () => {
    expect(bucketsOf(bed.database)).toEqual(
      new Set([
        "data-source",
        "vulnerability",
        "debian 10",
        "debian 12",
        "alpine 3.22",
        "red hat",
        "red hat cpe",
        "pip::github security advisory pip",
        "npm::github security advisory npm",
        "maven::github security advisory maven",
        "composer::github security advisory composer",
      ]),
    );
    expect(bucketsOf({ ...bed.database, folder: "/none" })).toBeUndefined();
  });

  it.each([
    ["debian", "12.8", "debian 12"],
    ["ubuntu", "22.04", "ubuntu 22.04"],
    ["alpine", "3.20.3", "alpine 3.20"],
    ["amazon", "2023.4.20240611 (Amazon Linux)", "amazon linux 2023"],
    ["amazon", "AMI release 2018.03", "amazon linux 1"],
    ["oracle", "8.9", "oracle linux 8"],
    ["rocky", "9.3", "rocky 9"],
    ["alma", "8.5", "alma 8"],
    ["redhat", "9.3", "red hat"],
    ["centos", "7.6.1810", "red hat"],
    ["sles", "15.5", "suse linux enterprise 15.5"],
    ["slem", "5.4", "suse linux enterprise micro 5.4"],
    ["opensuse-leap", "15.5", "opensuse leap 15.5"],
    ["opensuse-tumbleweed", "20240607", "opensuse tumbleweed"],
    ["photon", "3.0", "photon os 3.0"],
    ["cbl-mariner", "2.0.20240101", "cbl-mariner 2.0"],
    ["azurelinux", "3.0", "azure linux 3.0"],
    ["wolfi", "20230201", "wolfi"],
    ["chainguard", "20230214", "chainguard"],
  ])("of %s %s is %s", (family, name, bucket) => {
    expect(knowsRelease({ family, name }, new Set([bucket]))).toBe(true);
    expect(knowsRelease({ family, name }, new Set(["debian 1", "alpine 1"]))).toBe(false);
  });

  it.each(["constructor", "toString", "__proto__"])("has none of a system that is called %s", (family) => {
    expect(knowsRelease({ family, name: "1" }, new Set(["debian 1"]))).toBe(false);
  });
});
