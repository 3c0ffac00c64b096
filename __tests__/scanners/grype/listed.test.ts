import { describe, expect, it } from "vitest";
import type { ListedPackage } from "../../../src/domain/packages/package-list.ts";
import { keyOf, purlList } from "../../../src/scanners/grype/scan/match.ts";

const os = (family: string, name: string) => ({ family, name, endOfLife: false });
const installed = (purl: string | undefined, more: Partial<ListedPackage> = {}): ListedPackage => ({
  ref: "0",
  name: "x",
  version: "1",
  type: "any",
  purl,
  ...more,
});

describe("a list for Grype", () => {
  it.each<[string, Partial<ListedPackage>, ReturnType<typeof os>, string]>([
    [
      "pkg:deb/debian/libssl3@3.0.14-1?arch=amd64&distro=debian-12.8",
      { version: "3.0.14-1", source: { name: "openssl", version: "3.0.14-1" } },
      os("debian", "12.8"),
      "pkg:deb/debian/libssl3@3.0.14-1?arch=amd64&distro=debian-12.8&upstream=openssl",
    ],
    [
      "pkg:deb/debian/libc6@2.36-9?distro=debian-12.8",
      { version: "2.36-9", source: { name: "glibc", version: "2.36-8" } },
      os("debian", "12.8"),
      "pkg:deb/debian/libc6@2.36-9?distro=debian-12.8&upstream=glibc%402.36-8",
    ],
    [
      "pkg:rpm/redhat/openssl-libs@3.0.7-24.el9?arch=x86_64&distro=redhat-9.4&epoch=1",
      { version: "1:3.0.7-24.el9", source: { name: "openssl", version: "1:3.0.7-24.el9" } },
      os("redhat", "9.4"),
      "pkg:rpm/redhat/openssl-libs@3.0.7-24.el9?arch=x86_64&distro=rhel-9.4&epoch=1&upstream=openssl-3.0.7-24.el9.src.rpm",
    ],
    [
      "pkg:rpm/amazon/bash@5.2-1?distro=amazon-2023.6",
      { source: { name: "bash", version: "5.2-1" } },
      os("amazon", "2023.6 (Amazon Linux)"),
      "pkg:rpm/amazon/bash@5.2-1?distro=amzn-2023.6&upstream=bash-5.2-1.src.rpm",
    ],
  ])("names the source package and the distribution's own id: %s", (purl, more, system, line) => {
    expect(purlList({ packages: [installed(purl, { system: true, ...more })], system }).lines).toEqual([line]);
  });

  it("has a package once, and knows all its places and its kind", () => {
    const purl = "pkg:pypi/requests@2.31.0";
    const { lines, refs, kinds } = purlList({ packages: [installed(purl), installed(purl, { ref: "1" })] });
    expect(lines).toEqual([purl]);
    expect(refs.get(keyOf(purl) ?? "")).toEqual(["0", "1"]);
    expect([...kinds]).toEqual(["python"]);
  });

  it("says which packages cannot be matched, and does not count a project without a version", () => {
    const { unnamed } = purlList({
      packages: [
        installed(undefined),
        installed("no purl"),
        installed("pkg:npm/own"),
        installed("pkg:npm/own", { version: "" }),
      ],
    });
    expect(unnamed).toHaveLength(3);
  });
});
