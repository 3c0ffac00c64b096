import { expect, it } from "vitest";
import { kevFile, startExploitSources } from "../../support/databases/exploit-sources.ts";
import { buildImage, type Image } from "../../support/images/oci.ts";
import { debianBase, npmPackage } from "../../support/images/packages.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, openStage } from "../../support/runs/stage.ts";

// Subjects of other tests, all at once and with the bundle: baseline, base image, attackers, Dockerfile.

const base = { createdBy: "ADD rootfs.tar / ", files: debianBase([["tar", "1.34+dfsg-1.2"]]) };
const image = (...packages: readonly (readonly [string, string])[]): Image =>
  buildImage([
    base,
    { createdBy: "COPY app /app # buildkit", files: packages.map(([name, version]) => npmPackage(name, version)) },
  ]);

const stage = await shared(openStage("together"));
const { registry } = stage.bed;
registry.add("acme/base", "1", buildImage([base]));
registry.add("acme/app", "old", image(["minimist", "0.2.1"]));
registry.add("acme/app", "new", image(["minimist", "0.2.1"], ["lodash", "4.17.20"]));
const sources = await shared(startExploitSources());
sources.serve("/kev.json", kevFile([{ id: "CVE-2099-4001" }], `${day()}T00:00:00Z`));

it("only what a change brings in counts; one row says whose it is, that it is attacked, and where it is", async () => {
  const { host } = stage.bed.registry;
  const policy = (count: string) =>
    [
      "version: 1",
      `count: ${count}`,
      "thresholds: {critical: 0, high: 0, medium: 0, low: 0, exploited: 5}",
      `exploit-data: {kev: "${sources.kevUrl}"}`,
    ].join("\n");
  const run = (count: string) =>
    stage.run(
      {
        image: `${host}/acme/app:new`,
        baseline: `${host}/acme/app:old`,
        "base-image": `${host}/acme/base:1`,
        dockerfile: "Dockerfile",
      },
      {
        files: {
          ".github/image-gate.yml": policy(count),
          Dockerfile: `FROM ${host}/acme/base:1\n\nCOPY app /app\n`,
        },
      },
    );
  const introduced = await run("introduced");
  const all = await run("all");
  const rows = introduced.report.findings.map(({ package: about, outcome, spared, change, origin }) => [
    about?.name,
    outcome,
    spared,
    change,
    origin,
  ]);
  expect(rows).toContainEqual(["lodash", "open", undefined, "new", "own"]);
  expect(rows).toContainEqual(["minimist", "not-counted", "not-introduced", "unchanged", "own"]);
  expect(rows).toContainEqual(["tar", "not-counted", "not-introduced", "unchanged", "base"]);
  // The outputs have exactly the numbers of findings that count.
  const counted = (result: typeof all) =>
    ["critical", "high", "medium", "low", "unknown"].reduce((sum, name) => sum + Number(result.outputs[name]), 0);
  const open = introduced.report.findings.filter(({ outcome }) => outcome === "open").length;
  expect(counted(introduced)).toBe(open);
  expect(counted(all)).toBe(all.report.findings.length);
  expect(all.report.findings.length).toBeGreaterThan(open);
  expect(introduced.outputs.verdict).toBe("fail");
  expect(introduced.outputs.reason).toMatch(/\d+ new/);
  // One row has all of it. The layer that it names shows who brought it in.
  const row = introduced.summary.split("\n").find((line) => line.includes("lodash") && line.startsWith("|")) ?? "";
  for (const mark of ["**new**", "🔥 exploited", "layer&nbsp;2"]) expect(row).toContain(mark);
  expect(introduced.summary).toMatch(/^- \*\*1\*\* .*base image\)\n- \*\*2\*\* .*\(`Dockerfile:3`\)$/m);
  expect(introduced.summary).toContain("Package changes: 1 gained");
  expect(introduced.report.plan?.flatMap(({ upgrades }) => upgrades ?? []).map(({ package: name }) => name)).toEqual([
    "lodash",
  ]);
});
