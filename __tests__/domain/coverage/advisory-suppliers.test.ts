import { describe, expect, it } from "vitest";
import { judgeSuppliers, type SuppliedPackage, type Supply } from "../../../src/domain/coverage/advisory-suppliers.ts";
import type { SystemMark } from "../../../src/domain/coverage/inventory.ts";

const DEBIAN = { family: "debian", name: "12.8" };
const ADVISED = new Set(["openssl", "nginx", "nodejs", "bash", "mariadb", "gh"]);

const supply = (more: Partial<Supply> = {}): Supply => ({
  system: DEBIAN,
  packages: [],
  isExtended: false,
  advised: (names) => new Set(names.filter((name) => ADVISED.has(name))),
  ...more,
});
const thirdParty = (name: string, version: string, maintainer: string, source?: string): SuppliedPackage => ({
  name,
  version,
  maintainer,
  system: true,
  thirdParty: true,
  source: source === undefined ? undefined : { name: source },
});
const whats = (more: Partial<Supply>, marks: readonly SystemMark[] = []) =>
  judgeSuppliers(supply(more), marks).gaps.map(({ code, what }) => `${code}: ${what}`);

const RAPIDFORT: SystemMark = { path: "usr/share/rapidfort/curated.json", layer: 4, vendor: "rapidfort" };
const PRO: SystemMark = { path: "var/lib/ubuntu-advantage/status.json", layer: 2, vendor: "ubuntu-pro" };

describe("advisories that replace the system's own", () => {
  // Proves: supplier-image-names-not
  it("are a gap with the mark's path, if the scanner took a supplier's for the whole system", () => {
    const { gaps } = judgeSuppliers(supply({ supplier: "rapidfort" }), [RAPIDFORT]);
    expect(gaps).toEqual([expect.objectContaining({ code: "advisories-replaced", path: RAPIDFORT.path })]);
    expect(gaps[0]?.what).toContain(
      "only with the advisories of rapidfort, since usr/share/rapidfort/curated.json (layer 4) says so",
    );
  });

  it("are a gap even if the mark is unknown", () => {
    expect(whats({ supplier: "rapidfort" })).toHaveLength(1);
  });

  it("are not assumed from a mark that the scanner ignored", () => {
    const mark = { path: "root/buildinfo/content_manifests/ubi9.json", layer: 1, vendor: "redhat-content-sets" };
    for (const each of [RAPIDFORT, mark]) expect(judgeSuppliers(supply(), [each])).toEqual({ gaps: [], notes: [] });
  });

  it.each<[string, string, string | undefined, number]>([
    ["of a release past its end", "18.04", "2026-11-28T10:00:00Z", 1],
    ["of the next one", "20.04", "2026-11-28T10:00:00Z", 1],
    ["not of a release whose own support goes on, since these are then taken", "22.04", "2026-11-28T10:00:00Z", 0],
    ["not on the last day of that", "18.04", "2023-05-31T23:00:00Z", 0],
    ["but a day later", "18.04", "2023-06-01T00:00:00Z", 1],
    ["of a release that nobody knows", "99.04", "2026-11-28T10:00:00Z", 1],
    ["if nobody knows when", "22.04", undefined, 1],
  ])("come from extended support %s", (_, name, matchedAt, gaps) => {
    const more = { system: { family: "ubuntu", name }, isExtended: true, matchedAt };
    expect(whats(more, [PRO])).toHaveLength(gaps);
    expect(whats({ ...more, isExtended: false }, [PRO])).toEqual([]);
  });
});

