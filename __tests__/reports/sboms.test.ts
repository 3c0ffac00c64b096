import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import type { PlannedReport } from "../../src/reports/planned-reports.ts";
import { beginSboms } from "../../src/reports/sboms.ts";
import type { SbomMaker, SbomRequest, ScannerReport } from "../../src/scanners/scanner.ts";
import { cancelled, GateError } from "../../src/system/errors.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { image } from "./targets.ts";

const folder = temporaryFolder("sboms");
afterAll(() => folder.remove());

const app = image("ghcr.io/acme/app:1");
const web = image("ghcr.io/acme/web:1");
const planned = (format: PlannedReport["format"], path: string, target: Target = app): PlannedReport => ({
  format,
  path: join(folder.path, path),
  shown: path,
  target,
});
const report = (listsPackages = true): ScannerReport => ({
  listsPackages,
  packages: (target) => `packages of ${target.label}`,
});
const TWO = [planned("cyclonedx", "app.cdx"), planned("spdx-json", "app.spdx")];

/** A maker that records its requests and their times. */
function makerOf(make: SbomMaker["make"] = async () => {}) {
  const requests: SbomRequest[] = [];
  const signals: AbortSignal[] = [];
  const maker = async (signal: AbortSignal): Promise<SbomMaker> => {
    signals.push(signal);
    return {
      make(request, world) {
        requests.push(request);
        return make(request, world);
      },
    };
  };
  return { maker, requests, signals };
}

describe("SBOMs", () => {
  it("are not made, and no maker is asked for, if no planned report is one", () => {
    const { maker, signals } = makerOf();
    expect(beginSboms([], maker, testWorld(folder.path))).toBeUndefined();
    const others = [planned("csv", "a.csv"), planned("sarif", "a.sarif")];
    expect(beginSboms(others, maker, testWorld(folder.path))).toBeUndefined();
    expect(signals).toEqual([]);
  });

  it("are made of each target's packages, in the run's own folder, by one maker", async () => {
    const { maker, requests, signals } = makerOf();
    const wanted = [planned("csv", "a.csv"), ...TWO, planned("cyclonedx", "web.cdx", web)];
    const world = testWorld(folder.path);
    const sboms = beginSboms(wanted, maker, world);
    sboms?.take(app, report());
    sboms?.take(web, report());
    const files = await Promise.all(wanted.slice(1).map((one) => sboms?.fileOf(one)));
    expect(files.map((file = "") => basename(file))).toEqual(["sbom-1.json", "sbom-2.json", "sbom-3.json"]);
    expect(requests.map(({ format, output }) => [format, output])).toEqual([
      ["cyclonedx", files[0]],
      ["spdx-json", files[1]],
      ["cyclonedx", files[2]],
    ]);
    expect(requests.map(({ packages }) => readFileSync(packages, "utf8"))).toEqual([
      "packages of ghcr.io/acme/app:1",
      "packages of ghcr.io/acme/app:1",
      "packages of ghcr.io/acme/web:1",
    ]);
    expect(signals).toHaveLength(1);
    const kept = join(world.runFolder, "sboms");
    expect(readdirSync(kept).sort()).toEqual(["packages-1.json", "packages-3.json"]);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    expect(statSync(join(kept, "packages-1.json")).mode & 0o777).toBe(0o600);
  });

  it("are not begun for a target of which none is wanted", async () => {
    const { maker, signals } = makerOf();
    const world = testWorld(folder.path);
    const sboms = beginSboms(TWO, maker, world);
    sboms?.take(web, report());
    await sboms?.end();
    expect(signals).toEqual([]);
    expect(readdirSync(world.runFolder)).toEqual([]);
  });

  it("are made two at a time", async () => {
    const ends: (() => void)[] = [];
    const { maker, requests } = makerOf(() => new Promise((resolve) => ends.push(resolve)));
    const wanted = [...TWO, planned("cyclonedx", "web.cdx", web), planned("spdx-json", "web.spdx", web)];
    const sboms = beginSboms(wanted, maker, testWorld(folder.path));
    sboms?.take(app, report());
    sboms?.take(web, report());
    await expect.poll(() => requests).toHaveLength(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(requests).toHaveLength(2);
    ends[0]?.();
    await expect.poll(() => requests).toHaveLength(3);
    for (const end of ends) end();
    await expect.poll(() => requests).toHaveLength(4);
    for (const end of ends) end();
    for (const one of wanted) expect(await sboms?.fileOf(one)).toContain("sbom-");
  });

  it("that cannot be made fail anyone who asks for them, and no other", async () => {
    const { maker } = makerOf(async ({ format }) => {
      if (format === "cyclonedx") throw new GateError("sbom-not-made", "The disk is full", "Free some.");
    });
    const sboms = beginSboms(TWO, maker, testWorld(folder.path));
    sboms?.take(app, report());
    const [cyclonedx, spdx] = TWO as [PlannedReport, PlannedReport];
    await expect(sboms?.fileOf(cyclonedx)).rejects.toMatchObject({ what: "The disk is full" });
    expect(await sboms?.fileOf(spdx)).toContain("sbom-1.json");
  });

  it("that are not asked for may fail: nothing is thrown anywhere", async () => {
    const maker = () => Promise.reject(new GateError("trivy-not-found", "There is no Trivy", "Install it."));
    const sboms = beginSboms(TWO, maker, testWorld(folder.path));
    sboms?.take(app, report());
    await new Promise((resolve) => setImmediate(resolve));
    await expect(sboms?.end()).resolves.toBeUndefined();
  });

  it("that have no scan to be made of are their own error, and leave the verdict", async () => {
    const wanted = planned("cyclonedx", "a.cdx");
    const sboms = beginSboms([wanted], makerOf().maker, testWorld(folder.path));
    await expect(sboms?.fileOf(wanted)).rejects.toMatchObject({
      code: "sbom-not-made",
      remedy: "The verdict is unaffected.",
    });
  });

  it("warn of a given report that lists no packages, and of no other", async () => {
    const given: Target = { kind: "trivy-report", input: "report.json", label: "report.json" };
    const warningsOf = async (target: Target, listsPackages: boolean) => {
      const world = testWorld(folder.path);
      const sboms = beginSboms([planned("cyclonedx", "a.cdx", target)], makerOf().maker, world);
      sboms?.take(target, report(listsPackages));
      await sboms?.end();
      return world.lines;
    };
    const warning = expect.stringMatching(/^warning: \[sbom-empty\] .*"report\.json"/);
    expect(await warningsOf(given, false)).toEqual([warning]);
    expect(await warningsOf(given, true)).toEqual([]);
    expect(await warningsOf(app, false)).toEqual([]);
  });

  it.each(["the run is cancelled", "they are no longer needed"])("end, and are waited for, once %s", async (why) => {
    let ended = false;
    const { maker, requests } = makerOf(async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended = true;
      throw cancelled();
    });
    const wanted = planned("cyclonedx", "a.cdx");
    const world = testWorld(folder.path);
    const sboms = beginSboms([wanted], maker, world);
    sboms?.take(app, report());
    await expect.poll(() => requests).toHaveLength(1);
    if (why === "the run is cancelled") world.abort();
    await (why === "the run is cancelled" ? sboms?.fileOf(wanted).catch(() => {}) : sboms?.end());
    expect(ended).toBe(true);
    await expect(sboms?.fileOf(wanted)).rejects.toMatchObject({ code: "run-cancelled" });
  });
});
