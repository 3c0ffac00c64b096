import { join } from "node:path";
import { accountFor } from "../../../domain/coverage/accounting.ts";
import { coverageOf } from "../../../domain/coverage/gaps.ts";
import type { InventoryEntry } from "../../../domain/coverage/inventory.ts";
import { disagreement } from "../../../domain/coverage/system-evidence.ts";
import type { Coverage } from "../../../domain/coverage.ts";
import { systemNamed } from "../../../domain/foreign/systems.ts";
import { needsOf } from "../../../domain/opinions/subject.ts";
import type { LocatedTarget, ScanResult, Target } from "../../../domain/target.ts";
import type { AcquiredImage } from "../../../images/acquire/acquired-image.ts";
import { PLACES } from "../../../images/source.ts";
import type { World } from "../../../system/world.ts";
import { applicationsIn, withManager } from "../../applications.ts";
import type { ScanOptions } from "../../scanner.ts";
import { knownKinds, knowsRelease } from "../database/facts.ts";
import { type Database, FILE } from "../database/health.ts";
import { sourcesFor } from "../report/database.ts";
import { answerNotes, type ReadDocument } from "../report/report.ts";
import { answerOn, kindsOf, namesOf, notAnImage, type RunSettings, requireYoung } from "./answer.ts";
import type { SeenByGrype } from "./packages.ts";

export interface ScanSettings extends RunSettings, Pick<ScanOptions, "image"> {}

/**
 * Scans one image, which is a layout of verified bytes on this machine.
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

/** Kinds of packages that run on an interpreter or a virtual machine, which needs a distribution's libraries. */
const HOSTED: ReadonlySet<string> = new Set(["python", "npm", "gem", "java-archive", "jenkins-plugin", "php-composer"]);

/** Kinds that are matched by their product's name (CPE), even if the database has advisories for their ecosystem. */
const BY_NAME: ReadonlySet<string> = new Set(["binary"]);

/** A database with the kinds of packages that it has advisories for. */
type Advised = Pick<Database, "folder"> & { readonly kinds: ReadonlySet<string> };

function isAdvised(type: string, kinds: ReadonlySet<string>): boolean {
  return kinds.has(type) || BY_NAME.has(type);
}

/** The ecosystems of packages for which the database has no advisories, as {@link ScanResult.blindTo}. */
function blindTo(packages: readonly SeenByGrype[], { kinds }: Advised): Pick<ScanResult, "blindTo"> {
  const unseen = packages.filter(({ system, type }) => system !== true && !isAdvised(type, kinds));
  return unseen.length === 0 ? {} : { blindTo: [...new Set(unseen.map(needsOf))].sort() };
}

/** The coverage of an image that Grype and its database prove. Grype ends normally even if it has no data. */
async function imageCoverage(
  { system }: Pick<ReadDocument, "system">,
  packages: readonly SeenByGrype[],
  image: AcquiredImage,
  { folder, kinds }: Advised,
): Promise<Coverage> {
  const file = join(folder, FILE);
  const ofSystem = packages.filter((each) => each.system === true);
  const family = system && (systemNamed(system.name)?.name ?? system.name);
  const release = system !== undefined && (await knowsRelease(file, system)) ? "known" : "unknown";
  const matching = sourcesFor(system) !== undefined || release === "known" ? "yes" : "no";
  const applications = applicationsIn(packages);
  const listed = system && { family: family ?? system.name, name: system.version, endOfLife: false };
  const kernel = image.platform?.split("/")[0];
  return coverageOf({
    kind: "image",
    isImageSbom: false,
    scanners: ["vuln"],
    system: listed ?? (ofSystem.length > 0 ? "none" : undefined),
    otherKernel: kernel === undefined || kernel === "linux" ? undefined : kernel.slice(0, 20),
    matching,
    release,
    disagreement: listed && disagreement(listed, ofSystem.map(withManager)),
    systemPackages: ofSystem.length,
    applications,
    unmatchedTypes: new Set([...applications.keys()].filter((type) => !isAdvised(type, kinds))),
    hostedTypes: HOSTED,
    unread: [],
    listsUnread: false,
    accounting: accountFor(
      { ...image.inventory, entries: image.inventory.entries.map(marked) },
      {
        system: listed === undefined || matching === "no" ? "unmatched" : listed,
        packages: packages.flatMap(everywhere),
        unread: [],
      },
    ),
  });
}

/** A package is seen at each of the paths by which it was recognised. */
function everywhere(each: SeenByGrype) {
  return each.system === true || each.paths.length < 2 ? [each] : each.paths.map((path) => ({ ...each, path }));
}

/** Archives that Grype reads by their names, only in lower case (Syft's catalogers, `java/archive_parser.go`). */
const READ = /\.(?:jar|war|ear|par)$/;
const REMOVAL = /(?:^|\/)\.wh\./;

/** Marks the inventory's entries that Grype does not look at: if it lists nothing there, that says nothing. */
function marked(entry: InventoryEntry): InventoryEntry {
  const { kind, path, archive = path, packages } = entry;
  const isEgg = kind === "python" && path.endsWith(".egg");
  if (packages !== undefined || !(isEgg || kind === "jar")) return entry;
  if (REMOVAL.test(archive)) return { ...entry, unread: entry.unread ?? REMOVED };
  if (isEgg) return { ...entry, unread: entry.unread ?? NO_EGGS };
  return READ.test(archive) ? entry : { ...entry, isRenamed: true };
}

const REMOVED = "Grype treats a folder whose name begins with .wh. as a removal";
const NO_EGGS = "Grype does not look into eggs";
