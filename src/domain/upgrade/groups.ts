import { ecosystemOf, type Finding, type FindingPackage, type Owner } from "../finding.ts";
import { remembering } from "../memoize.ts";
import { isOnlyOlder } from "./smallest-fix.ts";

/** A vulnerability of a package. */
export type PackageFinding = Finding & { readonly package: FindingPackage };
/** Findings on one package in one version with one owner. */
export type PackageGroup = readonly [PackageFinding, ...PackageFinding[]];

export interface UpgradeGroups {
  readonly fixable: readonly PackageGroup[];
  /** What has no fix, apart by the vendor's word. */
  readonly unfixed: readonly { readonly group: PackageGroup; readonly status: string }[];
}

interface Bucket {
  fixable: PackageFinding[] | undefined;
  readonly unfixed: Map<string, PackageFinding[]>;
}

/** Puts together the findings that one upgrade clears. Only vulnerabilities have upgrades: all else is left out. */
export function upgradeGroups(findings: readonly Finding[]): UpgradeGroups {
  const fixable: PackageFinding[][] = [];
  const unfixed: { readonly group: PackageFinding[]; readonly status: string }[] = [];
  const bucketOf = bucketFinder();
  for (const finding of findings) {
    if (!isOnPackage(finding)) continue;
    const bucket = bucketOf(finding.package, finding.owner);
    const { status } = finding;
    const isFixable = finding.fixedVersions.length > 0;
    const same = isFixable ? bucket.fixable : bucket.unfixed.get(status);
    const group = same ?? [];
    group.push(finding);
    if (same !== undefined) continue;
    if (isFixable) {
      bucket.fixable = group;
      fixable.push(group);
    } else {
      bucket.unfixed.set(status, group);
      unfixed.push({ group, status });
    }
  }
  // None of them is empty.
  return { fixable, unfixed } as unknown as UpgradeGroups;
}

function isOnPackage(finding: Finding): finding is PackageFinding {
  return finding.kind === "vulnerability" && finding.package !== undefined;
}

/** Whether there is any. */
export function isGroup(findings: readonly PackageFinding[]): findings is PackageGroup {
  return findings.length > 0;
}

/** Findings share their packages and owners: each pair of these is put into words once. */
function bucketFinder(): (about: FindingPackage, owner: Owner | undefined) => Bucket {
  const buckets = remembering((_: string): Bucket => ({ fixable: undefined, unfixed: new Map() }));
  const finderOf = remembering(({ type, name, version }: FindingPackage) =>
    remembering((owner: Owner | undefined) =>
      buckets(JSON.stringify([type, name, version, owner?.ecosystem, owner?.name, owner?.version])),
    ),
  );
  return (about, owner) => finderOf(about)(owner);
}

/** The findings of a group by whether an upgrade can lead to a fix: all fixes of the others are older than installed. */
export function partOlder(group: PackageGroup): { readonly newer: PackageFinding[]; readonly older: PackageFinding[] } {
  const about = group[0].package;
  const ecosystem = ecosystemOf(about);
  const isOlder = remembering((fixes: readonly string[]) => isOnlyOlder(ecosystem, about.version, fixes));
  const newer = group.filter(({ fixedVersions }) => !isOlder(fixedVersions));
  return { newer, older: group.filter(({ fixedVersions }) => isOlder(fixedVersions)) };
}
