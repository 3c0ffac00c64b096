import { mergeRun } from "../../src/domain/history/merge.ts";
import type { Rescanned, RunSeen } from "../../src/domain/history/running.ts";
import { judge, type ScanOutcome } from "../../src/domain/judge/judge.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import { SEVERITIES } from "../../src/domain/severity.ts";
import type { InstalledPackage } from "../../src/domain/target.ts";
import type { StateSnapshot, StateStore } from "../../src/forge/forge.ts";
import { loadState } from "../../src/state/load.ts";
import { changeOf, saveState } from "../../src/state/save.ts";
import { type Line, ratioLine } from "./line.ts";
import { costOf, inTurn, timeWork } from "./measure.ts";

const IMAGES = 1000;
const FINDINGS = 500;
const NO_SBOMS: ReadonlyMap<string, Buffer> = new Map();

/**
 * A quarter are packages of the system; a quarter is at paths that all images have, half at paths of the image alone.
 * A tenth of all is another one each week.
 */
function outcomeOf(image: number, week: number): ScanOutcome {
  const name = `ghcr.io/acme/app-${image}:1.${week}`;
  const packages = Array.from({ length: 200 }, (_, index): InstalledPackage => {
    const version = `1.${index % 10 === 0 ? week : 0}.${index}`;
    const common = { name: `package-${index}`, version };
    return index % 4 === 0
      ? { ...common, type: "debian", purl: `pkg:deb/debian/package-${index}@${version}?arch=amd64&distro=debian-12.9` }
      : {
          ...common,
          type: "python-pkg",
          purl: `pkg:pypi/package-${index}@${version}`,
          path: `${index % 2 === 0 ? "usr" : `srv/app-${image}`}/lib/site-packages/package_${index}-${version}.dist-info/METADATA`,
        };
  });
  const findings = Array.from({ length: FINDINGS }, (_, index) => {
    const about = packages[Math.floor((index * packages.length) / FINDINGS)] as InstalledPackage;
    return {
      kind: "vulnerability" as const,
      id: `CVE-2098-${10_000 + index + (index % 10 === 0 ? 1000 * week : 0)}`,
      severity: SEVERITIES[index % SEVERITIES.length] ?? "UNKNOWN",
      title: `finding ${index}`,
      package: about,
      fixedVersions: index % 3 === 0 ? [] : ["2.0.0"],
      status: "fixed",
      path: about.path,
    };
  });
  const target = { kind: "image", input: name, label: name } as const;
  const artifact = { names: [name], packages: packages.length };
  return {
    target,
    scan: {
      artifact,
      packages,
      layers: [],
      findings,
      suppressed: 0,
      provenance: { scanner: "Trivy", scanners: ["vuln"] },
    },
  };
}

function weekOf(week: number): RunSeen {
  const outcomes = Array.from({ length: IMAGES }, (_, image) => outcomeOf(image, week));
  const verdict = judge(outcomes, { policy: EMPTY_POLICY, limits: {}, ignoreUnfixed: undefined, today: "2026-01-01" });
  const images = verdict.targets.map(
    (target, image): Rescanned => ({
      name: `ghcr.io/acme/app-${image}`,
      reference: target.target.input,
      digest: `sha256:${String(image).padStart(64, "0")}`,
      platform: "linux/amd64",
      where: [{ source: "kubernetes:deploy/*.yaml", name: `shop/deployment/app-${image}/app` }],
      way: "sbom",
      verdict: target,
    }),
  );
  return { now: new Date(Date.UTC(2026, 0, 5 + 7 * week)).toISOString(), images, unreadSources: [] };
}

/** The state in memory. */
function storeOf(): StateStore {
  let snapshot: StateSnapshot = { files: new Map() };
  return {
    label: "memory",
    readOnlyBecause: async () => undefined,
    read: async () => snapshot,
    write: async ({ put }) => {
      snapshot = { files: new Map([...snapshot.files, ...put]) };
      return { at: "memory" };
    },
  };
}

/** The cost of the history: 1,000 images with 500 findings each, of which a tenth is new and a tenth is gone. */
export async function stateLines(): Promise<Line[]> {
  const store = storeOf();
  const first = weekOf(1);
  await saveState(store, await loadState(store, first.now), { seen: first, sboms: NO_SBOMS });
  const next = weekOf(2);
  const loaded = await loadState(store, next.now);
  if (loaded.records.size !== IMAGES) throw new Error(`${loaded.records.size} records`);
  const texts = [...loaded.snapshot.files.values()].map((content) => content.toString("utf8"));
  const parse = () => timeWork(() => texts.map((text) => JSON.parse(text) as unknown));
  const merging = await inTurn(7, () => timeWork(() => mergeRun(loaded.records, next)), parse);
  const writing = await inTurn(
    7,
    () => timeWork(() => changeOf(loaded, { seen: next, sboms: NO_SBOMS }, mergeRun(loaded.records, next))),
    parse,
  );
  const reading = await inTurn(7, () => costOf(() => loadState(store, next.now)), parse);
  return [
    ratioLine("state of 1,000 images × 500 findings: merged ÷ JSON.parse of it", merging, 2),
    ratioLine("the same with the new texts and their hashes ÷ JSON.parse", writing, 3),
    ratioLine("read, with hashes and every check ÷ JSON.parse", reading, 3),
  ];
}
