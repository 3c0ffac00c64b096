import { describe, expect, it } from "vitest";
import { disagreement, type SystemPackage } from "../../../src/domain/coverage/system-evidence.ts";

const of = (name: string, version: string, manager?: string): SystemPackage => ({ name, version, manager });

// Proves: line-os-release-not
it.each<[string, string, string, readonly SystemPackage[], string | undefined]>([
  ["Debian's own", "debian", "12.8", [of("base-files", "12.4+deb12u8", "dpkg")], undefined],
  ["Debian 12 called 13", "debian", "13.1", [of("base-files", "12.4+deb12u8")], "base-files"],
  ["Ubuntu called Debian", "debian", "12.8", [of("base-files", "12ubuntu4.6")], "base-files"],
  ["Debian called Ubuntu", "ubuntu", "22.04", [of("base-files", "12.4+deb12u8")], "base-files"],
  ["Ubuntu's own", "ubuntu", "22.04", [of("base-files", "12ubuntu4.6")], undefined],
  ["Ubuntu 22.04 called 20.04", "ubuntu", "20.04", [of("base-files", "12ubuntu4.6")], "base-files"],
  ["Ubuntu 22.04 called 22.10", "ubuntu", "22.10", [of("base-files", "12ubuntu4.6")], "base-files"],
  ["Ubuntu 23.10 called 24.04", "ubuntu", "24.04", [of("base-files", "12.1ubuntu1")], "base-files"],
  ["Ubuntu between the long-term releases", "ubuntu", "25.04", [of("base-files", "13.6ubuntu2")], undefined],
  ["Ubuntu 22.04 with its point release", "ubuntu", "22.04.5", [of("base-files", "12ubuntu4.6")], undefined],
  ["Ubuntu 23.10 called 24.04.1", "ubuntu", "24.04.1", [of("base-files", "12.1ubuntu1")], "base-files"],
  ["Ubuntu without a number", "ubuntu", "devel after 24.04", [of("base-files", "13.6ubuntu2")], undefined],
  ["SLES of another service pack", "sles", "15.3", [of("sles-release", "15.6-150600.37.2")], "sles-release"],
  ["SLES' own", "sles", "15.6", [of("sles-release", "15.6-150600.37.2")], undefined],
  ["Leap of another release", "opensuse-leap", "15.4", [of("openSUSE-release", "15.6-lp156.1.1")], "openSUSE-release"],
  ["Debian called Alpine", "alpine", "3.22", [of("bash", "5.2", "dpkg")], "dpkg's"],
  ["Alpine's own", "alpine", "3.22.0", [of("alpine-release", "3.22.1-r0", "apk")], undefined],
  ["Alpine of another release", "alpine", "3.22.0", [of("alpine-release", "3.19.1-r0", "apk")], "alpine-release"],
  ["Alpine called Wolfi", "wolfi", "20230201", [of("alpine-baselayout", "3.7.0-r0", "apk")], "alpine's"],
  ["Wolfi called Alpine", "alpine", "3.22", [of("wolfi-baselayout", "20230201-r20", "apk")], "wolfi's"],
  ["Wolfi's own", "wolfi", "20230201", [of("wolfi-baselayout", "20230201-r20", "apk")], undefined],
  ["Chainguard's own, on Wolfi's base", "chainguard", "20230214", [of("wolfi-baselayout", "20230201-r20")], undefined],
  ["Chainguard's own", "chainguard", "20230214", [of("chainguard-baselayout", "20230214-r1")], undefined],
  ["Wolfi on Chainguard's base", "wolfi", "20230201", [of("chainguard-baselayout", "20230214-r1")], undefined],
  [
    "Alpine with two bases",
    "alpine",
    "3.22",
    [of("wolfi-baselayout", "20230201-r20"), of("alpine-baselayout", "3.7.0-r0")],
    undefined,
  ],
  [
    "Rocky with two of Amazon's among four",
    "rocky",
    "9.3",
    [of("a", "1-1.amzn2023"), of("b", "1-1.amzn2023"), of("c", "1"), of("d", "1")],
    undefined,
  ],
  ["Rocky's own", "rocky", "9.3", [of("rocky-release", "9.3-1.2.el9"), of("bash", "5.1-2.el9")], undefined],
  ["Rocky called Alma", "alma", "9.3", [of("rocky-release", "9.3-1.2.el9")], "rocky's"],
  ["RHEL 8 called 9", "redhat", "9.3", [of("bash", "4.4-5.el8"), of("glibc", "2.28-236.el8_9")], ".el8"],
  ["RHEL with one old package", "redhat", "9.3", [of("old", "1-1.el8"), of("bash", "5.1-2.el9")], undefined],
  ["Amazon 2 called 2023", "amazon", "2023.4", [of("bash", "4.2-1.amzn2")], "amzn2"],
  ["Amazon's first", "amazon", "AMI release 2018.03", [of("bash", "4.2-1.amzn1")], undefined],
  [
    "Rocky with half of Amazon's",
    "rocky",
    "9.3",
    [of("bash", "5.2-1.amzn2023"), of("filesystem", "3.14-5")],
    undefined,
  ],
  ["Amazon called Rocky", "rocky", "9.3", [of("bash", "5.2-1.amzn2023"), of("glibc", "2.34-52.amzn2023")], "amzn2023"],
  ["RHEL called SLES", "sles", "15.6", [of("bash", "5.1-2.el9"), of("glibc", "2.34-60.el9")], ".el9"],
  ["SLES with a vendor's package", "sles", "15.6", [of("agent", "1-1.el8"), of("bash", "5.2-150600.1")], undefined],
  ["RHEL called Amazon", "amazon", "2023.4", [of("bash", "5.1-2.el9"), of("glibc", "2.34-60.el9")], ".el9"],
  ["no package that tells", "debian", "12.8", [of("bash", "5.2.15-2")], undefined],
  ["a system that is not known", "plan9", "1", [of("bash", "5.2", "apk")], undefined],
])("%s", (_, family, name, packages, told) => {
  const words = disagreement({ family, name }, packages);
  if (told === undefined) expect(words).toBeUndefined();
  else expect(words).toContain(told);
});

