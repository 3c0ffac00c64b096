import { ensureTrivy } from "../../scripts/setup/tools.ts";
import {
  javaDatabase,
  javaDatabaseArtifact,
  vulnerabilityDatabase,
  vulnerabilityDatabaseArtifact,
} from "../support/databases/database.ts";
import type { Artifact } from "../support/images/oci.ts";
import { type Internet, startInternet } from "../support/network/internet.ts";
import { createReleases, type ReleaseArchive, type Releases, releaseArchive } from "../support/programs/releases.ts";
import { createRegistry, type MemoryRegistry } from "../support/registry/registry.ts";

/** The archive for the runners of the tests. */
export const ARCHIVE = "trivy_0.76.0_Linux-64bit.tar.gz";
const OTHER_ARCHIVE = "trivy_0.76.0_Linux-ARM64.tar.gz";
const HOUR_MS = 3_600_000;

/** The two public places that docs/air-gapped.md mirrors, and the internet that they are in. */
export interface PublicSources {
  readonly net: Internet;
  readonly github: Releases;
  /** Trivy's real program, packed by the bed. */
  readonly archive: ReleaseArchive;
  /** Puts a vulnerability database there that was built this many hours ago. */
  publishDatabase(hoursOld: number): Artifact;
}

/** As users with a network see them: with tokens, contents at another host, both databases and a release. */
export async function startPublicSources(): Promise<PublicSources> {
  const ghcr = createRegistry("ghcr.io");
  ghcr.requireToken({ realm: "https://ghcr.io/token", service: "ghcr.io" });
  ghcr.redirectBlobs("https://pkg-containers.githubusercontent.com");
  ghcr.add("aquasecurity/trivy-java-db", "1", javaDatabaseArtifact(javaDatabase({ now: new Date() })));
  const github = createReleases("/aquasecurity/trivy/releases/download");
  github.redirect("https://release-assets.githubusercontent.com");
  const archive = await publishRelease(github);
  const publishDatabase = (hoursOld: number) => publishIn(ghcr, hoursOld);
  publishDatabase(1);
  const net = await startInternet({
    "ghcr.io": ghcr.handler,
    "pkg-containers.githubusercontent.com": ghcr.handler,
    "github.com": github.handler,
    "release-assets.githubusercontent.com": github.handler,
  });
  return { net, github, archive, publishDatabase };
}

function publishIn(registry: MemoryRegistry, hoursOld: number): Artifact {
  const now = new Date();
  const updatedAt = new Date(now.getTime() - hoursOld * HOUR_MS);
  const database = vulnerabilityDatabaseArtifact(vulnerabilityDatabase({ now, updatedAt }));
  registry.add("aquasecurity/trivy-db", "2", database);
  return database;
}

/** A release with the archives that the page names: the real program, and a placeholder for the other processor. */
async function publishRelease(github: Releases): Promise<ReleaseArchive> {
  const archive = await releaseArchive({ program: await ensureTrivy() });
  const other = await releaseArchive({ members: [{ path: "trivy", data: "arm64" }], name: OTHER_ARCHIVE });
  const add = (name: string, text: string) => github.addText("0.76.0", name, text);
  github.add("0.76.0", archive, ARCHIVE);
  github.add("0.76.0", other, OTHER_ARCHIVE);
  const sums = [
    [archive.sha256, ARCHIVE],
    [other.sha256, OTHER_ARCHIVE],
    ["0".repeat(64), "trivy_0.76.0_macOS-64bit.tar.gz"],
  ];
  add("trivy_0.76.0_checksums.txt", sums.map((line) => `${line.join("  ")}\n`).join(""));
  for (const name of [ARCHIVE, OTHER_ARCHIVE, "trivy_0.76.0_checksums.txt"]) add(`${name}.sigstore.json`, "{}");
  return archive;
}
