import { describe, expect, it } from "vitest";
import { advisoriesOf, idsIn, idsInLinks } from "../../../src/domain/foreign/advisory-ids.ts";
import { cpuMs } from "../../support/runs/patience.ts";

describe("ids of advisories", () => {
  it("are found in a title, each once, in the databases' own spelling", () => {
    expect(idsIn("pyup.io-42559 (cve-2021-3572), CVE-2021-3572")).toEqual(["pyup.io-42559", "CVE-2021-3572"]);
    expect(idsIn("RHSA-2023:5837: nghttp2 security update (Important)")).toEqual(["RHSA-2023:5837"]);
    expect(idsIn("ghsa-AAAA-bbbb-cccc GO-2024-1 ALAS2-2024-5 ALASKERNEL-5.10-2022-015 DLA-3000-1 USN-6000-1")).toEqual([
      "GHSA-aaaa-bbbb-cccc",
      "GO-2024-1",
      "ALAS2-2024-5",
      "DLA-3000-1",
      "USN-6000-1",
    ]);
  });

  it("are not parts of other words", () => {
    for (const text of ["XCVE-2021-3572", "CVE-2021-3572-x", "CVE-2021-35x", "CVE-21-3572", "NO-GO-2024-1", ""])
      expect(idsIn(text)).toEqual([]);
  });

  it("of links are whole segments of the path, and never of the query", () => {
    const links =
      "https://nvd.nist.gov/vuln/detail/CVE-2021-1111 https://x.example/?name=CVE-2021-2222#CVE-2021-3333 https://x.example/a-CVE-2021-4444/b https://access.redhat.com/errata/RHSA-2023:5837";
    expect(idsInLinks(links)).toEqual(["CVE-2021-1111", "RHSA-2023:5837"]);
  });

  // Proves: exception-one-several-cves
  it("make a finding for each CVE of an advisory, and one of an advisory without any", () => {
    expect(advisoriesOf("RHSA-2023:5837: x", ["CVE-2023-1111", "CVE-2023-2222"])).toEqual([
      { id: "CVE-2023-1111", aliases: ["RHSA-2023:5837"] },
      { id: "CVE-2023-2222", aliases: ["RHSA-2023:5837"] },
    ]);
    expect(advisoriesOf("curl: resolving discrepancy (low)", ["CVE-2023-1111"])).toEqual([
      { id: "CVE-2023-1111", aliases: [] },
    ]);
    // The ids in a title are used; links lead to others as well.
    expect(advisoriesOf("CVE-2022-23219 glibc", ["CVE-2000-1111"])).toEqual([{ id: "CVE-2022-23219", aliases: [] }]);
    expect(advisoriesOf("GHSA-aaaa-bbbb-cccc", ["CVE-2023-1111", "CVE-2023-2222"])).toEqual([
      { id: "CVE-2023-1111", aliases: ["GHSA-aaaa-bbbb-cccc"] },
      { id: "CVE-2023-2222", aliases: ["GHSA-aaaa-bbbb-cccc"] },
    ]);
    expect(advisoriesOf("pyup.io-38179", [])).toEqual([{ id: "pyup.io-38179", aliases: [] }]);
    expect(advisoriesOf("something\nfound ", [])).toEqual([{ id: "something found", aliases: [] }]);
  });

  it("take linear time in hostile text", () => {
    const text = `${"CVE-2021-".repeat(50_000)} ALAS${"a".repeat(200_000)}`;
    const began = cpuMs();
    expect(idsIn(text)).toEqual([]);
    expect(cpuMs() - began).toBeLessThan(2000);
  });
});