/** The facts in images of each system: a name as in `etc/os-release`, and the package that shows the release. */
const SYSTEMS: readonly (readonly [family: string, name: string, teller: SystemPackage])[] = [
  ["debian", "12.8", of("base-files", "12.4+deb12u8", "dpkg")],
  ["debian", "9.13", of("base-files", "9.9+deb9u13", "dpkg")],
  ["ubuntu", "14.04", of("base-files", "7.2ubuntu5.6", "dpkg")],
  ["ubuntu", "16.04", of("base-files", "9.4ubuntu4.14", "dpkg")],
  ["ubuntu", "18.04", of("base-files", "10.1ubuntu2.11", "dpkg")],
  ["ubuntu", "20.04", of("base-files", "11ubuntu5.8", "dpkg")],
  ["ubuntu", "22.04", of("base-files", "12ubuntu4.6", "dpkg")],
  ["ubuntu", "24.04", of("base-files", "13ubuntu10.1", "dpkg")],
  ["alpine", "3.22.0", of("alpine-release", "3.22.1-r0", "apk")],
  ["alpine", "3.9.6", of("alpine-release", "3.9.6-r0", "apk")],
  ["redhat", "9.3", of("redhat-release", "9.3-0.5.el9", "rpm")],
  ["redhat", "10.0", of("redhat-release", "10.0-0.5.el10", "rpm")],
  ["centos", "7.9.2009", of("centos-release", "7-9.2009.1.el7.centos", "rpm")],
  ["centos", "8.5.2111", of("centos-linux-release", "8.5-1.2111.el8", "rpm")],
  ["rocky", "9.3", of("rocky-release", "9.3-1.2.el9", "rpm")],
  ["rocky", "8.9", of("rocky-release", "8.9-1.6.el8", "rpm")],
  ["rocky", "10.0", of("rocky-release", "10.0-1.6.el10", "rpm")],
  ["oracle", "10.0", of("oraclelinux-release", "10:10.0-1.0.6.el10", "rpm")],
  ["alma", "9.3", of("almalinux-release", "9.3-1.el9", "rpm")],
  ["alma", "10.0", of("almalinux-release", "10.0-1.el10", "rpm")],
  ["oracle", "9.3", of("oraclelinux-release", "8:9.3-1.0.4.el9", "rpm")],
  ["oracle", "8.9", of("oraclelinux-release", "8:8.9-1.0.6.el8", "rpm")],
  ["fedora", "40", of("fedora-release-common", "40-39", "rpm")],
  ["photon", "5.0", of("photon-release", "5.0-2.ph5", "rpm")],
  ["photon", "4.0", of("photon-release", "4.0-3.ph4", "rpm")],
  ["cbl-mariner", "2.0.20240301", of("mariner-release", "2.0-60.cm2", "rpm")],
  ["cbl-mariner", "1.0.20220122", of("mariner-release", "1.0-33.cm1", "rpm")],
  ["azurelinux", "3.0", of("azurelinux-release", "3.0-16.azl3", "rpm")],
  ["azurelinux", "4.0", of("azurelinux-release", "4.0-1.azl4", "rpm")],
  ["sles", "15.6", of("sles-release", "15.6-150600.37.2", "rpm")],
  ["sles", "12.5", of("sles-release", "12.5-9.5.2", "rpm")],
  ["opensuse-leap", "15.6", of("openSUSE-release", "15.6-lp156.1.1", "rpm")],
  ["opensuse-leap", "16.0", of("Leap-release", "16.0-160000.1.1", "rpm")],
];

