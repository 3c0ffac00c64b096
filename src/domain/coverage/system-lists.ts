import type { InventoryEntry, InventoryPackage } from "./inventory.ts";
import { type SeenIndex, systemKey } from "./seen-packages.ts";

/** The operating system that a scanner recognised. */
export interface ListedSystem {
  readonly family: string;
  readonly name: string;
}

/** Whether an entry is a system's list of packages. */
export function isSystemList({ kind }: Pick<InventoryEntry, "kind">): boolean {
  return kind === "dpkg" || kind === "apk" || kind === "rpm";
}

/** RPM keeps the keys of repositories in its list. They are not packages, and no advisory is about them. */
const NO_PACKAGES: ReadonlySet<string> = new Set(["gpg-pubkey"]);

/**
 * The packages of a system's list that the scanner's list lacks, or has as built from another source package.
 * Undefined: it has all of them, or some of an RPM database whose form only the scanner reads. The lists of dpkg and
 * apk are texts: an unread one is beyond a bound.
 */
export function unlistedPackages(entry: InventoryEntry, index: SeenIndex): readonly InventoryPackage[] | undefined {
  const { packages, kind } = entry;
  if (packages === undefined) return kind === "rpm" && hasSomeOf(kind, index) ? undefined : [];
  const missing = packages.filter((each) => !NO_PACKAGES.has(each.name) && !isSeen(each, kind, index));
  return missing.length === 0 ? undefined : missing;
}

function hasSomeOf(kind: string, { system }: SeenIndex): boolean {
  for (const packages of system.values())
    if (packages.some(({ manager }) => manager === undefined || manager.startsWith(kind))) return true;
  return false;
}

function isSeen(each: InventoryPackage, kind: string, { system }: SeenIndex): boolean {
  const found = system.get(systemKey(each.name, each.version));
  if (found === undefined) return false;
  // Advisories are about source packages. RPM's lists name the source's file, which scanners take apart in their own
  // way.
  if (kind === "rpm") return true;
  const source = sourceOf(each);
  return found.some((seen) => (seen.source?.name || seen.name) === source);
}

/** `openssl` of `openssl (3.0.14-1)`. Without one, it is the package itself. */
function sourceOf({ name, source }: InventoryPackage): string {
  return source?.trim().split(/\s/, 1)[0] || name;
}
