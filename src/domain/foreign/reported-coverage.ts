import { coverageOf } from "../coverage/gaps.ts";
import { disagreement, type SystemPackage } from "../coverage/system-evidence.ts";
import type { Coverage, Gap } from "../coverage.ts";
import { shownSystem, systemNamed } from "./systems.ts";

/** What a report of another scanner proves about what was looked at. */
export interface Reported {
  readonly kind: "image" | "files" | "sbom";
  /** The distribution that it names. Absent: it names none. */
  readonly system?: { readonly name: string; readonly version: string } | undefined;
  /** True if the scanner has advisories for that distribution. `unknown`: nothing says so. */
  readonly hasAdvisories: "yes" | "no" | "unknown";
  /** There are findings by advisories of that very release. */
  readonly matchedSystem: boolean;
  /** Its packages, or those with a finding, by their kinds. `system`: a distribution's package manager installs it. */
  readonly packages: readonly { readonly type: string; readonly system?: boolean | undefined }[];
  /** Why its packages may not be that distribution's. Absent: there is no sign of that. */
  readonly disagreement?: string | undefined;
  /** Its whole list of the distribution's packages, which is compared with the named release. Absent: it lists none. */
  readonly listed?: readonly SystemPackage[] | undefined;
  /** The gap if it names neither a distribution nor a package. Absent: that of an image. */
  readonly silence?: Gap | undefined;
  /** What the scanner was told to leave out, keyed by what told it. */
  readonly leftOut?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Kinds of packages that run on an interpreter or a virtual machine, which needs a distribution's libraries. */
const HOSTED: ReadonlySet<string> = new Set(["python", "pypi", "npm", "gem", "java-archive", "maven", "php-composer"]);

/**
 * What was looked at, and the gaps, by a report of vulnerabilities. Scanners end well and write an empty list if they
 * have no advisories for a distribution or recognise nothing, so silence proves nothing.
 */
export function reportedCoverage(reported: Reported): Coverage {
  const { system, kind, packages } = reported;
  const hasSystemPackages = packages.some((each) => each.system === true);
  const types = packages.flatMap((each) => (each.system === true ? [] : [each.type]));
  const applications = new Map(
    // In which files they are is not told.
    [...Map.groupBy(types, (type) => type)].map(([type, { length }]) => [type, { packages: length, files: 0 }]),
  );
  const known = system && systemNamed(system.name);
  const isRelease = reported.matchedSystem || known?.releases?.test(system?.version ?? "") === true;
  const shown = system && shownSystem(system);
  const { rows, gaps } = coverageOf({
    kind,
    isImageSbom: false,
    scanners: ["vuln"],
    system: shown ?? (hasSystemPackages ? "none" : undefined),
    matching: reported.matchedSystem ? "yes" : known === undefined ? "no" : reported.hasAdvisories,
    release: isRelease ? "known" : "unknown",
    disagreement: reported.disagreement ?? (shown && disagreement(shown, reported.listed ?? [])),
    systemPackages: reported.listed?.length,
    applications,
    hostedTypes: HOSTED,
    listsUnread: false,
    leftOut: reported.leftOut,
  });
  const isSilent = system === undefined && !hasSystemPackages && applications.size === 0;
  return isSilent ? withReportGap({ rows, gaps }, reported.silence ?? NOTHING) : { rows, gaps };
}

/** Coverage with a gap in the report as a whole. */
export function withReportGap({ rows, gaps }: Coverage, gap: Gap): Coverage {
  return { rows: [{ subject: "Report", status: "gap", detail: gap.what }, ...rows], gaps: [gap, ...gaps] };
}

/** Of an image: nothing shows that anything in it was recognised. */
export const NOTHING: Gap = {
  code: "os-unknown",
  what: "the report names neither a distribution nor a package, so that nothing shows that the scanner recognised anything in the image",
  remedy:
    "See whether the scanner was given the image itself, and whether it knows its distribution. An image of nothing but its own program can be accepted.",
};
