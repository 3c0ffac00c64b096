import { z } from "zod";
import { compareDotted } from "../../../domain/versions/order.ts";
import { type InstalledProgram, installedProgram, type VersionQuestion } from "../../../supply/installed.ts";
import type { ProgramWish, Publisher, ReleaseTable } from "../../../supply/publisher.ts";
import type { SigstoreTrust } from "../../../supply/signature.ts";
import { GateError } from "../../../system/errors.ts";
import { privateFolder } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { runGrype } from "../process/run.ts";
import table from "./release-table.json" with { type: "json" };

/** The hashes that Grype's releases are checked against. */
export interface GrypeTable extends ReleaseTable {
  /** Versions that must never run, each with the reason. There is none yet. */
  readonly bad: Readonly<Record<string, string>>;
}

/** The lowest version with a database of model 6 (0.88). */
const LOWEST_VERSION = "0.88.0";

/**
 * Grype's project.
 * @param held the hashes that releases are checked against; only tests give another table
 */
function grypePublisher(held: GrypeTable = table): Publisher {
  return {
    tool: "grype",
    name: "Grype",
    repository: "anchore/grype",
    table: held,
    // Grype's goreleaser configuration.
    archives: {
      "linux x64": "linux_amd64.tar.gz",
      "linux arm64": "linux_arm64.tar.gz",
      "linux ppc64": "linux_ppc64le.tar.gz",
      "linux s390x": "linux_s390x.tar.gz",
      "darwin x64": "darwin_amd64.tar.gz",
      "darwin arm64": "darwin_arm64.tar.gz",
      "win32 x64": "windows_amd64.zip",
    },
    machines: "Linux (x64, arm64), macOS or Windows x64",
    // The release workflow on the branch `main` (Grype's `install.sh`). So the signature does not name the version; the
    // archive's name in the signed checksums does.
    signerOf: () => ({
      issuer: "https://token.actions.githubusercontent.com",
      identity: "https://github.com/anchore/grype/.github/workflows/release.yaml@refs/heads/main",
    }),
    refuseBadVersion: (version) => refuseBadVersion(version, held),
  };
}

export const GRYPE: Publisher = grypePublisher();

/** @throws GateError `grype-known-bad`, `grype-too-old` */
function refuseBadVersion(version: string, { bad, default: best }: GrypeTable): void {
  const why = Object.hasOwn(bad, version) ? bad[version] : undefined;
  if (why !== undefined)
    throw new GateError(
      "grype-known-bad",
      `Grype ${version} must not be used: ${why}`,
      `Use ${best}. If ${version} ever ran where you found it, see what its advisory says.`,
    );
  if (compareDotted(version, LOWEST_VERSION) < 0)
    throw new GateError(
      "grype-too-old",
      `Grype ${version} is too old: it does not read today's database`,
      `Use ${best}; the oldest that works is ${LOWEST_VERSION}.`,
    );
}

const schema = z.object({ application: z.literal("grype"), version: z.string() });

export const GRYPE_VERSION: VersionQuestion = {
  publisher: GRYPE,
  args: ["version", "-o", "json"],
  parse: (json) => schema.safeParse(json).data?.version,
  run: (program, args, timeoutMs, world) =>
    runGrype({ program, args, databaseFolder: privateFolder(world, "no-database"), timeoutMs }, world),
};

/**
 * @param trust the trusted signers and the hashes of releases; only tests use others than Sigstore's and ours
 * @throws GateError `grype-…`, `runner-unsupported`, `run-cancelled`, `program-…`
 */
export function installGrype(
  wish: ProgramWish,
  world: World,
  trust: SigstoreTrust & { readonly table?: GrypeTable } = {},
): Promise<InstalledProgram> {
  return installedProgram(wish, { ...GRYPE_VERSION, publisher: grypePublisher(trust.table) }, trust, world);
}
