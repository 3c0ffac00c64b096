import { coverageOf } from "../coverage/gaps.ts";
import { disagreement, type SystemPackage } from "../coverage/system-evidence.ts";
import type { Coverage, Gap } from "../coverage.ts";
import { shownSystem, systemNamed } from "./systems.ts";

/** The evidence in another scanner's report about the parts that it scanned. */
export interface ReportEvidence {
  readonly kind: "image" | "files" | "sbom";
  /** The distribution in the report. Absent: it names none. */
  readonly system?: { readonly name: string; readonly version: string } | undefined;
  /** True if the scanner has advisories for that distribution. `unknown`: there is no evidence. */
  readonly hasAdvisories: "yes" | "no" | "unknown";
  /** Some findings come from advisories for exactly that release. */
  readonly matchedSystem: boolean;
  /** The kinds of its packages, or of those with a finding. `system`: installed by a distribution's package manager. */
  readonly packages: readonly { readonly type: string; readonly system?: boolean | undefined }[];
  /** Why its packages may be from another distribution. Absent: there is no sign of that. */
  readonly disagreement?: string | undefined;
  /** Its full list of the distribution's packages, to compare with the named release. Absent: it has no list. */
  readonly listed?: readonly SystemPackage[] | undefined;
  /** The gap if it names neither a distribution nor a package. Absent: {@link NOTHING}. */
  readonly silence?: Gap | undefined;
  /** The parts that the scanner was configured to skip, by the setting's name. */
  readonly leftOut?: ReadonlyMap<string, readonly string[]> | undefined;
}

/** Kinds of packages that need an interpreter or a virtual machine, and so a distribution's libraries. */
const HOSTED: ReadonlySet<string> = new Set(["python", "pypi", "npm", "gem", "java-archive", "maven", "php-composer"]);

/**
 * The parts that were scanned and the gaps, according to a report of vulnerabilities. A scanner without advisories for
 * a distribution, or that recognises nothing, succeeds with an empty list. So an empty list proves nothing.
 */
export function reportedCoverage(reported: ReportEvidence): Coverage {
  const { system, kind, packages } = reported;
  const hasSystemPackages = packages.some((each) => each.system === true);
  const types = packages.flatMap((each) => (each.system === true ? [] : [each.type]));
  const applications = new Map(
    // The report does not name their files.
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

/** Adds a gap that concerns the report as a whole. */
export function withReportGap({ rows, gaps }: Coverage, gap: Gap): Coverage {
  return { rows: [{ subject: "Report", status: "gap", detail: gap.what }, ...rows], gaps: [gap, ...gaps] };
}

/** For an image: the report does not show that the scanner recognised anything. */
export const NOTHING: Gap = {
  code: "os-unknown",
  what: "the report names neither a distribution nor a package, so that nothing shows that the scanner recognised anything in the image",
  remedy:
    "See whether the scanner was given the image itself, and whether it knows its distribution. An image of nothing but its own program can be accepted.",
};
