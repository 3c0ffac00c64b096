import { join } from "node:path";
import type { LocatedTarget, ScanResult, Target } from "../../../domain/target.ts";
import type { AcquiredImage } from "../../../images/acquire/acquired-image.ts";
import type { World } from "../../../system/world.ts";
import type { ScanOptions } from "../../scanner.ts";
import { knownKinds } from "../database/facts.ts";
import { FILE } from "../database/health.ts";
import { answerNotes } from "../report/report.ts";
import { answerOn, kindsOf, namesOf, type RunSettings, requireYoung } from "./answer.ts";
import { blindTo, imageCoverage } from "./coverage.ts";
import { notAnImage } from "./failures.ts";

export interface ScanSettings extends RunSettings, Pick<ScanOptions, "image"> {}

/**
 * Scans one image, which lies here as a layout of verified bytes.
 * @throws GateError `target-kind-unsupported`, `scan-timeout`, `grype-…`, `report-…`, `run-cancelled`
 */
export async function scanTarget(
  target: Target,
  located: LocatedTarget,
  settings: ScanSettings,
  world: World,
): Promise<ScanResult> {
  const { image, database } = settings;
  if (image === undefined) throw notAnImage(target, located);
  const { read, packages } = await answerOn(target, `oci-dir:${image.folder}`, settings, world);
  const kinds = kindsOf(packages);
  const updatedAt = await requireYoung({ target, kinds, system: read.system, told: read.database }, settings, world);
  const advised = { ...database, kinds: await knownKinds(join(database.folder, FILE)) };
  const { artifact, ...result } = read.result;
  const { digest, index, digestUnknown, repoTags, platform, place } = image;
  const claims = place === "archive" || place === "layout" ? repoTags.slice(0, 1) : [];
  const { claims: _claims, ...own } = artifact;
  return {
    ...result,
    artifact: {
      ...own,
      ...(claims.length > 0 && { claims }),
      ...(digest !== undefined && { digest, index }),
      platform,
      packages: packages.length,
    },
    packages: packages.map(({ paths: _paths, ...each }) => each),
    coverage: await imageCoverage(read, packages, image, advised),
    ...blindTo(packages, advised),
    provenance: {
      ...namesOf(settings),
      databaseUpdatedAt: updatedAt,
      scannedAt: read.document.descriptor.timestamp ?? undefined,
      readAs: located.how,
      source: PLACES[place],
      scanners: ["vuln"],
      notes: [...answerNotes(read, updatedAt), ...image.notes],
      ...(digestUnknown !== undefined && { digestUnknown }),
    },
  };
}

const PLACES: Readonly<Record<AcquiredImage["place"], string>> = {
  docker: "the local Docker",
  containerd: "the local containerd",
  podman: "the local Podman",
  remote: "the registry",
  archive: "a `docker save` tar",
  layout: "an OCI layout folder",
};
