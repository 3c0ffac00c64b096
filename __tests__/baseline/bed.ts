import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { ensureTrivy } from "../../scripts/setup/tools.ts";
import { type Inputs, readInputs } from "../../src/actions/gate/inputs.ts";
import { type AutomaticBaseline, compareTargets } from "../../src/baseline/compare-targets.ts";
import { judge, type ScanOutcome } from "../../src/domain/judge/judge.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import { renderReport } from "../../src/render/json/report.ts";
import type { View } from "../../src/render/view.ts";
import type { Scans } from "../../src/scan/scans.ts";
import { trivyReports } from "../../src/scanners/trivy/report/given.ts";
import type { InstalledProgram } from "../../src/supply/installed.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../support/databases/database.ts";
import { type Registry, startRegistry } from "../support/registry/registry.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";
import { scanWith } from "../support/runs/scans.ts";

const noBaseline: AutomaticBaseline = async () => () => ({ none: "this test has none" });

/** Runs up to the comparison, with the real Trivy. The registry has images, and today's and an older database. */
export function baselineBed() {
  let trivy: InstalledProgram;
  let folder: TemporaryFolder;
  const bed = {
    registry: undefined as unknown as Registry,
    world: undefined as unknown as TestWorld,

    /** Scans as a step with these inputs does. `database`: `today`, or `before`, which lacks some advisories. */
    async scan(inputs: Readonly<Record<string, string>>, database = "today"): Promise<{ scans: Scans; given: Inputs }> {
      const { world, registry } = bed;
      const all = {
        "db-repository": `${registry.host}/trivy-db-${database}:2`,
        "java-db-repository": `${registry.host}/trivy-java-db:1`,
        "image-source": "remote",
        cache: "false",
        ...inputs,
      };
      const env = Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
      const given = readInputs(Object.fromEntries(env));
      const at = { ...world, toolCache: join(world.temp, `tools-${database}`) };
      return { scans: await scanWith(given, trivy, at), given };
    },

    /** Scans and compares. */
    async compare(inputs: Readonly<Record<string, string>>, automatic = noBaseline) {
      const { scans, given } = await bed.scan(inputs);
      const made = await compareTargets(
        { given: given.baseline, automatic, reports: async () => [trivyReports] },
        scans,
        bed.world,
      );
      const [outcome] = made.outcomes as [ScanOutcome];
      const [comparison] = [...made.comparisons.values()];
      return { ...made, outcome, comparison };
    },

    /** The report that a run writes of such scans. */
    report({ outcomes }: Pick<Scans, "outcomes">): string {
      const settings = { policy: EMPTY_POLICY, limits: {}, ignoreUnfixed: undefined, today: "2026-11-24" } as const;
      const view: View = {
        name: "app",
        verdict: judge(outcomes, settings),
        mode: "enforce",
        today: "2026-11-24",
        now: new Date("2026-11-24T10:00:00Z"),
        policy: { from: "workspace" },
        commit: "c".repeat(40),
      };
      return [...renderReport(view)].join("");
    },

    /** A file of the workspace. */
    write(name: string, data: string | Buffer): string {
      const path = join(bed.world.workspace, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, data);
      return name;
    },
  };

  beforeAll(async () => {
    trivy = { path: await ensureTrivy(), version: "0.76.0", origin: "given binary" };
    bed.registry = await startRegistry();
    const now = new Date();
    const before = vulnerabilityDatabase({ now, without: ["CVE-2099-1001"] });
    bed.registry.add("trivy-db-today", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now })));
    bed.registry.add("trivy-db-before", "2", vulnerabilityDatabaseArtifact(before));
    bed.registry.add("trivy-java-db", "1", javaDatabaseArtifact(javaDatabase({ now })));
  });
  afterAll(() => bed.registry.close());
  beforeEach(() => {
    folder = temporaryFolder("baseline");
    bed.world = testWorld(folder.path);
  });
  afterEach(() => folder.remove());
  return bed;
}
