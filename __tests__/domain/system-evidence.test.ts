import { expect, it } from "vitest";
import { disagreement, type SystemPackage } from "../../src/domain/system-evidence.ts";

const of = (name: string, version: string, manager?: string): SystemPackage => ({ name, version, manager });

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
  ["SLES of another service pack", "sles", "15.3", [of("sles-release", "15.6-150600.37.2")], "sles-release"],
  ["SLES' own", "sles", "15.6", [of("sles-release", "15.6-150600.37.2")], undefined],
  ["Leap of another release", "opensuse-leap", "15.4", [of("openSUSE-release", "15.6-lp156.1.1")], "openSUSE-release"],
  ["Debian called Alpine", "alpine", "3.22", [of("bash", "5.2", "dpkg")], "dpkg's"],
  ["Alpine's own", "alpine", "3.22.0", [of("alpine-release", "3.22.1-r0", "apk")], undefined],
  ["Alpine of another release", "alpine", "3.22.0", [of("alpine-release", "3.19.1-r0", "apk")], "alpine-release"],
  ["Rocky's own", "rocky", "9.3", [of("rocky-release", "9.3-1.2.el9"), of("bash", "5.1-2.el9")], undefined],
  ["Rocky called Alma", "alma", "9.3", [of("rocky-release", "9.3-1.2.el9")], "rocky's"],
  ["RHEL 8 called 9", "redhat", "9.3", [of("bash", "4.4-5.el8"), of("glibc", "2.28-236.el8_9")], ".el8"],
  ["RHEL with one old package", "redhat", "9.3", [of("old", "1-1.el8"), of("bash", "5.1-2.el9")], undefined],
  ["Amazon 2 called 2023", "amazon", "2023.4", [of("bash", "4.2-1.amzn2")], "amzn2"],
  ["Amazon's first", "amazon", "AMI release 2018.03", [of("bash", "4.2-1.amzn1")], undefined],
  ["no package that tells", "debian", "12.8", [of("bash", "5.2.15-2")], undefined],
  ["a system that is not known", "echo", "1", [of("bash", "5.2", "apk")], undefined],
])("%s", (_, family, name, packages, told) => {
  const words = disagreement({ family, name }, packages);
  if (told === undefined) expect(words).toBeUndefined();
  else expect(words).toContain(told);
});