describe("a package that is called another vendor's", () => {
  // Proves: supplier-image-names-not
  it.each<[string, SuppliedPackage]>([
    [
      "Debian's own version says otherwise",
      thirdParty("libssl3", "3.0.14-1~deb12u1", "x <support@docker.com>", "openssl"),
    ],
    ["the vendor ships no such package", thirdParty("bash", "5.2.15-2", "x <support@docker.com>")],
    [
      "the vendor does, but this one is Debian's",
      thirdParty("nginx", "1.22.1-9+deb12u1", "NGINX Packaging <nginx-packaging@f5.com>"),
    ],
    ["it is Ubuntu's", thirdParty("openssl", "3.0.2-0ubuntu1.18", "x <team@nvidia.com>")],
  ])("is a gap, since the system has advisories about it and %s", (_, package_) => {
    expect(whats({ packages: [package_] })).toEqual([expect.stringContaining(`${package_.name} ${package_.version}`)]);
  });

  it.each<[string, SuppliedPackage]>([
    ["nginx.org's", thirdParty("nginx", "1.27.3-1~bookworm", "NGINX Packaging <nginx-packaging@f5.com>")],
    ["NodeSource's", thirdParty("nodejs", "20.18.0-1nodesource1", "Ivan <ivan@nodesource.com>")],
    [
      "MariaDB's",
      thirdParty("mariadb-server", "1:11.4.2+maria~deb12", "MariaDB <developers@lists.mariadb.org>", "mariadb"),
    ],
    ["Docker's", thirdParty("docker-ce", "5:27.3.1-1~debian.12~bookworm", "Docker <support@docker.com>")],
    ["GitHub's", thirdParty("gh", "2.62.0", "GitHub")],
    [
      "NVIDIA's, which looks like Ubuntu's",
      thirdParty("cuda-compat-12-4", "550.54.15-0ubuntu1", "x <cudatools@nvidia.com>", "nvidia-graphics-drivers"),
    ],
    ["what the system has no advisories about", thirdParty("odd-tool", "1.0", "x <support@docker.com>")],
    ["what the scanner does not call so", { ...thirdParty("bash", "5.2.15-2", "x"), thirdParty: undefined }],
  ])("is not seen in %s", (_, package_) => {
    expect(whats({ packages: [package_] })).toEqual([]);
  });

  it("is a gap even if the system's advisories are about its module's stream", () => {
    const package_ = {
      ...thirdParty("nodejs", "1:18.20.2-1.el9", "Evil"),
      modularity: "nodejs:18:9040020240419113625:rhel9",
    };
    const advised = (names: readonly string[]) => new Set(names.filter((name) => name === "nodejs:18::nodejs"));
    expect(whats({ packages: [package_], advised })).toHaveLength(1);
    expect(whats({ packages: [{ ...package_, modularity: undefined }], advised })).toEqual([]);
  });

  it("is one if it is unknown what the system has advisories about", () => {
    const packages = [thirdParty("odd-tool", "1.0", "x <support@docker.com>")];
    expect(whats({ packages, advised: () => undefined })).toHaveLength(1);
    expect(whats({ packages, advised: undefined })).toHaveLength(1);
  });

  it("names the label, and a few of many", () => {
    const packages = Array.from({ length: 9 }, (_, at) => thirdParty(`b${at}`, "1", "x <support@docker.com>", "bash"));
    expect(whats({ packages })).toEqual([
      "advisories-replaced: 9 packages of debian 12.8 matched with no advisories, as the list of packages says that x <support@docker.com> made them: b0 1, b1 1, b2 1, b3 1, b4 1 and 4 more",
    ]);
  });
});

describe("advisories that are taken alongside the system's own", () => {
  it.each<[string, string, Partial<SuppliedPackage>, string]>([
    ["Root.io's on Debian", "debian", { version: "1.0.root.io.1" }, "Root.io"],
    ["Root.io's on Alpine", "alpine", { version: "3.5.0-r10071" }, "Root.io"],
    ["Seal's", "debian", { name: "seal-openssl" }, "Seal"],
    ["Seal's by the source", "alpine", { source: { name: "seal-openssl" } }, "Seal"],
  ])("are reported: %s", (_, family, more, supplier) => {
    const packages = [{ name: "a", version: "1", system: true, ...more }];
    const { gaps, notes } = judgeSuppliers(supply({ system: { family, name: "1" }, packages }));
    expect(gaps).toEqual([]);
    expect(notes).toEqual([
      expect.objectContaining({ status: "not-known", detail: expect.stringContaining(supplier) }),
    ]);
  });

  it.each<[string, string, Partial<SuppliedPackage>]>([
    ["Alpine's own revision", "alpine", { version: "3.5.0-r17" }],
    ["a system that the vendor has nothing for", "photon", { name: "seal-openssl" }],
  ])("are not said of %s", (_, family, more) => {
    const packages = [{ name: "a", version: "1", system: true, ...more }];
    expect(judgeSuppliers(supply({ system: { family, name: "1" }, packages })).notes).toEqual([]);
  });
});
