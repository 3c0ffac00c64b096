import type { Day } from "../../../src/domain/dates.ts";
import type { Exception } from "../../../src/domain/exception.ts";
import type { Finding } from "../../../src/domain/finding.ts";
import type { Rescanned, RunSeen, RunsAt } from "../../../src/domain/history/running.ts";
import { judge, type ScanOutcome } from "../../../src/domain/judge/judge.ts";
import { EMPTY_POLICY, type Policy } from "../../../src/domain/policy/policy.ts";
import type { Severity } from "../../../src/domain/severity.ts";
import type { InstalledPackage, ScanResult } from "../../../src/domain/target.ts";
import type { TargetError, Verdict } from "../../../src/domain/verdict.ts";

// A year of weekly runs, made from a seed. Images appear, are rebuilt, get worse, vanish and come back. Advisories are
// published, get a fix, change their severity and are withdrawn. Exceptions end, scans fail, sources cannot be read.
// Each week has what a run sees, and the truth that it was made from, so that a test need not believe the run.

/** A finding as it truly is in one image and one week. */
export interface TrueFinding {
  readonly id: string;
  /** The package's name in this simulation; `package` of a record is its {@link package}. */
  readonly name: string;
  /** Package URL without version. */
  readonly package: string;
  readonly version: string;
  /** As a record has it: without the package's version. */
  readonly path: string | undefined;
  readonly severity: Severity;
  readonly fixable: boolean;
  readonly acceptedUntil: Day | undefined;
}

/** An image that really runs in one week. */
export interface TrueImage {
  readonly name: string;
  readonly reference: string;
  readonly digest: string;
  readonly where: readonly RunsAt[];
  /** Its scan works in this week, if a source names it. */
  readonly scans: boolean;
  readonly findings: readonly TrueFinding[];
  /** `package@version path`, paths without version. */
  readonly installed: ReadonlySet<string>;
}

export interface SimulatedWeek {
  readonly now: string;
  readonly today: Day;
  /** The run's view of the images. */
  readonly seen: RunSeen;
  /** The verdict over all images of {@link seen}, in their order. */
  readonly verdict: Verdict;
  readonly policy: Policy;
  /** Images that really run, even if no source could be read. */
  readonly truth: readonly TrueImage[];
  /** Sources that named nothing, or only their first half. */
  readonly unread: ReadonlySet<string>;
}

export interface YearOptions {
  readonly seed?: number;
  readonly names?: number;
  readonly weeks?: number;
  /** Chance that an image's scan fails in a week. */
  readonly errors?: number;
  /** Chance that a source cannot be read in a week. */
  readonly unread?: number;
}

const SOURCES = ["compose:compose.yaml", "docker", "kubernetes:deploy/*.yaml"] as const;
const SEVERITIES: readonly Severity[] = ["CRITICAL", "HIGH", "HIGH", "MEDIUM", "LOW"];

type Random = () => number;

/** Mulberry32: the same numbers for the same seed, on every machine. */
function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A package with its places, by its number. */
function packageOf(
  number: number,
  release: number,
): InstalledPackage & { readonly lasting: string | undefined; readonly bare: string } {
  const version = `1.${release}.0`;
  if (number % 3 === 0) {
    const bare = `pkg:deb/debian/lib${number}`;
    return {
      name: `lib${number}`,
      version,
      type: "debian",
      purl: `${bare}@${version}?arch=amd64`,
      system: true,
      bare,
      lasting: undefined,
    };
  }
  const isPython = number % 3 === 1;
  const name = `${isPython ? "py" : "js"}${number}`;
  const bare = `pkg:${isPython ? "pypi" : "npm"}/${name}`;
  const place = (middle: string) =>
    isPython ? `usr/lib/site-packages/${name}-${middle}.dist-info/METADATA` : `app/node_modules/${name}/package.json`;
  return {
    name,
    version,
    type: isPython ? "python-pkg" : "node-pkg",
    purl: `${bare}@${version}`,
    path: place(version),
    bare,
    lasting: place(""),
  };
}

interface Advisory {
  readonly id: string;
  readonly package: number;
  readonly published: number;
  /** From this week on, no source lists it. */
  readonly withdrawn: number;
  /** Releases below this one have it. */
  readonly fixedIn: number;
  /** From this week on, the fix is known. */
  readonly fixKnown: number;
  readonly severities: readonly [Severity, Severity];
  readonly severityChanges: number;
}

