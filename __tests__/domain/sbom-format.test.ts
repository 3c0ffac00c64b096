import { expect, it } from "vitest";
import { isSbomFormat } from "../../src/domain/target.ts";

it("a report is an SBOM in the two formats that the scanner makes, and in no other", () => {
  const formats = ["cyclonedx", "spdx-json", "json", "sarif", "spdx", "CycloneDX", ""];
  expect(formats.filter(isSbomFormat)).toEqual(["cyclonedx", "spdx-json"]);
});
