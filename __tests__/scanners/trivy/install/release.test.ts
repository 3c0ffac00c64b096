import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refuseBadVersion, TRIVY } from "../../../../src/scanners/trivy/install/release.ts";
import * as releases from "../../../../src/supply/release.ts";

const parseVersion = (text: string) => releases.parseVersion(text, TRIVY);
const releaseFor = (version: string, machine: Parameters<typeof releases.releaseFor>[1]) =>
  releases.releaseFor(version, machine, TRIVY);
const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};
describe("versions", () => {
  it.each(["latest", "0.76.0-rc1", "v0.76.0\n", " 0.76.0", "0.76.0/../x", "V0.76.0", "00.76.0", "0.\uff176.0"])(
    "refuses %j",
    (text) => {
      expect(codeOf(() => parseVersion(text))).toBe("trivy-version-invalid");
    },
  );

  it("lets nothing through but digits and dots, whatever is given", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^v?[\d.]{1,12}[\s\S]?$/)), (text) => {
        const code = codeOf(() => parseVersion(text));
        if (code === undefined) expect(parseVersion(text)).toMatch(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/);
        else expect(code).toBe("trivy-version-invalid");
      }),
    );
  });
});

describe("versions that are refused", () => {
  it.each([
    ["0.69.4", "0.69.3"],
    ["0.69.5", "0.70.0"],
    ["0.69.6", "0.70.0"],
  ])("refuses %s as malware and names %s", (version, good) => {
    const refused = () => refuseBadVersion(version);
    for (const words of ["[trivy-known-bad]", "CVE-2026-33634", good, TRIVY.table.default])
      expect(refused).toThrow(words);
  });

  it.each(["0.69.2", "0.69.3", "0.70.0", "0.76.0", "0.69.40"])("lets %s through", (version) => {
    expect(codeOf(() => refuseBadVersion(version))).toBeUndefined();
  });

  it("refuses versions without the flags that we pass", () => {
    expect(codeOf(() => refuseBadVersion("0.62.1"))).toBe("trivy-too-old");
    expect(codeOf(() => refuseBadVersion("0.63.0"))).toBeUndefined();
  });
});

describe("releases", () => {
  it.each([
    ["linux", "x64", "trivy_0.76.0_Linux-64bit.tar.gz"],
    ["linux", "arm64", "trivy_0.76.0_Linux-ARM64.tar.gz"],
    ["linux", "arm", "trivy_0.76.0_Linux-ARM.tar.gz"],
    ["linux", "ia32", "trivy_0.76.0_Linux-32bit.tar.gz"],
    ["linux", "ppc64", "trivy_0.76.0_Linux-PPC64LE.tar.gz"],
    ["linux", "s390x", "trivy_0.76.0_Linux-s390x.tar.gz"],
    ["freebsd", "x64", "trivy_0.76.0_FreeBSD-64bit.tar.gz"],
    ["darwin", "x64", "trivy_0.76.0_macOS-64bit.tar.gz"],
    ["darwin", "arm64", "trivy_0.76.0_macOS-ARM64.tar.gz"],
    ["win32", "x64", "trivy_0.76.0_windows-64bit.zip"],
  ] as const)("knows the archive for %s on %s", (platform, arch, archive) => {
    const member = platform === "win32" ? "trivy.exe" : "trivy";
    expect(releaseFor("0.76.0", { platform, arch })).toMatchObject({ archive, member });
  });

  it("has a hash for every archive of the default version on GitHub's own runners", () => {
    for (const [platform, arch] of [
      ["linux", "x64"],
      ["linux", "arm64"],
      ["darwin", "x64"],
      ["darwin", "arm64"],
      ["win32", "x64"],
    ] as const)
      expect(releaseFor(TRIVY.table.default, { platform, arch }).archiveSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ["win32", "arm64"],
    ["linux", "riscv64"],
    ["aix", "ppc64"],
    ["linux", "constructor"],
  ] as const)("refuses %s on %s", (platform, arch) => {
    expect(codeOf(() => releaseFor("0.76.0", { platform, arch }))).toBe("runner-unsupported");
  });

  it("knows no hash of a version that is not in the table", () => {
    const release = releaseFor("0.75.0", { platform: "linux", arch: "x64" });
    expect(release.archiveSha256).toBeUndefined();
    expect(release.program).toBeUndefined();
  });
});
