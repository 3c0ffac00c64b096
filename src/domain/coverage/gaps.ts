import type { Coverage, CoverageRow, CoverageStatus, Gap, UnreadFile } from "../coverage.ts";
import { counted, joined } from "../list-some.ts";
import type { Accounting } from "./accounting.ts";
import { type ListedPackages, listedGaps } from "./listed-gaps.ts";
import { someGaps, someOf, systemName } from "./words.ts";

/** The evidence in a scanner's result about the parts that it scanned, in terms that fit any scanner. */
export interface ScanEvidence {
  readonly kind: "image" | "files" | "sbom";
  /** An SBOM that claims to describe an image. */
  readonly isImageSbom: boolean;
  /** The kinds of findings that were requested. Absent: the report does not say. */
  readonly scanners?: readonly string[] | undefined;
  /**
   * The operating system. `none`: it has packages, but the system's name is missing. Absent: no trace of a system was
   * found.
   */
  readonly system?:
    | { readonly family: string; readonly name: string; readonly endOfLife: boolean }
    | "none"
    | undefined;
  /** The image's kernel, if it is not Linux, such as `windows`. Untrusted. */
  readonly otherKernel?: string | undefined;
  /** True if the scanner matches packages of that system. `unknown`: the report does not say. */
  readonly matching: "yes" | "no" | "unknown";
  /** True if the database has advisories for that release. */
  readonly release: "known" | "unknown" | "not-told";
  /** Repositories (`etc/apk/repositories`) from which the scanner chose the advisories. */
  readonly repositories?: readonly string[] | undefined;
  /** Why the packages may be from another system. Absent: there is no sign of that. */
  readonly disagreement?: string | undefined;
  /** Number of the system's packages. Undefined: the report lists no packages. */
  readonly systemPackages: number | undefined;
  /** The scanner's option that excluded the system's packages from a given report. Absent: they are included. */
  readonly systemLeftOutBy?: string | undefined;
  /** Number of these packages from other repositories. The system's advisories do not cover them. */
  readonly thirdParty?: number | undefined;
  /** Number of system packages that were skipped because their package URLs name another system. */
  readonly skippedPackages?: number | undefined;
  /**
   * The result for the packages that an SBOM lists, or why it is unknown. Absent: it is not an SBOM, or the SBOM is not
   * available.
   */
  readonly listed?: ListedPackages | { readonly unknown: string } | undefined;
  /** Keyed by the scanner's package type. */
  readonly applications: ReadonlyMap<string, { readonly packages: number; readonly files: number }>;
  /** Package types for which the scanner has no advisories at all. */
  readonly unmatchedTypes?: ReadonlySet<string> | undefined;
  /** Package types that need more than a kernel to run. */
  readonly hostedTypes: ReadonlySet<string>;
  readonly unread?: readonly UnreadFile[] | undefined;
  /** Number of further such files that are not listed. */
  readonly unreadMore?: number | undefined;
  /** True if the report would list files that could not be read. */
  readonly listsUnread: boolean;
  /** Packages with advisories whose version the scanner could not compare. */
  readonly unreadVersions?: readonly string[] | undefined;
  /** The suppliers of the system's advisories. Absent: they are unknown. */
  readonly suppliers?: Accounting | undefined;
  /** Source files that the scanner skipped. Absent: the target is not a folder, or could not be searched. */
  readonly source?: Accounting | undefined;
  /** Gaps for folders that the scanner skips because of their names. */
  readonly leftOutFolders?: readonly Gap[] | undefined;
  /** Places that the scanner does not search for secrets. */
  readonly secretsNotIn?: readonly string[] | undefined;
  /** The comparison with the image's own contents. Absent: nothing was compared. */
  readonly accounting?: Accounting | undefined;
  readonly configFiles?: number | undefined;
  /** Terraform files, which are skipped. Undefined: the target could not be searched for them. */
  readonly terraform?: readonly string[] | undefined;
  /** Number of layers without a search for secrets: the image's history attributes them to a base image. */
  readonly layersWithoutSecrets?: number | undefined;
  /** The paths that the workflow excludes, by the input that does so. */
  readonly leftOut?: ReadonlyMap<string, readonly string[]> | undefined;
  /** The scanner's other warnings. */
  readonly otherWarnings?: readonly string[] | undefined;
}

