import type { Advice, CoverageRow, Gap, UnreadFile } from "../coverage.ts";
import { counted } from "../list-some.ts";
import { INVENTORY_KINDS, type Inventory, type InventoryEntry, type InventoryPackage } from "./inventory.ts";
import { isListed, type SeenIndex, type SeenPackage, seenIndex, systemKey } from "./seen-packages.ts";
import { SILENT_RULES, type SilentRule, silentRule } from "./silent-rules.ts";
import { shortened, someOf, unaccounted } from "./words.ts";

/** A scanner's list of an image's contents, in terms that fit any scanner. Names, versions and paths are untrusted. */
export interface ScannerPackages {
  /**
   * The operating system. `unmatched`: another gap already reports that no package of the system was matched. Absent:
   * the scanner found no system.
   */
  readonly system?: { readonly family: string; readonly name: string } | "unmatched" | undefined;
  readonly packages: readonly SeenPackage[];
  /** Files that the scanner could not read. */
  readonly unread: readonly UnreadFile[];
  /** True if the workflow excludes a path (`skip-dirs`, `skip-files`). Absent: it excludes nothing. */
  readonly isLeftOut?: ((path: string) => boolean) | undefined;
}

/** The comparison of an image's contents with a scanner's list. */
export interface Accounting {
  readonly gaps: readonly Gap[];
  /** Facts that a reader should see, although they are not gaps. */
  readonly notes: readonly CoverageRow[];
}

/** Highest number of gaps with separate paths. All others are combined in one gap. */
const MOST_GAPS = 200;

/**
 * Compares an image's own inventory with a scanner's list. An item that the scanner does not list is a gap
 * `packages-unaccounted`, unless a rule of `docs/coverage.md` (Accounting) allows it.
 */
export function accountFor(inventory: Inventory, seen: ScannerPackages): Accounting {
  const index = seenIndex(seen.packages, seen.unread, inventory.entries);
  const judged = inventory.entries
    .toSorted((a, b) => Number(isSystemList(b)) - Number(isSystemList(a)))
    .map((entry) => ({ entry, found: judgedEntry(entry, seen, index) }));
  const left = (kind: Unmatched) => judged.flatMap(({ entry, found }) => (found === kind ? [entry] : []));
  const silent = judged.flatMap(({ found }) => SILENT_RULES.find((rule) => rule === found) ?? []);
  // The only unpacked Java package in its folder is usually the application itself. Several are an application and its
  // libraries.
  const java = [...Map.groupBy(left("maven"), ({ path }) => path.split("/").slice(0, -3).join("/")).values()];
  const alone = java.filter(({ length }) => length === 1).flat();
  const together = java.filter(({ length }) => length > 1).flat();
  const gaps = [
    ...judged.flatMap(({ found }) => (typeof found === "object" ? [found] : [])),
    ...together.map((entry) => entryGap(entry, index)),
  ];
  const managers = managerGaps(left("other-manager"));
  return {
    gaps: [
      ...gaps.slice(0, MOST_GAPS),
      ...bound(gaps.length - MOST_GAPS, "more files have packages that the scanner does not list", REPAIR),
      ...managers,
      ...bound(inventory.more, UNCOMPARED, FEWER),
    ],
    notes: [
      ...countRow(inventory, gaps.length + managers.length, silent),
      ...unknown("Lock files", left("lock-file"), (all) => {
        return `whether their packages are in the image, since none is installed next to them: ${someOf(all.map(({ path }) => path))}`;
      }),
      // The scanner reads conda's packages only below `envs/`, and so none of the base environment.
      ...unknown("Packages of conda", left("conda"), ({ length }) => {
        return `${counted(length, "package")}: there are no advisories for them`;
      }),
      ...unknown("Java classes", alone, (all) => {
        const names = all.map(({ packages: [one] = [], path }) => (one ? `${one.name} ${one.version}` : path));
        return `whether there are advisories for packages that were unpacked from archives: ${someOf(names)}`;
      }),
    ],
  };
}

