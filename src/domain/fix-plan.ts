import { unique } from "./collections.ts";
import type { Finding, Layer, Owner } from "./finding.ts";
import type { ReadOf } from "./report/fields.ts";
import type { planStep, upgrade } from "./report/plan-schema.ts";
import type { base } from "./report/schema.ts";
import type { Counts } from "./severity.ts";
import type { InstalledPackage } from "./target.ts";

type ReportedStep = ReadOf<typeof planStep>;
type ReportedUpgrade = ReadOf<typeof upgrade>;

/** What to do about a target's failing findings. */
export interface Plan {
  /** What matters most comes first. */
  readonly steps: readonly Step[];
  /** Packages that no known version clears. */
  readonly noFix: readonly NoFix[];
  readonly advised: Advised;
}

/**
 * How many upgrades the plan advises, those of the base image's packages included, and of how many the version was
 * scanned.
 */
export interface Advised {
  readonly versions: number;
  readonly scanned: number;
  /** Why the others were not, each clause once. */
  readonly reasons: readonly string[];
}

/** One decision for the reader. */
export type Step = UpgradeStep | BaseStep | SecretStep;

/** What a step is worth. */
export interface Weight {
  /** Number of failing findings that the step clears. */
  readonly clears: number;
  /** Their advisories or rules, each once. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
  /** How many of them are in CISA's catalog of known exploited vulnerabilities. */
  readonly exploited: number;
  /** The highest EPSS score among them. Absent: no score is known. */
  readonly epss?: number | undefined;
}

/** Upgrade one package, or several of one source or family that get one version. */
export interface UpgradeStep extends Weight {
  readonly kind: "upgrade";
  /** At least one. */
  readonly members: readonly Upgrade[];
  /** Absent: a single package. */
  readonly family?: Family | undefined;
  /** The version for all members. Undefined: it is not known, or it differs among the members. */
  readonly to: string | undefined;
  /** All versions named as fixes, if their order is not known. Otherwise empty. */
  readonly alternatives: readonly string[];
  /** A lower version that is enough for the gate. Absent: there is none. */
  readonly enough?: Enough | undefined;
  /** Failing findings of these packages that the advised version may have. Absent: none, or the step is proven. */
  readonly mayStay?: MayStay | undefined;
  /** What the advised version was found to have. Absent: unproven. */
  readonly check?: UpgradeCheck | undefined;
  /** Why this step alone is unproven, a clause. Absent if it has a {@link check}, or if the whole plan is unproven. */
  readonly unproven?: string | undefined;
  /** A command that is safe to paste. Absent: no command is known to be right. */
  readonly command?: string | undefined;
  /** A line that is safe to paste into the file, instead of a command. */
  readonly line?: ReportedStep["line"];
}

/** The lowest version without a failing finding, and what the advised one clears of all that is open. */
export interface Enough extends NonNullable<ReportedStep["enough"]> {
  readonly bySeverity: Counts;
}

/** Findings whose advisories name no fix above the installed version, in packages that the step raises. */
export type MayStay = Pick<Weight, "clears" | "ids" | "bySeverity">;

/** Packages that get one version. `source`: of one source package. `group`: of one Maven group id. */
export type Family = NonNullable<ReportedStep["family"]>;

/** A scan's answer about an advised version. */
export type UpgradeCheck = NonNullable<ReportedStep["check"]>;
export type CheckedFinding = UpgradeCheck["stays"][number];

/**
 * Everything that the base image brought. {@link Weight.clears} counts what rebuilding and the upgrades clear together.
 */
export interface BaseStep extends Weight {
  readonly kind: "base";
  /** The base's reference. Absent: only the image's history shows that there is one. */
  readonly reference?: string | undefined;
  /** What to rebuild on. Absent: no newer base is known, or it clears nothing that fails. */
  readonly newer?: NewerBase | undefined;
  /** Number of failing findings that rebuilding on {@link newer} clears. */
  readonly rebuilding?: number | undefined;
  /** Number of failing findings that it leaves, or all if there is no newer base. */
  readonly staying: number;
  /** Number of the base's packages that have a fix for one of these. */
  readonly fixable: number;
  /** Their upgrades. */
  readonly members: readonly Upgrade[];
  /** As {@link UpgradeStep.mayStay}. */
  readonly mayStay?: MayStay | undefined;
  /** What the advised versions were found to have. Absent: nothing, or they are unproven. */
  readonly check?: UpgradeCheck | undefined;
  /** Upgrades the system's packages; safe to paste. Absent: no command is known to be right. */
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

/** The image that the base's tag refers to today, if it differs from the one that was built on. */
export interface NewerBase extends NonNullable<ReadOf<typeof base>["newer"]> {
  /** True if the newer one lacks a finding. Absent in reports of earlier runs. */
  readonly lacks?: ((finding: Finding) => boolean) | undefined;
}

/** One package in one version, and the version to raise it to. A list that the report would leave out is empty. */
export interface Upgrade extends Omit<Required<ReportedUpgrade>, "text" | "to" | "owner" | "layer"> {
  /** The name of its ecosystem, or the scanner's own word. */
  readonly ecosystem: string;
  /** The advised version. Undefined: the order of {@link alternatives} is not known. */
  readonly to: string | undefined;
  readonly bySeverity: Counts;
  /** The package that bundles it, which must be upgraded or replaced. */
  readonly owner?: Owner | undefined;
  /** Where one act raises it. */
  readonly place: Place;
  /** The source package that an operating system's package was built from. */
  readonly source?: InstalledPackage["source"];
  /** The layer that added it, if it is the same for all findings. */
  readonly layer?: Layer | undefined;
}

/** Where one act raises a package: what is at the same place is raised together. */
export interface Place {
  /** Equal for the same place. */
  readonly key: string;
  /** Equal for the same {@link owner}, wherever it is. */
  readonly shippedBy: string;
  /** The package that brought the file along, and of which a newer version is needed. */
  readonly owner?: Owner | undefined;
  /** The application whose build put the file into it: `app/app.jar`. */
  readonly application?: string | undefined;
  /** The package manager whose own copy it is: `npm`. */
  readonly tool?: string | undefined;
}

/** How an indirect dependency got into a lock file. */
export type Chain = Upgrade["chains"][number];

/** The packages of one source, or one package, that no upgrade fixes. */
export interface NoFix {
  /** Of the source, if there are several packages of it, otherwise of the package. */
  readonly name: string;
  readonly version: string;
  /** The names of the packages, each once. */
  readonly packages: readonly string[];
  /**
   * The vendor's (`affected`, `will_not_fix`, `end_of_life`, …), or what is known of its fixes instead. Each once, that
   * of the most severe findings first.
   */
  readonly statuses: readonly string[];
  /** Their advisories, each once. */
  readonly ids: readonly string[];
  readonly bySeverity: Counts;
  readonly owner?: Owner | undefined;
}

/** All upgrades in a plan, in the order of its steps. */
export function upgradesIn({ steps }: Pick<Plan, "steps">): readonly Upgrade[] {
  return steps.flatMap((step) => (step.kind === "secret" ? [] : step.members));
}

/**
 * The steps that at least two plans have, those of the most plans first. Secrets are never the same: each place is its
 * own.
 * @returns each as the first of the targets has it, with the indexes of the plans
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

/** Equal for the same decision in two targets, wherever the package is in them. */
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
