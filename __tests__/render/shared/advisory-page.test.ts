import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advisoryUrl } from "../../../src/render/shared/advisory-page.ts";
import { HOSTILE } from "../hostile.ts";

describe("advisoryUrl", () => {
  test.each([
    ["CVE-2021-44228", "https://nvd.nist.gov/vuln/detail/CVE-2021-44228"],
    ["GHSA-jfh8-c2jp-5v3q", "https://github.com/advisories/GHSA-jfh8-c2jp-5v3q"],
    ["RUSTSEC-2023-0044", "https://rustsec.org/advisories/RUSTSEC-2023-0044.html"],
    ["GO-2024-2687", "https://pkg.go.dev/vuln/GO-2024-2687"],
    ["PYSEC-2021-108", "https://osv.dev/vulnerability/PYSEC-2021-108"],
    ["DSA-5532-1", "https://security-tracker.debian.org/tracker/DSA-5532-1"],
    ["TEMP-0841856-B18BAF", "https://security-tracker.debian.org/tracker/TEMP-0841856-B18BAF"],
    ["USN-6891-1", "https://ubuntu.com/security/notices/USN-6891-1"],
    ["RHSA-2024:1234", "https://access.redhat.com/errata/RHSA-2024:1234"],
    ["ELSA-2024-1234", "https://linux.oracle.com/errata/ELSA-2024-1234.html"],
  ])("builds the page of %s from the id", (id, url) => expect(advisoryUrl(id, "https://evil.example/")).toBe(url));

  test("takes the scanner's own page where the id has none and the host is known", () => {
    expect(advisoryUrl("DS-0002", "https://avd.aquasec.com/misconfig/ds-0002")).toBe(
      "https://avd.aquasec.com/misconfig/ds-0002",
    );
  });

  test.each([
    "https://evil.example/CVE-1",
    "http://avd.aquasec.com/misconfig/ds-0002",
    "https://avd.aquasec.com.evil.example/x",
    "https://avd.aquasec.com@evil.example/x",
    "https://avd.aquasec.com:8443/x",
    "https://avd.aquasec.com/x) [y](https://evil.example/",
    "https://avd.aquasec.com/x#y",
    "https://github.com/acme/app/issues/26",
    "https://github.com/advisories/../acme/app/issues/26",
    "javascript:alert(1)",
    "",
  ])("gives none for %s", (url) => expect(advisoryUrl("DS-0002", url)).toBeUndefined());

  test.each([
    "CVE-2021-44228 ",
    "CVE-2021-44228\n",
    "cve-2021-44228",
    "CVE-2021-1)",
    "GHSA-aaaa-bbbb-cccc",
    "../CVE-2021-44228",
  ])("builds nothing from %j", (id) => expect(advisoryUrl(id)).toBeUndefined());

  // Proves: nothing-asks-host-target
  test("never gives an address that could leave a link or reach another host", () => {
    const part = fc.constantFrom(...HOSTILE, "https://avd.aquasec.com/", "CVE-2021-44228", "GHSA-");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), fc.array(part, { maxLength: 3 }), (id, url) => {
        expect(advisoryUrl(id.join(""), url.join("")) ?? "https://osv.dev/x").toMatch(
          /^https:\/\/[a-z0-9.-]+\/[\w./:%~+=?-]+$/,
        );
      }),
    );
  });
});
