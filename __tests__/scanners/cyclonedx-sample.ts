/** Small CycloneDX documents with vulnerabilities, as scanners export them. */

type Fields = Readonly<Record<string, unknown>>;

export const DIGEST = `sha256:${"a".repeat(64)}`;
export const SERIAL = "3e671687-395b-41f5-a30f-a58921a69b79";

export const LIBSSL = {
  "bom-ref": "libssl3",
  type: "library",
  name: "libssl3",
  version: "3.0.11-1",
  purl: "pkg:deb/debian/libssl3@3.0.11-1?arch=amd64&distro=debian-12",
};
const LOG4J = {
  "bom-ref": "log4j",
  type: "library",
  group: "org.apache.logging.log4j",
  name: "log4j-core",
  version: "2.13.2",
  purl: "pkg:maven/org.apache.logging.log4j/log4j-core@2.13.2",
  properties: [{ name: "syft:location:0:path", value: "/opt/app.jar" }],
};

export const entry = (more: Fields = {}) => ({
  id: "CVE-2099-0001",
  source: { name: "debian", url: "https://tracker.example" },
  ratings: [
    { source: { name: "nvd" }, score: 9.8, severity: "critical", method: "CVSSv31" },
    { source: { name: "debian" }, severity: "low" },
  ],
  recommendation: "Upgrade libssl3 to version 3.0.99-1; Upgrade openssl to version 3.1",
  advisories: [{ url: "https://tracker.example/CVE-2099-0001" }],
  published: "2026-01-02T03:04:05+00:00",
  affects: [{ ref: "libssl3", versions: [{ version: "3.0.11-1", status: "affected" }] }],
  ...more,
});

export const cycloneDx = (vulnerabilities: readonly unknown[] = [entry()], more: Fields = {}) => ({
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  serialNumber: `urn:uuid:${SERIAL}`,
  metadata: {
    timestamp: "2026-11-28T10:00:00Z",
    tools: { components: [{ type: "application", name: "scanner", version: "1.2.3" }] },
    component: { "bom-ref": "image", type: "container", name: "ghcr.io/acme/app", version: DIGEST },
  },
  components: [
    { "bom-ref": "os", type: "operating-system", name: "debian", version: "12" },
    LIBSSL,
    { type: "application", name: "app", components: [LOG4J] },
  ],
  vulnerabilities,
  ...more,
});