/** Derives the coverage from the evidence (`docs/coverage.md` has the rules and reasons). */
export function coverageOf(looked: ScanEvidence): Coverage {
  const parts = [
    ...(asks(looked, "vuln")
      ? [
          ...systemParts(looked),
          ...judgedParts("Advisories", looked.suppliers),
          ...applicationParts(looked),
          ...versionParts(looked),
        ]
      : licensedParts(looked)),
    ...(asks(looked, "vuln") || asks(looked, "license")
      ? [
          ...listedParts(looked),
          ...unreadParts(looked),
          ...judgedParts("Packages in the layers", looked.accounting),
          ...judgedParts("Lock files", looked.source),
        ]
      : []),
    ...misconfigParts(looked),
    ...scannerParts(looked),
    ...judgedParts("Folders", looked.leftOutFolders && { gaps: looked.leftOutFolders, notes: [] }),
    ...leftOutParts(looked),
    ...(looked.otherWarnings ?? []).map((warning): Part => part("The scanner says", "not-known", warning)),
  ];
  return { rows: parts.map(({ row }) => row), gaps: parts.flatMap(({ gaps }) => gaps) };
}

/** The coverage for a report on an image's vulnerabilities that does not describe its own coverage. */
export function unspecifiedCoverage(): Coverage {
  const others = OTHER_SCANNERS.filter(([scanner]) => scanner !== "vuln");
  const rows = [
    row(SYSTEM, "not-known", "the report does not name it"),
    row("Packages", "not-known", UNLISTED),
    row(UNREAD, "not-known", UNSPECIFIED),
    ...others.map(([, subject]) => row(subject, "not-asked", "")),
  ];
  return { rows, gaps: [] };
}

interface Part {
  readonly row: CoverageRow;
  readonly gaps: readonly Gap[];
}

function row(subject: string, status: CoverageStatus, detail: string): CoverageRow {
  return { subject, status, detail };
}

function part(subject: string, status: CoverageStatus, detail: string): Part {
  return { row: row(subject, status, detail), gaps: [] };
}

/** Gaps of one kind, in one row. */
function gapPart(subject: string, ...gaps: readonly Gap[]): Part {
  return { row: row(subject, "gap", someGaps(gaps)), gaps };
}

/** True if a scanner was requested. If a report does not say, all scanners count as requested. */
function asks({ scanners }: ScanEvidence, scanner: string): boolean {
  return scanners === undefined || scanners.includes(scanner);
}

const SYSTEM = "Operating system";
const PACKAGES = "System packages";

function systemParts(looked: ScanEvidence): Part[] {
  const { system } = looked;
  if (system === undefined || system === "none") {
    const isUnlisted = system === undefined && looked.systemPackages === undefined;
    return [withoutSystem(looked), ...(isUnlisted ? [part("Packages", "not-known", UNLISTED)] : [])];
  }
  if (looked.kind === "files" && looked.systemPackages === 0)
    return [part(SYSTEM, "nothing-there", `files of ${systemName(system)}, but no packages of it`)];
  return [systemPart(looked, system), ...packageParts(looked, system)];
}

/** A report without a list of packages does not show which ones were scanned. */
const UNLISTED = "the report does not list them";

/** Licences need no advisories, but they need the same lists of packages. */
function licensedParts(looked: ScanEvidence): Part[] {
  const { system, systemPackages } = looked;
  if (!asks(looked, "license")) return [];
  if (system === undefined) return [withoutSystem(looked)];
  return typeof system === "object" && systemPackages === 0 && looked.kind !== "files"
    ? packageParts(looked, system)
    : [];
}

