import { unique } from "./collections.ts";
import type { Finding, Layer, Owner } from "./finding.ts";
import type { ReadOf } from "./report/fields.ts";
import type { planStep, upgrade } from "./report/plan-schema.ts";
import type { base } from "./report/schema.ts";
import type { Counts } from "./severity.ts";
import type { InstalledPackage } from "./target.ts";

type ReportedStep = ReadOf<typeof planStep>;
type ReportedUpgrade = ReadOf<typeof upgrade>;

/** The steps that clear a target's failing findings. */
export interface Plan {
  /** The most important step comes first. */
  readonly steps: readonly Step[];
  /** Packages without any known version that fixes them. */
  readonly noFix: readonly NoFix[];
  /**
   * The number of upgrades that the plan advises, including the base image's packages, and the number of those whose
   * advised version was scanned. The reasons for the others are clauses, each once.
   */
  readonly advised: { readonly versions: number; readonly scanned: number; readonly reasons: readonly string[] };
}

/** One decision for the reader. */
export type Step = UpgradeStep | BaseStep | SecretStep;

/** The benefit of a step. */
export interface Weight {
  /** Number of failing findings that the step clears. */
  readonly clears: number;
  /** The advisories or rules of these findings, without duplicates. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
  /** Number of these findings in CISA's catalog of known exploited vulnerabilities. */
  readonly exploited: number;
  /** The highest EPSS score among them. Absent: no score is known. */
  readonly epss?: number | undefined;
}

/** Upgrade one package, or several packages of one source or family that get the same version. */
export interface UpgradeStep extends Weight {
  readonly kind: "upgrade";
  /** At least one. */
  readonly members: readonly Upgrade[];
  /** Absent: a single package. */
  readonly family?: Family | undefined;
  /** The version for all members. Undefined: it is unknown, or the members need different ones. */
  readonly to: string | undefined;
  /** All versions named as fixes, if their order is unknown. Otherwise empty. */
  readonly alternatives: readonly string[];
  /** A lower version that is enough to pass the gate. Absent: there is none. */
  readonly enough?: LowerVersion | undefined;
  /** Failing findings of these packages that may remain in the advised version. Absent: none, or the step is proven. */
  readonly mayStay?: RemainingFindings | undefined;
  /** The findings of a scan of the advised version. Absent: unproven. */
  readonly check?: UpgradeCheck | undefined;
  /**
   * Why only this step is unproven, as a clause. Absent if it has a {@link check}, or if the whole plan is unproven.
   */
  readonly unproven?: string | undefined;
  /** A command that is safe to paste. Absent: no command is known to work. */
  readonly command?: string | undefined;
  /** A line that is safe to paste into the file, instead of a command. */
  readonly line?: ReportedStep["line"];
}

/** The lowest version without a failing finding, and the open findings that the advised version clears. */
export interface LowerVersion extends NonNullable<ReportedStep["enough"]> {
  readonly bySeverity: Counts;
}

/** Findings whose advisories name no fix above the installed version, in packages that the step upgrades. */
export type RemainingFindings = Pick<Weight, "clears" | "ids" | "bySeverity">;

/** Packages that get the same version. `source`: built from one source package. `group`: with one Maven group id. */
export type Family = NonNullable<ReportedStep["family"]>;

/** The result of a scan of an advised version. */
export type UpgradeCheck = NonNullable<ReportedStep["check"]>;
export type CheckedFinding = UpgradeCheck["stays"][number];

/**
 * All findings that the base image brought. {@link Weight.clears} counts the findings that rebuilding and the upgrades
 * clear together.
 */
export interface BaseStep extends Weight, Pick<UpgradeStep, "mayStay" | "check"> {
  readonly kind: "base";
  /** The base's reference. Absent: only the image's history shows that there is one. */
  readonly reference?: string | undefined;
  /** The newer base image to rebuild on. Absent: no newer base is known, or it clears no failing finding. */
  readonly newer?: NewerBase | undefined;
  /** Number of failing findings that rebuilding on {@link newer} clears. */
  readonly rebuilding?: number | undefined;
  /** Number of failing findings that remain afterwards; all of them if there is no newer base. */
  readonly staying: number;
  /** Number of the base image's packages with a fix for one of the remaining findings. */
  readonly fixable: number;
  /** The upgrades of these packages. */
  readonly members: readonly Upgrade[];
  /** Upgrades the system's packages; safe to paste. Absent: no command is known to work. */
  readonly command?: string | undefined;
  /** Number of failing findings that the command clears. */
  readonly commandClears?: number | undefined;
}

