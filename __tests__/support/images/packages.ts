import type { TarEntry } from "./tar.ts";

/** A Debian package. Advisories match the source package, which by default has the package's own name. */
export type DebianPackage = readonly [name: string, version: string, source?: string];

function dpkgStanza([name, version, source]: DebianPackage, architecture: string): string {
  return [
    `Package: ${name}`,
    "Status: install ok installed",
    "Priority: optional",
    "Section: base",
    "Maintainer: Test Bed <testbed@example.test>",
    `Architecture: ${architecture}`,
    ...(source ? [`Source: ${source}`] : []),
    `Version: ${version}`,
    `Description: ${name}`,
    "",
  ].join("\n");
}

/** `/var/lib/dpkg/status`, which a later layer replaces whole. */
export const dpkgStatus = (packages: readonly DebianPackage[], architecture = "amd64"): TarEntry => ({
  path: "var/lib/dpkg/status",
  data: `${packages.map((each) => dpkgStanza(each, architecture)).join("\n")}\n`,
});

export const osRelease = (id: string, version: string, name: string): TarEntry => ({
  path: "etc/os-release",
  data: `PRETTY_NAME="${name}"\nNAME="${name}"\nVERSION_ID="${version}"\nID=${id}\n`,
});

/**
 * The files of a Debian base image. `version` is the release, such as `12.8`. Without packages it has only
 * `base-files`: an empty list would look deleted.
 */
export function debianBase(packages: readonly DebianPackage[], version = "12.8", architecture = "amd64"): TarEntry[] {
  const [major = version] = version.split(".");
  return [
    { path: "etc/" },
    osRelease("debian", major, `Debian GNU/Linux ${major}`),
    { path: "etc/debian_version", data: `${version}\n` },
    { path: "var/lib/dpkg/" },
    dpkgStatus(packages.length === 0 ? [["base-files", `${version}+deb${major}u1`]] : packages, architecture),
  ];
}

/** One package of `/lib/apk/db/installed`; `origin` is what advisories match. */
export function apkStanza(name: string, version: string, origin: string): string {
  return [
    "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    `P:${name}`,
    `V:${version}`,
    "A:x86_64",
    "S:1",
    "I:1",
    `T:${name}`,
    "U:https://example.test/",
    "L:MIT",
    `o:${origin}`,
    "m:Test Bed <testbed@example.test>",
    "t:1767323045",
    "c:0000000000000000000000000000000000000000",
    "",
  ].join("\n");
}

export const SITE_PACKAGES = "usr/local/lib/python3.12/site-packages";

/** An installed Python package, with only its metadata. */
export const pythonPackage = (name: string, version: string, folder = SITE_PACKAGES): TarEntry => ({
  path: `${folder}/${name}-${version}.dist-info/METADATA`,
  data: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nLicense: MIT\n`,
});

/** An installed npm package, with only its package.json. */
export const npmPackage = (name: string, version: string, folder = "app/node_modules"): TarEntry => ({
  path: `${folder}/${name}/package.json`,
  data: JSON.stringify({ name, version, license: "MIT" }),
});

/** Installed PHP packages, as Composer's list has them. */
export const phpPackage = (name: string, version: string, folder: string): TarEntry => ({
  path: `${folder}/vendor/composer/installed.json`,
  data: JSON.stringify({ packages: [{ name, version, type: "library", license: ["MIT"] }], dev: false }),
});