interface Variant {
  readonly tag: string;
  readonly digest: string;
  readonly releases: ReadonlyMap<number, number>;
  readonly where: readonly RunsAt[];
}

const PACKAGES = 30;
const NEVER = Number.POSITIVE_INFINITY;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function advisoriesOf(random: Random, weeks: number): Advisory[] {
  return Array.from({ length: weeks * 2 }, (_, index): Advisory => {
    // Half of the first ones are as old as the simulation.
    const published = Math.max(0, Math.floor(index / 2) - 10);
    return {
      id: `CVE-2098-${10_000 + index}`,
      package: Math.floor(random() * PACKAGES),
      published,
      withdrawn: random() < 0.15 ? published + 1 + Math.floor(random() * 20) : NEVER,
      fixedIn: 1 + Math.floor(random() * 8),
      fixKnown: random() < 0.6 ? published : random() < 0.7 ? published + Math.floor(random() * 15) : NEVER,
      severities: [pick(random, SEVERITIES), pick(random, SEVERITIES)],
      severityChanges: published + Math.floor(random() * 40),
    };
  });
}

function exceptionsOf(random: Random, advisories: readonly Advisory[], dayOf: (week: number) => Day): Exception[] {
  return advisories
    .filter(() => random() < 0.1)
    .map(({ id, published }, index) => ({
      id,
      reason: "Simulated.",
      created: dayOf(published),
      expires: dayOf(published + 3 + Math.floor(random() * 30)),
      onlyWhileUnfixed: false,
      line: index + 1,
    }));
}

function hex(random: Random): string {
  return Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join("");
}

/** Mostly the same release, or a newer one; now and then an older one. */
function stepOf(random: Random): number {
  if (random() < 0.4) return 1 + Math.floor(random() * 3);
  return random() < 0.1 ? -2 : 0;
}

function newVariant(random: Random, name: string, previous: Variant | undefined): Variant {
  const releases = new Map<number, number>();
  for (let number = 0; number < PACKAGES; number++) {
    const release = previous?.releases.get(number);
    if (previous === undefined ? random() < 0.4 : release !== undefined ? random() < 0.97 : random() < 0.02)
      releases.set(number, Math.max(0, (release ?? 0) + stepOf(random)));
  }
  const where =
    previous?.where ??
    SOURCES.filter(() => random() < 0.45).map((source) => ({
      source,
      name: `${name.split("/").at(-1)} ${Math.floor(random() * 1000)}`,
    }));
  return {
    tag: `${Math.floor(random() * 1e6)}`,
    digest: `sha256:${hex(random)}`,
    releases,
    where: where.length > 0 ? where : [{ source: pick(random, SOURCES), name: `${name} 1` }],
  };
}

/** The releases of one name, week after week. */
function lifeOf(random: Random, name: string, weeks: number): Variant[][] {
  const begin = random() < 0.6 ? 0 : Math.floor(random() * weeks);
  const end = random() < 0.3 ? begin + 5 + Math.floor(random() * weeks) : NEVER;
  const back = random() < 0.6 ? end + 2 + Math.floor(random() * 10) : NEVER;
  let variants = Array.from({ length: 1 + Math.floor(random() * 3) }, () => newVariant(random, name, undefined));
  return Array.from({ length: weeks }, (_, week) => {
    variants = variants.map((each) => (random() < 0.12 ? newVariant(random, name, each) : each));
    if (random() < 0.03) variants = [...variants, newVariant(random, name, variants[0])];
    if (variants.length > 1 && random() < 0.06) variants = variants.slice(1);
    return week >= begin && (week < end || week >= back) ? variants : [];
  });
}

function truthOf(
  name: string,
  variant: Variant,
  week: number,
  known: {
    readonly advisories: readonly Advisory[];
    readonly acceptedUntil: (id: string) => Day | undefined;
    readonly scans: boolean;
  },
): TrueImage {
  const findings = known.advisories.flatMap((each): TrueFinding[] => {
    const release = variant.releases.get(each.package);
    if (release === undefined || release >= each.fixedIn || week < each.published || week >= each.withdrawn) return [];
    const { name: about, bare, version, lasting } = packageOf(each.package, release);
    return [
      {
        id: each.id,
        name: about,
        package: bare,
        version,
        path: lasting,
        severity: each.severities[week < each.severityChanges ? 0 : 1],
        fixable: week >= each.fixKnown,
        acceptedUntil: known.acceptedUntil(each.id),
      },
    ];
  });
  const installed = [...variant.releases].map(([number, release]) => {
    const { bare, version, lasting } = packageOf(number, release);
    return `${bare}@${version} ${lasting ?? ""}`;
  });
  return {
    name,
    reference: `${name}:${variant.tag}`,
    digest: variant.digest,
    where: variant.where,
    scans: known.scans,
    findings,
    installed: new Set(installed),
  };
}

