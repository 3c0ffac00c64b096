import { parsePurl, plainPurl } from "../../domain/purl.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import type { ReportFacts } from "../report-format.ts";
import { shorten, visible } from "../shared/safe-text.ts";

/** A package in a snapshot, under its package URL. */
interface Resolved {
  readonly package_url: string;
  readonly relationship: "direct" | "indirect";
  /** Package URLs that the same manifest has. */
  readonly dependencies?: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly file?: { readonly source_location: string };
  readonly resolved: Readonly<Record<string, Resolved>>;
}

/** What `POST /repos/{owner}/{repo}/dependency-graph/snapshots` takes (GitHub's OpenAPI description, `snapshot`). */
export interface Snapshot {
  readonly version: 0;
  readonly sha: string;
  readonly ref: string;
  readonly job: { readonly id: string; readonly correlator: string; readonly html_url?: string };
  readonly detector: ReportFacts["tool"];
  /** ISO 8601. */
  readonly scanned: string;
  /** At most eight, each a plain value. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly manifests: Readonly<Record<string, Manifest>>;
}

export interface SnapshotFacts {
  /** The commit that the image is built from, and its branch or pull request (`refs/…`). */
  readonly sha: string;
  readonly ref: string;
  readonly job: Snapshot["job"];
  readonly tool: ReportFacts["tool"];
  readonly scannedAt: Date;
  /** What the image is called in the graph, from build to build. */
  readonly image: string;
  /** The image's Dockerfile, relative to the repository's root. */
  readonly dockerfile?: string | undefined;
}

/** Packages of one snapshot: GitHub names no limit, and its page did not come to an end of one of 25 MB. */
const MOST_PACKAGES = 20_000;
/** Of one package. */
const MOST_DEPENDENCIES = 200;
/** UTF-16 units of a package URL; a longer one names no package. */
const LONGEST_PURL = 1000;
const LONGEST_NAME = 200;

/**
 * Package URL types of the ecosystems that GitHub's dependency graph and its Advisory Database know. Alerts on an operating
 * system's packages there are none.
 */
const KNOWN_TYPES: ReadonlySet<string> = new Set([
  "cargo",
  "composer",
  "gem",
  "githubactions",
  "golang",
  "hex",
  "maven",
  "npm",
  "nuget",
  "pub",
  "pypi",
  "swift",
]);

/**
 * The snapshot of an image's packages for GitHub's dependency graph: a manifest for each lock file or program, and one for each
 * kind of packages that lie in files of their own. An image without such packages has no manifests, which clears what an
 * earlier build had.
 * @returns `left`: packages for which there was no room
 */
export function dependencySnapshot(
  { scan }: JudgedTarget,
  facts: SnapshotFacts,
): { readonly snapshot: Snapshot; readonly packages: number; readonly left: number } {
  const { sha, ref, job, tool, scannedAt, image, dockerfile } = facts;
  const manifests: Record<string, Manifest> = Object.create(null);
  let packages = 0;
  let left = 0;
  for (const [place, known] of placesOf(scan.packages)) {
    const name = nameOf(`${image}: ${place}`, manifests);
    const { resolved, count, dropped } = resolve(known, MOST_PACKAGES - packages);
    packages += count;
    left += dropped;
    if (count === 0) continue;
    manifests[name] = { name, ...(dockerfile && { file: { source_location: dockerfile } }), resolved };
  }
  const { digest, index, imageId, platform } = scan.artifact;
  const metadata = Object.fromEntries(
    Object.entries({ image, digest, indexDigest: index?.digest, imageId, platform }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, shown(value)]],
    ),
  );
  const snapshot = {
    version: 0 as const,
    sha,
    ref,
    job,
    detector: tool,
    scanned: scannedAt.toISOString(),
    metadata,
    manifests,
  };
  return { snapshot, packages, left };
}

interface KnownPackage extends InstalledPackage {
  readonly url: string;
}

/** The packages that GitHub knows, by where they come from. */
function placesOf(packages: readonly InstalledPackage[]): Map<string, KnownPackage[]> {
  const known = packages.flatMap((each) => {
    const url = knownUrl(each);
    return url === undefined || isProject(each) ? [] : [{ ...each, url }];
  });
  return Map.groupBy(known, ({ type, path, listedIn }) => (listedIn === "own-file" ? type : (path ?? type)));
}

function knownUrl({ purl: text = "" }: InstalledPackage): string | undefined {
  const purl = text.length > LONGEST_PURL ? undefined : parsePurl(text);
  return purl === undefined || !KNOWN_TYPES.has(purl.type) ? undefined : plainPurl(purl);
}

/** What a lock file belongs to is no dependency: another package may have its name. Of a program it is the program itself. */
function isProject({ relationship, listedIn }: InstalledPackage): boolean {
  return relationship === "workspace" || (relationship === "root" && listedIn !== "program");
}

function nameOf(wanted: string, taken: Readonly<Record<string, unknown>>): string {
  const name = shown(wanted);
  if (!(name in taken)) return name;
  let number = 2;
  while (`${name} ${number}` in taken) number++;
  return `${name} ${number}`;
}

function shown(text: string): string {
  return visible(shorten(text, LONGEST_NAME, "middle"));
}

/** One manifest's packages; what depends on what only as far as both are in it. */
function resolve(packages: readonly KnownPackage[], room: number) {
  const needed = new Set(packages.flatMap(({ dependsOn = [] }) => dependsOn));
  const direct = (each: KnownPackage) => !isIndirect(each, needed);
  // Where there is no room for all, what was asked for comes first.
  const unique = new Map(
    [...packages.filter(direct), ...packages.filter((each) => !direct(each))]
      .toReversed()
      .map((each) => [each.url, each]),
  );
  const kept = [...unique.values()].toReversed().slice(0, room);
  const urls = new Set(kept.map(({ url }) => url));
  const byId = new Map(packages.flatMap(({ id, url }) => (id !== undefined && urls.has(url) ? [[id, url]] : [])));
  const resolved: Record<string, Resolved> = Object.create(null);
  for (const each of kept) {
    const dependencies = dependenciesOf(each, byId);
    resolved[each.url] = {
      package_url: each.url,
      relationship: direct(each) ? "direct" : "indirect",
      ...(dependencies.length > 0 && { dependencies }),
    };
  }
  return { resolved, count: kept.length, dropped: unique.size - kept.length };
}

/** Where the scanner does not know, what another package needs came with that. */
function isIndirect({ relationship, id }: KnownPackage, needed: ReadonlySet<string>): boolean {
  if (relationship === "direct" || relationship === "root") return false;
  return relationship === "indirect" || (id !== undefined && needed.has(id));
}

function dependenciesOf({ dependsOn = [], url }: KnownPackage, byId: ReadonlyMap<string, string>): string[] {
  const urls = new Set(dependsOn.slice(0, MOST_DEPENDENCIES).flatMap((id) => byId.get(id) ?? []));
  urls.delete(url);
  return [...urls];
}
