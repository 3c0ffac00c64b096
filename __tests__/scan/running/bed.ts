import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import type { FoundImage } from "../../../src/domain/history/running.ts";
import { imageAcquirer } from "../../../src/images/acquire/acquire.ts";
import { registryReader } from "../../../src/images/registry/client.ts";
import { onAcquiredImages } from "../../../src/scan/acquired.ts";
import {
  type ResolvedImages,
  type RunningScan,
  resolveRunning,
  type ScannedImages,
  scanRunning,
} from "../../../src/scan/running/index.ts";
import type { Scanner, ScannerSettings } from "../../../src/scanners/scanner.ts";
import { trivyScanner } from "../../../src/scanners/trivy/scanner.ts";
import { background } from "../../../src/system/background.ts";
import type { World } from "../../../src/system/world.ts";
import { type TestWorld, testWorld } from "../../scanners/trivy/world.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  type VulnerabilityDatabaseOptions,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../../support/databases/database.ts";
import { type Registry, startRegistry } from "../../support/registry/registry.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { scannerSettings } from "../../support/runs/scans.ts";

/** A registry with images and databases, a real Trivy, and what a run stores of them. */
export interface RunningBed extends AsyncDisposable {
  readonly registry: Registry;
  readonly world: TestWorld;
  /** As a run has stored them. */
  readonly stored: Map<string, Buffer>;
  /** A scanner with a current database. */
  scanner(settings?: Partial<ScannerSettings>, database?: Partial<VulnerabilityDatabaseOptions>): Promise<Scanner>;
  /** A scanner with the default settings, made once. */
  usual(): Promise<Scanner>;
  /** Trivy's version in this run. */
  version: string;
  resolve(found: readonly FoundImage[]): Promise<ResolvedImages>;
  /** Resolves and scans, and keeps the new SBOMs. */
  run(found: readonly FoundImage[], options?: Partial<RunningScan>, at?: World): Promise<ScannedImages>;
}

export async function runningBed(): Promise<RunningBed> {
  const [path, registry] = await Promise.all([ensureTrivy(), startRegistry()]);
  const folder = temporaryFolder("running");
  const world = testWorld(folder.path);
  const work = background(world.signal);
  const images = imageAcquirer({ imageSource: ["remote"], offline: false, timeoutMs: 60_000 }, world);
  const stored = new Map<string, Buffer>();
  let databases = 0;
  let usual: Promise<Scanner> | undefined;
  const bed: RunningBed = {
    registry,
    world,
    stored,
    version: "0.76.0",
    async scanner(settings = {}, database = {}) {
      const now = new Date();
      const tag = String(++databases);
      registry.add("trivy-db", tag, vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now, ...database })));
      registry.add("trivy-java-db", tag, javaDatabaseArtifact(javaDatabase({ now })));
      const trivy = { path, version: bed.version, origin: "given binary" } as const;
      const wanted = scannerSettings({
        maxDbAge: 7 * 24 * 3_600_000,
        dbRepository: [`${registry.host}/trivy-db:${tag}`],
        javaDbRepository: [`${registry.host}/trivy-java-db:${tag}`],
        offline: false,
        ...settings,
      });
      // The databases differ from test to test, so none may come from the machine's store.
      const own = { ...world, env: { ...world.env, RUNNER_TOOL_CACHE: `${folder.path}/tools-${tag}` } };
      return onAcquiredImages(await trivyScanner(trivy, wanted, work, own), images);
    },
    usual: () => {
      usual ??= bed.scanner();
      return usual;
    },
    resolve: (found) =>
      resolveRunning(found, {
        manifests: registryReader({ credentials: async () => undefined, signal: world.signal }),
        isStored: (digest) => stored.has(digest),
      }),
    async run(found, options = {}, at = world) {
      const scanner = options.scanner ?? (await bed.usual());
      const sbomOf = (digest: string) => stored.get(digest);
      const progress = ({ label }: { readonly label: string }) => label;
      const scanned = await scanRunning(await bed.resolve(found), { sbomOf, progress, ...options, scanner }, at);
      for (const [digest, sbom] of scanned.sboms) stored.set(digest, sbom);
      return scanned;
    },
    async [Symbol.asyncDispose]() {
      await work[Symbol.asyncDispose]();
      await images[Symbol.asyncDispose]();
      await registry.close();
      folder.remove();
    },
  };
  return bed;
}
