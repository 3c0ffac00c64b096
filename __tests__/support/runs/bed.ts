import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  type VulnerabilityDatabaseOptions,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../databases/database.ts";
import { type Starter, starterOf } from "../programs/starter.ts";
import { type Registry, startRegistry } from "../registry/registry.ts";

/** The servers and programs that a whole run of the action uses in place of the internet. */
export interface Bed extends AsyncDisposable {
  /** Serves both databases; images can be added to it. */
  readonly registry: Registry;
  /** `with:` of a step that uses them: the real Trivy, and the databases' repositories. */
  readonly inputs: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export type BedOptions = Partial<VulnerabilityDatabaseOptions>;

/** SHA-256 of Trivy 0.76.0's program for Linux on x64, which {@link ensureTrivy} has checked. */
const TRIVY_SHA256 = "1f889576636db0623539cb339df7d06c40ebf39e7919489eafa1160e29808f19";

/** A bed with the genuine Trivy program, for scripts that measure and show. */
export async function startBed(options: BedOptions = {}): Promise<Bed> {
  return open({ path: await ensureTrivy(), sha256: TRIVY_SHA256 }, options);
}

/** A bed with a starter of Trivy, for tests that start many runs. */
export async function startTestBed(options: BedOptions = {}): Promise<Bed> {
  return open(await starterOf(await ensureTrivy(), "trivy", ["version", "-f", "json"]), options);
}

async function open(trivy: Starter, options: BedOptions): Promise<Bed> {
  const registry = await startRegistry();
  const { now = new Date() } = options;
  registry.add("trivy-db", "2", vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ ...options, now })));
  registry.add("trivy-java-db", "1", javaDatabaseArtifact(javaDatabase({ now })));
  const close = () => registry.close();
  return {
    registry,
    inputs: {
      "trivy-binary": trivy.path,
      "trivy-sha256": trivy.sha256,
      "db-repository": `${registry.host}/trivy-db:2`,
      "java-db-repository": `${registry.host}/trivy-java-db:1`,
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