/** Secrets that were found: revoke, then remove. */
export interface SecretStep extends Weight {
  readonly kind: "secret";
  readonly title: string;
  readonly places: readonly {
    readonly path: string;
    readonly line?: number | undefined;
    readonly layer?: Layer | undefined;
  }[];
}

/** The image that the base's tag refers to today, if it differs from the base image that was used. */
export interface NewerBase extends NonNullable<ReadOf<typeof base>["newer"]> {
  /** True if the newer base lacks a finding. Absent in reports of earlier runs. */
  readonly lacks?: ((finding: Finding) => boolean) | undefined;
}

/** One package in one version, and the version to upgrade to. A list that the report would leave out is empty here. */
export interface Upgrade extends Omit<Required<ReportedUpgrade>, "text" | "to" | "owner" | "layer"> {
  /** The name of its ecosystem, or the scanner's own term. */
  readonly ecosystem: string;
  /** The advised version. Undefined: the order of {@link alternatives} is unknown. */
  readonly to: string | undefined;
  readonly bySeverity: Counts;
  /** The package that bundles it, and that must be upgraded or replaced. */
  readonly owner?: Owner | undefined;
  /** The place where a single change upgrades it. */
  readonly place: Place;
  /** The source package that an operating system's package was built from. */
  readonly source?: InstalledPackage["source"];
  /** The layer that added it, if that is the same layer for all findings. */
  readonly layer?: Layer | undefined;
}

/** A place where a single change upgrades a package: all packages at the same place are upgraded together. */
export interface Place {
  /** Equal for the same place. */
  readonly key: string;
  /** Equal for the same {@link owner}, anywhere in the image. */
  readonly shippedBy: string;
  /** The package that installed the file. A newer version of this package is needed. */
  readonly owner?: Owner | undefined;
  /** The application whose build added the file: `app/app.jar`. */
  readonly application?: string | undefined;
  /** The package manager whose bundled copy it is: `npm`. */
  readonly tool?: string | undefined;
}

/** The dependency path that pulled an indirect dependency into a lock file. */
export type Chain = Upgrade["chains"][number];

/** Packages built from one source, or a single package, that no upgrade fixes. */
export interface NoFix {
  /** The source's name if several of its packages are affected, otherwise the package's. */
  readonly name: string;
  readonly version: string;
  /** The names of the packages, without duplicates. */
  readonly packages: readonly string[];
  /**
   * The vendor's statuses (`affected`, `will_not_fix`, `end_of_life`, …), or the known facts about the fixes instead.
   * Without duplicates, in order of the findings' severity.
   */
  readonly statuses: readonly string[];
  /** The advisories of these packages, without duplicates. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
  readonly owner?: Owner | undefined;
}

/** All upgrades in a plan, in the order of its steps. */
export function upgradesIn({ steps }: Pick<Plan, "steps">): readonly Upgrade[] {
  return steps.flatMap((step) => (step.kind === "secret" ? [] : step.members));
}

/**
 * The steps that at least two plans share, the most common first. Steps about secrets are never shared, since every
 * place is separate.
 * @returns each step as the first of the targets has it, with the indexes of the plans
 */
export function commonSteps(plans: readonly Pick<Plan, "steps">[]) {
  const all = plans.flatMap(({ steps }, target) => steps.map((step) => ({ step, target, key: keyOf(step) })));
  const { undefined: _, ...alike } = Object.groupBy(all, ({ key }) => `${key}`);
  return Object.values(alike)
    .flatMap((same = []) =>
      same.slice(0, 1).map(({ step }) => ({ step, targets: unique(same.map(({ target }) => target)) })),
    )
    .filter(({ targets }) => targets.length > 1)
    .sort((a, b) => b.targets.length - a.targets.length);
}

/** Equal for the same decision in two targets, regardless of the package's location in each. */
function keyOf(step: Step): string | undefined {
  if (step.kind === "secret") return undefined;
  if (step.kind === "base") {
    const base = step.newer?.reference ?? step.reference;
    return base === undefined ? undefined : JSON.stringify(["base", base]);
  }
  const { members, family, to } = step;
  const [first] = members;
  const versions = to === undefined ? members.map((each) => [each.package, each.to]) : to;
  return JSON.stringify(["upgrade", first?.type, family?.name ?? first?.package, versions]);
}
