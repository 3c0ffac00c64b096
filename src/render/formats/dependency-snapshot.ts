import { parsePurl, plainPurl } from "../../domain/purl.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { type ReportFacts, uniqueTexts } from "../report-format.ts";
import { shorten, visible } from "../shared/safe-text.ts";

/** The body of `POST /repos/{owner}/{repo}/dependency-graph/snapshots` (GitHub's OpenAPI description, `snapshot`). */
export type Snapshot = ReturnType<typeof dependencySnapshot>["snapshot"];

export interface SnapshotFacts {
  /** The commit that the image is built from, and its branch or pull request (`refs/…`). */
  readonly sha: string;
  readonly ref: string;
  readonly job: { readonly id: string; readonly correlator: string; readonly html_url?: string };
  readonly tool: ReportFacts["tool"];
  readonly scannedAt: Date;
  /** The image's name in the graph. It is the same for every build. */
  readonly image: string;
  /** The image's Dockerfile, relative to the repository's root. */
  readonly dockerfile?: string | undefined;
}

/** Longest package URL, in UTF-16 units. A longer one names no package. */
const LONGEST_PURL = 1000;
const LONGEST_NAME = 200;

/**
 * Package URL types of the ecosystems that GitHub's dependency graph and its Advisory Database know. GitHub has no
 * alerts for packages of an operating system.
 */
const KNOWN_TYPES = /^(?:cargo|composer|gem|githubactions|golang|hex|maven|npm|nuget|pub|pypi|swift)$/;

/**
 * The snapshot of an image's packages for GitHub's dependency graph. It has a manifest for each lock file or program,
 * and one for each kind of packages with their own files. An image without such packages has no manifests. That clears
 * the manifests of an earlier build.
 */
export function dependencySnapshot({ scan }: JudgedTarget, facts: SnapshotFacts) {
  const { sha, ref, job, tool, scannedAt, image, dockerfile } = facts;
  const manifests: Record<string, ReturnType<typeof manifestOf>> = Object.create(null);
  const unique = uniqueTexts(" ");
  for (const [place, known] of placesOf(scan.packages)) {
    const name = unique(shown(`${image}: ${place}`));
    manifests[name] = manifestOf(name, dockerfile, resolvedOf(known));
  }
  const packages = Object.values(manifests).reduce((sum, { resolved }) => sum + Object.keys(resolved).length, 0);
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
    // At most eight, each a plain value.
    metadata,
    manifests,
  };
  return { snapshot, packages };
}

function manifestOf(name: string, dockerfile: string | undefined, resolved: ReturnType<typeof resolvedOf>) {
  return { name, ...(dockerfile && { file: { source_location: dockerfile } }), resolved };
}

interface KnownPackage extends InstalledPackage {
  readonly url: string;
}

/** The packages that GitHub knows, grouped by the file that they come from, otherwise by their type. */
function placesOf(packages: readonly InstalledPackage[]): Map<string, KnownPackage[]> {
  const known = packages.flatMap((each) => {
    const url = knownUrl(each);
    return url === undefined || isProject(each) ? [] : [{ ...each, url }];
  });
  return Map.groupBy(known, ({ type, path, listedIn }) => (listedIn === "own-file" ? type : (path ?? type)));
}

function knownUrl({ purl: text = "" }: InstalledPackage): string | undefined {
  const purl = text.length > LONGEST_PURL ? undefined : parsePurl(text);
  return purl === undefined || !KNOWN_TYPES.test(purl.type) ? undefined : plainPurl(purl);
}

/**
 * True if a package is the project that a lock file belongs to. That is not a dependency: another package may have its
 * name. In a program, the root is the program itself, and it is kept.
 */
function isProject({ relationship, listedIn }: InstalledPackage): boolean {
  return relationship === "workspace" || (relationship === "root" && listedIn !== "program");
}

function shown(text: string): string {
  return visible(shorten(text, LONGEST_NAME, "middle"));
}

/** One manifest's packages. A dependency is included only if both of its ends are in the manifest. */
function resolvedOf(packages: readonly KnownPackage[]) {
  const needed = new Set(packages.flatMap(({ dependsOn = [] }) => dependsOn));
  const urls = new Map(packages.flatMap(({ id, url }) => (id === undefined ? [] : [[id, url]])));
  // If a package is there twice, the requested one counts.
  const asked = (each: KnownPackage) => Number(!isIndirect(each, needed));
  return Object.fromEntries(
    packages
      .toSorted((a, b) => asked(a) - asked(b))
      .map((each) => {
        const relationship = asked(each) ? "direct" : "indirect";
        const dependencies = dependenciesOf(each, urls);
        const about = { package_url: each.url, relationship, ...(dependencies.length > 0 && { dependencies }) };
        return [each.url, about] as const;
      }),
  );
}

/** If the scanner does not know, a package that another one needs counts as indirect. */
function isIndirect({ relationship, id }: KnownPackage, needed: ReadonlySet<string>): boolean {
  if (relationship === "direct" || relationship === "root") return false;
  return relationship === "indirect" || (id !== undefined && needed.has(id));
}

function dependenciesOf({ dependsOn = [], url }: KnownPackage, byId: ReadonlyMap<string, string>): string[] {
  const urls = new Set(dependsOn.flatMap((id) => byId.get(id) ?? []));
  urls.delete(url);
  return [...urls];
}