function withoutSystem({ system, kind, isImageSbom, applications, hostedTypes, otherKernel }: ScanEvidence): Part {
  if (otherKernel !== undefined) {
    const what = `the image is for ${otherKernel}, and the scanner reads no packages of such a system`;
    return gapPart(SYSTEM, { code: "os-unknown", what, remedy: OTHER_KERNEL });
  }
  const hosted = [...applications.keys()].filter((type) => hostedTypes.has(type));
  const isNeeded = (kind === "image" || isImageSbom) && hosted.length > 0;
  if (system !== "none" && !isNeeded) return part(SYSTEM, "nothing-there", "none found");
  const which = system === "none" ? "packages of one" : `packages that need one (${hosted.join(", ")})`;
  if (kind === "sbom" || isImageSbom)
    return gapPart(SYSTEM, {
      code: "sbom-os-missing",
      what: `the SBOM names no operating system, though it has ${which}`,
      remedy:
        "Make it with a tool that writes a component of the type `operating-system` with name and version (Syft does in CycloneDX), from the image itself.",
    });
  return gapPart(SYSTEM, {
    code: "os-unknown",
    what: `no operating system was recognised, though there are ${which}: none of its packages was matched`,
    remedy:
      "Keep `/etc/os-release`, and the list of packages (`/var/lib/dpkg`, `/lib/apk/db`, `/var/lib/rpm`), as the base image has them. A base image of a distribution that the scanner does not know (Arch, Gentoo, NixOS, …) is not scanned: build on one that it knows.",
  });
}

const OTHER_KERNEL =
  "Check for the system's own updates in another way (Windows: rebuild on the base image of the month), and accept this in the policy.";

type NamedSystem = Exclude<ScanEvidence["system"], "none" | undefined>;

function systemPart(looked: ScanEvidence, system: NamedSystem): Part {
  const { matching, release, disagreement, repositories = [] } = looked;
  const name = systemName(system);
  if (matching === "no")
    return gapPart(SYSTEM, {
      code: "os-unknown",
      what: `the scanner has no advisories for ${name}, so none of its packages was matched`,
      remedy: "Build on a distribution that the scanner knows; Fedora, CentOS Stream and Arch are not among them.",
    });
  if (disagreement !== undefined)
    return gapPart(SYSTEM, {
      code: "os-mismatch",
      what: `the packages do not belong to the named operating system: ${disagreement}`,
      remedy:
        "Leave `/etc/os-release` and the files alongside it, `/etc/apk/repositories`, and Red Hat's `/root/buildinfo` and `/usr/share/buildinfo`, as the base image has them.",
    });
  if (release === "unknown")
    return gapPart(SYSTEM, {
      code: "os-release-unknown",
      what: `the vulnerability database has no advisories for ${name}${repositories.length === 0 ? "" : ` by its repository ${repositories.join(", ")}`}, so none of its packages was matched`,
      remedy:
        "Build on a published release, under the name that its distribution uses. If it is only days old, a newer database may cover it.",
    });
  const detail = release === "known" ? name : `${name}; it is unknown whether the database covers this release`;
  const status = matching === "unknown" || release === "not-told" ? "not-known" : "looked";
  return part(SYSTEM, status, system.endOfLife ? `${detail}, past its end of life` : detail);
}

