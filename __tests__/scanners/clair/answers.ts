import { hash } from "./sample.ts";

/** A row of Quay's answer. */
export const quayRow = (more: object = {}) => ({
  Severity: "High",
  NamespaceName: "alpine-main-v3.19-updater",
  Link: "https://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2099-0001",
  FixedBy: "3.0.99-r0",
  Description: "",
  Name: "CVE-2099-0001",
  Metadata: { DistroName: "Alpine Linux", NVD: { CVSSv3: { Score: 7.5 } } },
  ...more,
});

export const quayFeature = (...rows: unknown[]) => ({
  Name: "openssl",
  Version: "3.0.1-r0",
  AddedBy: hash("1"),
  Vulnerabilities: rows,
});

/** Quay's whole answer. */
export const quay = (features: unknown, more: object = {}) => ({
  status: "scanned",
  data: { Layer: { Name: hash("a"), ParentName: "", NamespaceName: "", IndexedByVersion: 4, Features: features } },
  ...more,
});