describe("a system's own package", () => {
  it.each(SYSTEMS)("speaks for %s %s, and against every other of its kind", (family, name, teller) => {
    expect(disagreement({ family, name }, [teller])).toBeUndefined();
    const others = SYSTEMS.filter(
      (other) => other[2].name === teller.name && (other[0] !== family || other[1] !== name),
    );
    for (const [otherFamily, otherName] of others)
      expect(disagreement({ family: otherFamily, name: otherName }, [teller])).toBe(
        `it says that it is ${otherFamily} ${otherName}, but its package ${teller.name} is ${
          otherFamily === "alpine" || otherFamily === "sles" || otherFamily === "opensuse-leap"
            ? `for release ${/^\d+\.\d+/.exec(teller.version)?.[0]}`
            : teller.version
        }`,
      );
  });

  const released = SYSTEMS.filter(([, , { name }]) => name.endsWith("-release") || name.endsWith("-common"));
  const derived = released.filter(([family]) => !["alpine", "sles", "opensuse-leap"].includes(family));
  it.each(derived)("of %s %s is not taken for a similar system's", (family, _name, teller) => {
    for (const [other, otherName, own] of derived.filter(([each]) => each !== family)) {
      expect(disagreement({ family: other, name: otherName }, [teller])).toBe(
        `it says that it is ${other} ${otherName}, but its package ${teller.name} is ${family}'s`,
      );
      // A system may have another system's package besides its own, as tools that build images do.
      expect(disagreement({ family: other, name: otherName }, [teller, own])).toBeUndefined();
    }
  });

  it("of one release next to another release's leaves it open", () => {
    const both = [of("openSUSE-release", "15.6-lp156.1.1"), of("Leap-release", "16.0-160000.1.1")];
    for (const name of ["15.6", "16.0"]) expect(disagreement({ family: "opensuse-leap", name }, both)).toBeUndefined();
    expect(disagreement({ family: "opensuse-leap", name: "15.4" }, both)).toContain(
      "openSUSE-release is for release 15.6",
    );
  });

  it.each([
    ["debian", "trixie/sid", of("base-files", "13.6")],
    ["debian", "sid 12", of("base-files", "13.6")],
    ["debian", "12.8", of("base-files", "unknown 13")],
    ["sles", "15.6", of("redhat-release", "9.3-0.5.el9")],
    ["redhat", "Rawhide 9", of("bash", "5.1-2.el8")],
    ["amazon", "2", of("bash", "4.2-1.amzn2")],
    ["amazon", "2023.4.20240401", of("bash", "5.2-1.amzn2023.0.2")],
  ])("says nothing against %s %s, whose number is not told on both sides or agrees", (family, name, teller) => {
    expect(disagreement({ family, name }, [teller])).toBeUndefined();
  });

  it("speaks by the whole of its release's mark", () => {
    expect(disagreement({ family: "redhat", name: "1.0" }, [of("bash", "5.1-2.el10")])).toContain(".el10");
    expect(disagreement({ family: "amazon", name: "2" }, [of("bash", "5.2-1.amzn2023")])).toContain("amzn2023");
    expect(disagreement({ family: "amazon", name: "AMI release 2018.03" }, [of("a", "1-1.amzn2")])).toContain("amzn2");
  });
});