function packageParts(looked: ScanEvidence, system: NamedSystem): Part[] {
  const { systemPackages, skippedPackages = 0, thirdParty = 0, matching } = looked;
  const skipped: Gap = {
    code: "packages-skipped",
    what: `${counted(skippedPackages, "package")} of another operating system than ${systemName(system)} left out`,
    remedy: "Make the SBOM from one image, and leave its package URLs as they are.",
  };
  const others = `${counted(thirdParty, "package")} from other repositories: no advisories for them`;
  return [
    ...(systemPackages === undefined ? [part(PACKAGES, "not-known", UNLISTED)] : []),
    ...(systemPackages === 0 && matching !== "no" ? [withoutPackages(looked, system)] : []),
    ...(systemPackages && matching !== "no" ? [part(PACKAGES, "looked", counted(systemPackages, "package"))] : []),
    ...(skippedPackages > 0 ? [gapPart(PACKAGES, skipped)] : []),
    ...(thirdParty > 0 ? [part(PACKAGES, "not-known", others)] : []),
  ];
}

function withoutPackages({ systemLeftOutBy: option }: ScanEvidence, system: NamedSystem): Part {
  if (option !== undefined)
    return gapPart(PACKAGES, {
      code: "os-packages-missing",
      what: `the report leaves out the packages of ${systemName(system)}, as one made with \`${option}\` does: only libraries were looked at`,
      remedy: `Make the report again without \`${option}\`, so that it covers the system's packages, too.`,
    });
  return gapPart(PACKAGES, {
    code: "os-packages-missing",
    what: `${systemName(system)} has no readable list of packages, so none of its packages was scanned`,
    remedy:
      "Do not delete or cut `/var/lib/dpkg`, `/lib/apk/db` or `/var/lib/rpm`: without them, nothing shows which packages are installed.",
  });
}

function applicationParts({ applications, unmatchedTypes, systemPackages }: ScanEvidence): Part[] {
  return [...applications].map(([type, { packages, files }]) => {
    if (systemPackages === undefined) return part(type, "not-known", UNLISTED);
    const count = `${counted(packages, "package")}${files === 0 ? "" : ` in ${counted(files, "file")}`}`;
    return unmatchedTypes?.has(type)
      ? part(type, "not-known", `${count}; the scanner lists them, but has no advisories for them`)
      : part(type, "looked", count);
  });
}

/** The scanner compares a version only if there are advisories for its package. */
function versionParts({ unreadVersions = [] }: ScanEvidence): Part[] {
  if (unreadVersions.length === 0) return [];
  const gap: Gap = {
    code: "versions-unreadable",
    what: `there are advisories for packages whose version cannot be compared with them: ${someOf(unreadVersions)}`,
    remedy: "Give the packages the versions that are installed: not a range, a tag or a branch.",
  };
  return [gapPart("Versions", gap)];
}

/** The result of the comparison with the target's own contents. */
function judgedParts(subject: string, { gaps, notes }: Accounting = { gaps: [], notes: [] }): Part[] {
  const parts = gaps.length === 0 ? [] : [gapPart(subject, ...gaps)];
  return [...parts, ...notes.map((row): Part => ({ row, gaps: [] }))];
}

const LISTED = "Packages that the SBOM lists";

function listedParts({ listed }: ScanEvidence): Part[] {
  if (listed === undefined) return [];
  const { gaps, known } = listedGaps(listed);
  if (gaps.length > 0) return [gapPart(LISTED, ...gaps)];
  return known === undefined ? [] : [part(LISTED, "not-known", known)];
}

const UNREAD = "Files that could not be read";
const UNSPECIFIED = "the report does not say";

function unreadParts({ unread = [], unreadMore = 0, listsUnread }: ScanEvidence): Part[] {
  if (!listsUnread) return [part(UNREAD, "not-known", UNSPECIFIED)];
  const broken = unread.flatMap(({ kind, path = "?" }) => (kind === "no-package" ? [path] : []));
  const gaps = unread.filter(({ kind }) => kind === "packages").map(unreadGap);
  if (unreadMore > 0) gaps.push(moreUnread(unreadMore));
  const what = `${counted(broken.length, "package.json", "package.json")} without an npm package: ${someOf(broken)}`;
  return [
    ...(gaps.length === 0 ? [] : [gapPart(UNREAD, ...gaps)]),
    ...(broken.length === 0 ? [] : [part(UNREAD, "nothing-there", what)]),
  ];
}

