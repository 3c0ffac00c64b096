import { afterAll, expect, it } from "vitest";
import { subjectsOf } from "../../../src/actions/sign/subjects.ts";
import type { RegistryReader } from "../../../src/images/registry/client.ts";
import { reportOf, scanned } from "../../domain/evidence/reports.ts";
import { testWorld } from "../../scanners/trivy/world.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("subjects");
afterAll(() => folder.remove());

const asked: string[] = [];
const reader: RegistryReader = {
  read(reference) {
    asked.push(reference);
    return Promise.reject(new Error("is asked"));
  },
};

it.each([
  "--output-file=/etc/x",
  "-",
  "ghcr.io/acme/app --key=other",
  "ghcr.io/acme/../app",
  "GHCR.IO/acme/app",
  "a\nb",
])("no report makes %j an argument of Cosign, or a host that is asked", async (repository) => {
  const world = testWorld(folder.path);
  const report = reportOf([scanned("a", [], {})]);
  const targets = report.targets.map((target) => ({ ...target, input: repository }));
  const given = { report: { ...report, targets }, path: `${world.temp}/report.json` };
  const asks = { image: undefined, maxAge: Number.POSITIVE_INFINITY, maxDbAge: Number.POSITIVE_INFINITY };
  const from = { reader, layersFit: async () => true };
  await expect(subjectsOf(given, asks, from, world)).rejects.toMatchObject({ code: "report-edited" });
  expect(asked).toEqual([]);
});