describe("a package manager", () => {
  const APK = ["alpine", "wolfi", "chainguard", "minimos"];
  const RPM = SYSTEMS.flatMap(([family, , { manager }]) => (manager === "rpm" ? [family] : []));
  const BY_MANAGER = {
    dpkg: ["debian", "ubuntu"],
    apk: APK,
    rpm: [...new Set([...RPM, "amazon", "slem", "opensuse", "opensuse-tumbleweed"])],
  };

  it.each(Object.entries(BY_MANAGER))("%s has its own lists systems, and of no others", (own, families) => {
    for (const family of families)
      for (const manager of Object.keys(BY_MANAGER)) {
        const told = disagreement({ family, name: "1" }, [
          of("mine", "1", own),
          of("theirs", "1", manager),
          of("too", "1", manager),
        ]);
        expect(told).toBe(
          manager === own
            ? undefined
            : `it says that it is ${family} 1, but 2 of its packages are ${manager}'s, such as theirs`,
        );
      }
  });

  it("speaks against nothing if it is not known, or is not told", () => {
    expect(disagreement({ family: "alpine", name: "3.22" }, [of("a", "1"), of("b", "1", "old-dpkg")])).toBeUndefined();
  });
});

// Proves: nor-repository-s-name
it.each<[string, readonly string[], string | undefined]>([
  ["its own", ["3.10"], undefined],
  ["none that is told", [], undefined],
  ["a newer one, whose fixes are later", ["3.22"], undefined],
  ["a newer one of another number", ["4.1"], undefined],
  ["edge", ["edge"], undefined],
  ["an older one", ["3.9"], "the repository 3.9"],
  ["an older one of another number", ["2.12"], "the repository 2.12"],
  ["an older one alongside its own", ["3.10", "3.3"], "the repository 3.3"],
])("the release by whose repository Alpine's packages are matched is %s", (_, repositories, told) => {
  const words = disagreement({ family: "alpine", name: "3.10.2" }, [of("alpine-baselayout", "3.2-r0")], {
    repositories,
  });
  if (told === undefined) expect(words).toBeUndefined();
  else expect(words).toContain(told);
  expect(disagreement({ family: "wolfi", name: "3.10.2" }, [], { repositories })).toBeUndefined();
});

describe("packages that were matched as another product's", () => {
  const told = (packages: number, sources: readonly string[]) =>
    disagreement({ family: "redhat", name: "9.3" }, [], { otherProduct: { packages, example: "bash", sources } });

  it("do not belong to the system, and it is reported whose they are", () => {
    expect(told(2, ["a", "b", "c", "d"])).toBe(
      "it says that it is redhat 9.3, but 2 of its packages, such as bash, are matched with advisories for a, b, c and 1 more, and not for this release",
    );
    expect(told(1, ["a"])).toContain("1 of its packages, such as bash, is matched with advisories for a, and");
    expect(told(1, [])).toContain("advisories for no known product");
  });
});