function scanOf(image: TrueImage, { releases }: Variant): ScanResult {
  const packages = [...releases].map(([number, release]) => packageOf(number, release));
  const byName = new Map(packages.map((each) => [each.name, each]));
  const findings = image.findings.map((each): Finding => {
    const about = byName.get(each.name) as InstalledPackage;
    return {
      kind: "vulnerability",
      id: each.id,
      severity: each.severity,
      title: `${each.id} in ${each.name}`,
      package: { name: about.name, version: about.version, purl: about.purl, type: about.type },
      fixedVersions: each.fixable ? ["1.99.0"] : [],
      status: each.fixable ? "fixed" : "affected",
      path: about.path,
    };
  });
  return {
    artifact: { names: [image.reference], digest: image.digest, packages: packages.length },
    packages,
    layers: [],
    findings,
    suppressed: 0,
    provenance: { scanner: "Trivy", scanners: ["vuln"] },
  };
}

const BROKEN: TargetError = { code: "scan-failed", what: "The simulated scan failed", remedy: "Wait a week." };

/** The weeks of a simulated year, beginning with 2026-01-05. */
export function simulateYear({
  seed = 1,
  names = 25,
  weeks = 52,
  errors = 0.05,
  unread = 0.06,
}: YearOptions = {}): readonly SimulatedWeek[] {
  const random = randomOf(seed);
  const instantOf = (week: number) => new Date(Date.UTC(2026, 0, 5 + 7 * week, 3, 17)).toISOString();
  const dayOf = (week: number) => instantOf(week).slice(0, 10);
  const advisories = advisoriesOf(random, weeks);
  const policy: Policy = { ...EMPTY_POLICY, exceptions: exceptionsOf(random, advisories, dayOf) };
  const lives = Array.from({ length: names }, (_, index) => {
    const name = `registry.example/team/app-${index}`;
    return { name, life: lifeOf(random, name, weeks) };
  });
  return Array.from({ length: weeks }, (_, week) => {
    const today = dayOf(week);
    const acceptedUntil = (id: string) => {
      const exception = policy.exceptions.find(
        (each) => each.id === id && (each.created ?? "") <= today && each.expires >= today,
      );
      return exception?.expires;
    };
    const running = lives.flatMap(({ name, life }) => (life[week] ?? []).map((variant) => ({ name, variant })));
    const both = running.map(({ name, variant }) => {
      const truth = truthOf(name, variant, week, { advisories, acceptedUntil, scans: random() >= errors });
      return { truth, variant };
    });
    const unreadNow = new Set<string>(SOURCES.filter(() => random() < unread));
    const isPartial = random() < 0.5;
    const half = Math.floor(both.length / 2);
    const named = both.flatMap(({ truth, variant }, index) => {
      const where = truth.where.filter(({ source }) => !unreadNow.has(source) || (isPartial && index < half));
      return where.length === 0 ? [] : [{ truth, variant, where }];
    });
    const outcomes = named.map(({ truth, variant }): ScanOutcome => {
      const target = { kind: "image", input: truth.reference, label: truth.reference } as const;
      return truth.scans ? { target, scan: scanOf(truth, variant) } : { target, error: BROKEN };
    });
    // A run always finds something: the simulation has a name that runs in every week.
    const verdict =
      outcomes.length === 0
        ? { answer: "error" as const, reason: "error: nothing runs", targets: [], exceptions: [] }
        : judge(outcomes, { policy, limits: {}, ignoreUnfixed: undefined, today });
    const images = named.map(({ truth, where }, index): Rescanned => {
      const answer = verdict.targets[index] as Rescanned["verdict"];
      return {
        name: truth.name,
        reference: truth.reference,
        digest: truth.digest,
        platform: "linux/amd64",
        where,
        way: answer.answer === "error" ? undefined : "image",
        verdict: answer,
      };
    });
    return {
      now: instantOf(week),
      today,
      seen: { now: instantOf(week), images, unreadSources: [...unreadNow] },
      verdict,
      policy,
      truth: both.map(({ truth }) => truth),
      unread: unreadNow,
    };
  });
}
