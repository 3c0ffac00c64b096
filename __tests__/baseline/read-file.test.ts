import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readBaselineFile } from "../../src/baseline/read-file.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/folder.ts";

// Proves: given-report-says-one
it.each([
  ["a Trivy report", '{"SchemaVersion":2,"ArtifactType":"container_image","Results":[{"Target":"a"}],"Results":[]}'],
  ["a CycloneDX SBOM", '{"bomFormat":"CycloneDX","components":[{"purl":"pkg:npm/a@1"}],"\\u0063omponents":[]}'],
  ["an SPDX document", '{"spdxVersion":"SPDX-2.3","packages":[],"packages":[{"name":"a"}]}'],
  ["Syft's JSON", '{"descriptor":{"name":"syft"},"artifacts":[],"artifacts":[{"name":"a"}]}'],
  ["a report of ours", '{"version":1,"targets":[],"findings":[],"findings":[]}'],
])("a baseline that can be read in two ways is an error: %s", (_, text) => {
  using folder = temporaryFolder("baseline-file");
  const world = testWorld(folder.path);
  writeFileSync(join(world.workspace, "b.json"), text);
  expect(() => JSON.parse(text)).not.toThrow();
  expect(() => readBaselineFile("./b.json", [trivyReports], world)).toThrow(
    /^\[baseline-damaged\] .* has a duplicate key in one object/,
  );
});
