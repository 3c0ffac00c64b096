import { describe, expect, test } from "vitest";
import { kindsOf, vendorOf } from "../../../../src/images/layers/inventory/kinds.ts";

const kinds: [string, string | undefined][] = [
  ["var/lib/dpkg/status", "dpkg"],
  ["var/lib/dpkg/status.d/base", "dpkg"],
  ["var/lib/dpkg/status.d/base.md5sums", undefined],
  ["var/lib/dpkg/status.d/more/base", undefined],
  ["var/lib/dpkg/status-old", undefined],
  ["rootfs/var/lib/dpkg/status", undefined],
  ["lib/apk/db/installed", "apk"],
  ["usr/lib/apk/db/installed", "apk"],
  ["usr/lib/sysimage/rpm/Packages.db", "rpm"],
  ["var/lib/rpm/Packages", "rpm"],
  ["usr/share/rpm/rpmdb.sqlite", "rpm"],
  ["var/lib/rpmmanifest/container-manifest-2", "rpm"],
  ["x/package.json", "node"],
  ["x/package.json.bak", undefined],
  ["site-packages/a-1.dist-info/METADATA", "python"],
  ["METADATA", undefined],
  ["a.egg-info", "python"],
  ["a.egg-info/PKG-INFO", "python"],
  ["EGG-INFO/PKG-INFO", "python"],
  ["MY-EGG-INFO/PKG-INFO", undefined],
  ["PKG-INFO", undefined],
  ["a-1-py3.egg", "python"],
  ["gems/specifications/a-1.gemspec", "ruby"],
  ["gems/specifications/default/a-1.gemspec", "ruby"],
  ["src/a.gemspec", undefined],
  ["vendor/composer/installed.json", "php"],
  ["app.deps.json", "dotnet"],
  ["deps.json", undefined],
  ["envs/x/conda-meta/a-1.0-py_0.json", "conda"],
  ["conda-meta/history.json", undefined],
  ["lib/a.jar", "jar"],
  ["lib/a.WAR", "jar"],
  ["lib/a.jar.txt", undefined],
  ["Manifest.toml", "julia"],
  ["opt/bitnami/x/.spdx-x.spdx", "sbom"],
  ["x.cdx.json", "sbom"],
  ["a.dist-info/sboms/a.cdx.json", undefined],
  ["app/package-lock.json", "lock-file"],
  ["app/node_modules/a/package-lock.json", undefined],
  ["app/vendor/a/composer.lock", undefined],
  ["app/go.mod", "lock-file"],
  ["app/pylock.dev.toml", "lock-file"],
  ["app/my.gradle.lockfile", "lock-file"],
  ["app/Directory.Packages.props", "lock-file"],
  ["var/lib/dpkg/updates/0001", "dpkg"],
  ["var/lib/dpkg/updates/tmp.i", undefined],
  ["var/lib/rpm/rpmdb.sqlite-wal", "rpm"],
  ["var/lib/rpm/rpmdb.sqlite-shm", undefined],
  ["var/lib/pacman/local/zlib-1.3-2/desc", "other-manager"],
  ["var/lib/opkg/status", "other-manager"],
  ["var/db/pkg/sys-libs/zlib-1.3/PF", "other-manager"],
  ["var/db/xbps/pkgdb-0.38.plist", "other-manager"],
  ["home/linuxbrew/.linuxbrew/Cellar/zlib/1.3/INSTALL_RECEIPT.json", "other-manager"],
  ["var/lib/pkgtools/packages/zlib-1.3-x86_64-1", "other-manager"],
  ["usr/share/clear/bundles/os-core", "other-manager"],
  ["app/desc", undefined],
  ["app/status", undefined],
  ["app/INSTALL_RECEIPT.json", undefined],
  ["app/__proto__", undefined],
  ["constructor", undefined],
];

test.each(kinds)("%s is of the kind %s", (path, kind) => {
  expect(kindsOf(path)).toEqual(kind === undefined ? [] : [kind]);
});

describe("marks", () => {
  test.each([
    ["usr/share/rapidfort/curated.json", "rapidfort"],
    ["var/lib/ubuntu-advantage/status.json", "ubuntu-pro"],
    ["root/buildinfo/content_manifests/ubi9.json", "redhat-content-sets"],
    ["root/buildinfo/Dockerfile-ubi9-9.3", "redhat-content-sets"],
    ["usr/share/buildinfo/x.json", "redhat-content-sets"],
    ["usr/share/rapidfort/curated.json.bak", undefined],
    ["x/root/buildinfo/Dockerfile", undefined],
  ])("%s brings in the advisories of %s", (path, vendor) => {
    expect(vendorOf(path)).toBe(vendor);
  });
});
