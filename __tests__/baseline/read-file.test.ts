import { expect, it } from "vitest";
import { baselineIn } from "../../src/baseline/read-file.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";

// Proves: given-report-says-one
it.each([
  ["a Trivy report", '{"SchemaVersion":2,"ArtifactType":"container_image","Results":[{"Target":"a"}],"Results":[]}'],
  ["a CycloneDX SBOM", '{"bomFormat":"CycloneDX","components":[{"purl":"pkg:npm/a@1"}],"\\u0063omponents":[]}'],
  ["an SPDX document", '{"spdxVersion":"SPDX-2.3","packages":[],"packages":[{"name":"a"}]}'],
  ["Syft's JSON", '{"descriptor":{"name":"syft"},"artifacts":[],"artifacts":[{"name":"a"}]}'],
  ["a report of ours", '{"version":1,"targets":[],"findings":[],"findings":[]}'],
])("a baseline that can be read in two ways is an error: %s", (_, text) => {
  expect(() => JSON.parse(text)).not.toThrow();
  expect(() => baselineIn(Buffer.from(text), "./b.json", [trivyReports])).toThrow(
    /^\[baseline-damaged\] .* has a duplicate key in one object/,
  );
});
