import type { ScanFacts } from "../../../src/scanners/trivy/report/coverage-facts.ts";

/** The facts of a scan for vulnerabilities with an empty log, and with these changes. */
export function scanFactsWith(more: Partial<ScanFacts>): ScanFacts {
  return {
    scanners: ["vuln"],
    log: {
      unread: [],
      unreadMore: 0,
      understood: true,
      repositories: [],
      releaseUnlisted: false,
      skippedPackages: 0,
      unsupportedTypes: [],
      unreadVersions: [],
      otherWarnings: [],
      unreadSystemVersion: undefined,
      withoutDevelopment: false,
    },
    buckets: new Set(["debian 12"]),
    database: undefined,
    terraform: [],
    baseLayers: 0,
    leftOut: new Map(),
    ...more,
  };
}