/** Undefined: the scanner lists it. */
function judgedEntry(
  entry: InventoryEntry,
  seen: ScannerPackages,
  index: SeenIndex,
): Gap | SilentRule | Unmatched | undefined {
  if (seen.isLeftOut?.(entry.archive ?? entry.path)) return "left-out";
  if (entry.isDisputed === true) return entryGap(entry, index);
  if (entry.kind === "other-manager") return seen.system === "unmatched" ? "said-by-another-gap" : "other-manager";
  if (isSystemList(entry)) return systemGap(entry, seen, index);
  if (isListed(entry, index)) return undefined;
  const { kind, packages = [] } = entry;
  // The metadata of an unpacked archive: the scanner may list the archive itself, under another path.
  if (kind === "maven" && packages.length > 0 && packages.every((each) => index.hasPackage(each.name, each.version)))
    return undefined;
  const rule = silentRule(entry, index);
  if (rule !== undefined) return rule;
  if (entry.kind === "lock-file" || entry.kind === "maven") return entry.kind;
  return entry.kind === "conda" && entry.unread === undefined ? "conda" : entryGap(entry, index);
}

function systemGap(entry: InventoryEntry, seen: ScannerPackages, index: SeenIndex): Gap | SilentRule | undefined {
  if (seen.system === "unmatched") return "said-by-another-gap";
  const missing = unlistedPackages(entry, index);
  if (missing === undefined) return undefined;
  if (index.unread.has(entry.path)) return "said-by-another-gap";
  const { packages = [], path, layer } = entry;
  const what =
    packages.length === 0
      ? `${shortened(path)} (layer ${layer}) lists packages, ${entry.kind === "rpm" ? "of which the scanner has none" : "and it is unknown whether the scanner has all of them"}${entry.unread ? `: ${entry.unread}` : ""}`
      : `the scanner's list lacks ${missing.length} of the ${packages.length} packages in ${shortened(path)} (layer ${layer}): ${named(missing)}`;
  return unaccounted(what, KEEP_LIST, path);
}

const KEEP_LIST: Advice = {
  remedy:
    "Leave the system's list of packages as its package manager writes it. A damaged line, a wrong status or an odd version makes a scanner skip installed packages.",
};

function entryGap(entry: InventoryEntry, index: SeenIndex): Gap {
  const { path, layer, packages = [] } = entry;
  const has = packages.length === 0 ? INVENTORY_KINDS[entry.kind] : `has ${named(packages)}`;
  const { why, ...advice } = reasonFor(entry, index);
  const what = `${shortened(path)} (layer ${layer}) ${has}, which the scanner does not list: ${why}`;
  return unaccounted(what, advice, path);
}

function reasonFor(entry: InventoryEntry, index: SeenIndex): Advice & { readonly why: string } {
  const { path, linkTo, unread, isRenamed, archive } = entry;
  if (entry.isDisputed === true) return DISPUTED;
  if (unread !== undefined && archive !== undefined)
    return { why: shortened(unread), ...(entry.kind === "jar" ? RENAME : UNPACK) };
  if (unread !== undefined) return { why: `its content is not known (${shortened(unread)})`, ...REPAIR };
  const refused = index.unread.get(path);
  if (refused !== undefined) return { why: `it could not read the file (${shortened(refused.why)})`, ...REPAIR };
  const other = index.at(path)[0];
  if (other !== undefined)
    return { why: `it identifies the file as ${shortened(`${other.name} ${other.version}`)}`, ...REPAIR };
  const owner = index.ownerOf(entry);
  if (owner !== undefined)
    return {
      why: `the system's package ${shortened(owner)} claims the file, which is outside the system's folders`,
      remedy:
        "Install the application's packages outside the system's own folders, and leave the system's lists of files as its package manager writes them.",
    };
  if (linkTo !== undefined)
    return {
      why: `it is a link to ${shortened(linkTo)}, and scanners follow no links`,
      remedy:
        "Copy packages instead of linking them: `UV_LINK_MODE=copy` for uv, `package-import-method=copy` for pnpm, or keep the cache that the links lead to in the image.",
    };
  if (isRenamed === true) return { why: "its name does not show its type", ...RENAME };
  return { why: "the reason is unknown", ...REPAIR };
}

const DISPUTED = {
  why: "layers replace it or a link to it, so not every program sees it",
  remedy:
    "Write files by their own paths instead of through links. Remove folders in one layer, and put others in their place in the next one.",
};

const NO_CONCERN = { "skip-files": "If the file does not matter, exclude it with `skip-files` or `skip-dirs`." };

const RENAME: Advice = { remedy: "Name Java archives `.jar`, `.war` or `.ear`.", byInput: NO_CONCERN };

const UNPACK: Advice = {
  remedy: "Build the image with the libraries as their own files, alongside the program.",
  byInput: NO_CONCERN,
};

