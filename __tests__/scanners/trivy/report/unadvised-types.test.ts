import { expect, it } from "vitest";
import { sightsOf } from "../../../../src/domain/opinions/sight.ts";
import { parse } from "../../../../src/scanners/trivy/report/document.ts";
import { toScanResult } from "../../../../src/scanners/trivy/report/report.ts";
import { scanFactsWith } from "../scan-facts.ts";

const REPORT = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: "app",
  ArtifactType: "container_image",
  Results: [
    {
      Target: "app/x",
      Class: "lang-pkgs",
      Type: "gobinary",
      Packages: [{ Name: "golang.org/x/net", Version: "v0.1.0" }],
    },
    { Target: "app/y", Class: "lang-pkgs", Type: "node-pkg", Packages: [{ Name: "lodash", Version: "4.17.20" }] },
  ],
});

const scanBy = (buckets: readonly string[]) => {
  const scanFacts = scanFactsWith({ buckets: new Set(buckets) });
  return toScanResult(parse(REPORT), { kind: "image", input: "app", label: "app" }, { scanFacts });
};
const NPM = "npm::github security advisory npm";

// Proves: database-lacks-ecosystem-looked
it("a database without any advisory for an ecosystem has looked at none of its libraries, and gives no vote about them", () => {
  const scan = scanBy([NPM]);
  expect(scan.coverage?.rows.filter(({ subject }) => /go|node/.test(subject))).toEqual([
    { subject: "gobinary", status: "not-known", detail: expect.stringContaining("has no advisories for them") },
    { subject: "node-pkg", status: "looked", detail: "1 package" },
  ]);
  const [sees] = sightsOf([scan]);
  expect([sees?.has("go"), sees?.has("npm")]).toEqual([false, true]);
});

// Proves: database-lacks-ecosystem-looked
it("one that has some of any source does", () => {
  const scan = scanBy([NPM, "go::the go vulnerability database"]);
  expect(scan.coverage?.rows.find(({ subject }) => subject === "gobinary")?.status).toBe("looked");
  expect(sightsOf([scan])[0]?.has("go")).toBe(true);
});
