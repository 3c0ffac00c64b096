import { ensureTrivy } from "../../scripts/setup/tools.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  type VulnerabilityDatabaseOptions,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "./database.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { starterOf } from "./starter.ts";

/** What a whole run of the action needs instead of the internet. */
export interface Bed extends AsyncDisposable {
  /** Serves both databases; images can be added to it. */
  readonly registry: Registry;
  /** `with:` of a step that uses them: the real Trivy behind a starter, and the databases' repositories. */
  readonly inputs: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startBed(options: Partial<VulnerabilityDatabaseOptions> = {}): Promise<Bed> {
  const [program, registry] = await Promise.all([ensureTrivy(), startRegistry()]);
  const trivy = await starterOf(program, "trivy", ["version", "-f", "json"]);
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