const REPAIR: Advice = {
  remedy: "Reinstall the package with its package manager, or remove the file.",
  byInput: NO_CONCERN,
};

const FEWER: Advice = {
  remedy: "Build an image with fewer packages.",
  byInput: { "skip-dirs": "Or leave folders out with `skip-dirs`." },
};

const UNCOMPARED = "more files with packages are in the image than are compared with the scanner's list";

/** All items beyond a limit are one gap, since they are unknown. */
function bound(count: number, what: string, advice: Advice): Gap[] {
  return count <= 0 ? [] : [unaccounted(`${count} ${what}`, advice)];
}

function countRow({ entries, more }: Inventory, gaps: number, silent: readonly SilentRule[]): readonly CoverageRow[] {
  if (entries.length === 0 || gaps > 0 || more > 0) return [];
  const rules = [...Map.groupBy(silent.toSorted(), (rule) => rule)].map(([rule, { length }]) => `${rule} ${length}`);
  const detail = `${entries.length} found in the layers${rules.length === 0 ? "" : `; not in the scanner's list, by rule: ${rules.join(", ")}`}`;
  return [{ subject: "Packages in the layers", status: "looked", detail }];
}

/** Items that are present, but whose advisories are unknown. */
function unknown(
  subject: string,
  entries: readonly InventoryEntry[],
  detailOf: (entries: readonly InventoryEntry[]) => string,
): readonly CoverageRow[] {
  return entries.length === 0 ? [] : [{ subject, status: "not-known", detail: detailOf(entries) }];
}

/** True if an entry is a system's list of packages. */
function isSystemList({ kind }: Pick<InventoryEntry, "kind">): boolean {
  return kind === "dpkg" || kind === "apk" || kind === "rpm";
}

/** RPM keeps the keys of repositories in its list. They are not packages, so they have no advisories. */
const NO_PACKAGES: ReadonlySet<string> = new Set(["gpg-pubkey"]);

/**
 * The packages of a system's list that the scanner's list lacks, or that it attributes to another source package.
 * Undefined: the scanner has all of them, or some of an RPM database whose format only the scanner reads. The lists of
 * dpkg and apk are texts, so an unread one exceeded a limit.
 */
function unlistedPackages(entry: InventoryEntry, index: SeenIndex): readonly InventoryPackage[] | undefined {
  const { packages, kind } = entry;
  if (packages === undefined) return kind === "rpm" && hasSomeOf(kind, index) ? undefined : [];
  const missing = packages.filter((each) => !NO_PACKAGES.has(each.name) && !isSeen(each, kind, index));
  return missing.length === 0 ? undefined : missing;
}

function hasSomeOf(kind: string, { system }: SeenIndex): boolean {
  return system.values().some((packages) => packages.some(({ manager = kind }) => manager.startsWith(kind)));
}

function isSeen(each: InventoryPackage, kind: string, { system }: SeenIndex): boolean {
  const found = system.get(systemKey(each.name, each.version));
  if (found === undefined) return false;
  // Advisories are about source packages. RPM's lists name the source's file, which scanners parse in different ways.
  if (kind === "rpm") return true;
  // `openssl` in `openssl (3.0.14-1)`. Without a source, it is the package itself.
  const source = each.source?.trim().split(/\s/, 1)[0] || each.name;
  return found.some((seen) => (seen.source?.name || seen.name) === source);
}

/** The kinds of items that the scanner does not list and that share one message. */
type Unmatched = "lock-file" | "conda" | "other-manager" | "maven";

/** Some packages with their versions, and the number of the others. */
function named(packages: readonly InventoryPackage[]): string {
  return someOf(packages.map(({ name, version }) => `${name} ${version}`));
}

const OTHER_MANAGER: Advice = {
  remedy:
    "Check them in another way, and accept this in the policy. If you can, install the application's dependencies with the system's package manager.",
  byInput: { "skip-dirs": "Or leave their folder out with `skip-dirs`." },
};

/** One gap for each package manager that the scanner does not support. */
function managerGaps(entries: readonly InventoryEntry[]): Gap[] {
  return [...Map.groupBy(entries, ({ manager }) => manager ?? "another package manager")].map(([manager, own]) => {
    const names = own.map(({ packages: [one] = [], path }) => one?.name ?? path);
    const path = own[0]?.path ?? "";
    const what = `packages of ${manager} are in the image (${shortened(path)}), which the scanner does not check: ${someOf(names)}`;
    return unaccounted(what, OTHER_MANAGER, path);
  });
}
