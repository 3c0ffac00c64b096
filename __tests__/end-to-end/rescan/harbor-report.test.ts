import { expect, it } from "vitest";
import { clean, debian12 } from "../../support/images/images.ts";
import { type HarborRow, type HarborScan, startHarbor } from "../../support/registry/harbor.ts";
import { partsOf, reportOf } from "../../support/runs/rescan-parts.ts";
import { openWeeks } from "../../support/runs/weeks.ts";

// The committed bundle, a Harbor with its own scans in front of real images, and real Trivy for what has no report.

const PUSHED = "2026-01-01T10:00:00.000Z";
const openssl: HarborRow = { id: "CVE-2024-5535", package: "openssl", version: "3.0.11-1", severity: "Critical" };
const hostile: HarborRow = {
  id: "CVE-1|<img src=x>\n::error::x",
  package: "@everyone ![](https://x)",
  version: "1",
  severity: "Low",
};

it("Harbor's own report is judged instead of a scan, week by week; other images are scanned alongside it", async () => {
  await using weeks = await openWeeks("rescan-harbor-report");
  const { registry } = weeks.bed;
  registry.add("fleet/app", "1.0", clean());
  const [, web = ""] = registry.add("shop/web", "2.0", debian12()).split("@");
  const [, job = ""] = registry.add("shop/job", "1.0", clean()).split("@");
  await using harbor = await startHarbor(registry.handler);
  const scans = (ofWeb: HarborScan, ofJob: HarborScan) => {
    harbor.repositories.set("shop/web", [{ id: "web", digest: web, tags: ["2.0"], pushed: PUSHED, scan: ofWeb }]);
    harbor.repositories.set("shop/job", [{ id: "job", digest: job, tags: ["1.0"], pushed: PUSHED, scan: ofJob }]);
  };
  harbor.repositories.set("shop/chart", [{ id: "chart", type: "CHART", tags: ["1.0"], pushed: PUSHED }]);
  const line = `harbor:http://${harbor.host}/shop`;
  const inputs = { discover: line, "harbor-report": "true", "state-dir": weeks.state("shop") };
  const shown = ({ results }: { readonly results: readonly Record<string, unknown>[] }) =>
    Object.fromEntries(
      results.map(({ target, verdict, way }) => [String(target).replace(/^[^/]*\//, ""), [verdict, way]]),
    );

  // Trivy is missing on purpose: this shows that it is not needed.
  scans({ rows: [openssl, hostile] }, { rows: [] });
  const first = await weeks.week({ ...inputs, "trivy-binary": "/nowhere/trivy" });
  expect(first.outputs, first.log).toMatchObject({ verdict: "fail", images: "2", failing: "1" });
  expect(shown(first)).toEqual({ "shop/web:2.0": ["fail", "report"], "shop/job:1.0": ["pass", "report"] });
  expect(first.summary).toContain("2 judged by Harbor's reports");
  expect(first.summary).toContain("`@everyone ![](https://x)` 1");
  expect(first.summary).toContain("`CVE-1\\|<img src=x>\\u{A}::error::x`");
  expect(first.summary).toContain("Harbor's Trivy (Aqua Security) v0.58.1");
  expect(first.log).not.toMatch(/^::error::x/m);

  const second = await weeks.week(inputs);
  expect(second.outputs.verdict).toBe("fail");

  scans({ rows: [openssl, hostile] }, { status: "Running" });
  const running = await weeks.week(inputs);
  expect(running.outputs.verdict, running.log).toBe("error");
  expect(running.log).toContain("harbor-scan-unfinished");
  expect(shown(running)).toEqual({ "shop/web:2.0": ["fail", "report"], "shop/job:1.0": ["error", ""] });

  scans({ rows: [hostile] }, { rows: [] });
  const both = { ...inputs, discover: `${line}\nregistry:${registry.host}/fleet/app` };
  const fixed = await weeks.week(both);
  expect(fixed.outputs.verdict, fixed.log).toBe("pass");
  expect(shown(fixed)).toEqual({
    "fleet/app:1.0": ["pass", "image"],
    "shop/web:2.0": ["pass", "report"],
    "shop/job:1.0": ["pass", "report"],
  });

  // Trivy now has other names for the findings. The findings of the report were not fixed.
  const own = await weeks.week({ ...both, "harbor-report": "false" });
  expect(shown(own)["shop/web:2.0"]).toEqual(["fail", "image"]);
  expect(own.summary).toMatch(/^\| withdrawn \| \S+LOW /m);
  expect(own.summary).toContain("· 0 fixed");
}, 600_000);

it("Harbor's own reports are read by each shard of a plan, and the merge judges them", async () => {
  await using weeks = await openWeeks("rescan-harbor-parts");
  const digest = weeks.bed.registry.add("shop/web", "2.0", clean()).split("@")[1] ?? "";
  await using harbor = await startHarbor(weeks.bed.registry.handler);
  harbor.repositories.set("shop/web", [
    { id: "web", digest, tags: ["2.0"], pushed: PUSHED, scan: { rows: [openssl] } },
  ]);
  const state = { "state-dir": weeks.state("shop") };
  const nowhere = { "trivy-binary": "/nowhere/trivy" };
  await using fleet = await partsOf(weeks);
  const plan = await fleet.plan({ ...nowhere, shards: "1", discover: `harbor:http://${harbor.host}/shop` });
  const scan = await fleet.scan(plan, 0, { ...nowhere, ...state, "harbor-report": "true" });
  const merged = await fleet.merge(plan, { ...nowhere, ...state }, reportOf(scan));
  expect(merged.outputs, merged.log).toMatchObject({ verdict: "fail", images: "1" });
  expect(JSON.parse(merged.outputs.results ?? "[]")).toMatchObject([{ verdict: "fail", way: "report" }]);
}, 600_000);