const READABLE = "Repair or remove the file.";
const LEFT_OUT = { "skip-files": "Or leave it out with `skip-files` or `skip-dirs`." };

function moreUnread(count: number): Gap {
  return { ...unreadGap({ kind: "packages", why: "" }), what: `${count} more files could not be read` };
}

function unreadGap({ path, kind, why }: UnreadFile): Gap {
  const what = `${path ?? "a file"} could not be read: ${why}`;
  const gap: Gap = { code: "packages-unreadable", what, remedy: READABLE, byInput: LEFT_OUT, path };
  return kind === "config" ? { ...gap, code: "config-unreadable" } : gap;
}

const MISCONFIG = "Misconfigurations";

function misconfigParts(looked: ScanEvidence): Part[] {
  const { scanners, kind, configFiles = 0, terraform, unread = [], unreadMore = 0 } = looked;
  if (!scanners?.includes("misconfig")) return [];
  const gaps = unread.filter((each) => each.kind === "config").map(unreadGap);
  // If packages were requested, these files are counted there.
  if (unreadMore > 0 && !asks(looked, "vuln") && !asks(looked, "license"))
    gaps.push({ ...moreUnread(unreadMore), code: "config-unreadable" });
  gaps.push(...(terraform ?? []).map(terraformGap));
  if (gaps.length === 0 && configFiles === 0 && kind === "files" && terraform === undefined)
    gaps.push({
      code: "misconfig-nothing-read",
      what: "no file was checked for misconfigurations, and it is unknown whether there are any",
      remedy: "Check the repository out and give its folder as `path`, or leave `misconfig` out of `scanners`.",
    });
  return [
    ...(gaps.length > 0 ? [gapPart(MISCONFIG, ...gaps)] : []),
    ...(configFiles > 0 ? [part(MISCONFIG, "looked", counted(configFiles, "file"))] : []),
    ...(gaps.length === 0 && configFiles === 0 ? [part(MISCONFIG, "nothing-there", "no file to check")] : []),
  ];
}

function terraformGap(path: string): Gap {
  return {
    code: "terraform-not-read",
    what: `${path} was not checked, as Terraform files are skipped`,
    remedy:
      "Reading Terraform would fetch modules from any host that it names: check its plan instead (`terraform show -json`).",
    byInput: { "skip-dirs": "Or leave the files out with `skip-dirs`." },
    path,
  };
}

const OTHER_SCANNERS: readonly (readonly [string, string])[] = [
  ["vuln", "Vulnerabilities"],
  ["misconfig", MISCONFIG],
  ["secret", "Secrets"],
  ["license", "Licences"],
];

function scannerParts({ scanners, layersWithoutSecrets: layers = 0, secretsNotIn: places = [] }: ScanEvidence): Part[] {
  if (scanners === undefined) return [part("Requested scanners", "not-known", UNSPECIFIED)];
  const inBase =
    layers === 0
      ? ""
      : `not in ${counted(layers, "layer")} that belong to the base image according to the image's history`;
  const withoutSecrets = joined("; ", [inBase, places.length === 0 ? "" : `not in ${places.join(", ")}`]);
  return OTHER_SCANNERS.flatMap(([scanner, subject]) => {
    if (!scanners.includes(scanner)) return [part(subject, "not-asked", "")];
    if (scanner === "secret") return [part(subject, "looked", withoutSecrets)];
    return scanner === "license" ? [part(subject, "looked", "")] : [];
  });
}

/** The user excluded these on purpose, but a reader of the coverage must still see them. */
function leftOutParts({ leftOut = new Map() }: ScanEvidence): Part[] {
  return [...leftOut].flatMap(([input, entries]) =>
    entries.length === 0 ? [] : [part(`Left out by ${input}`, "not-asked", entries.join(", "))],
  );
}
