import fc from "fast-check";
import { expect, it } from "vitest";
import type { Gap, GapCode } from "../../src/domain/coverage.ts";
import type { Exception } from "../../src/domain/exception.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import { diffPolicies } from "../../src/domain/policy/diff.ts";
import { exploitDataWanted } from "../../src/domain/policy/exploit-limits.ts";
import type { Policy, TargetRule } from "../../src/domain/policy/policy.ts";
import { SEVERITIES, type Severity } from "../../src/domain/severity.ts";
import { type Change, type Exploitation, failing } from "../../src/domain/verdict.ts";
import { policyFileSchema } from "../../src/policy/schema.ts";
import { judged, makePackage, makePolicy, makeSettings, scanned, TODAY } from "../domain/make.ts";
import { fuzz } from "../support/runs/fuzz.ts";

// Only a few words, so that policies often match findings.
const IDS = ["CVE-1", "CVE-2", "CVE-3"];
const GAPS: readonly GapCode[] = ["os-unknown", "packages-unreadable"];
const NAMES = ["zlib", "openssl"];
const IMAGES = ["ghcr.io/acme/app", "ghcr.io/acme/*", "ghcr.io/other", "**"];
const PATHS = ["app/a.jar", "app/*", "**/b.jar"];
const SOURCES = ["https://a.test/file", "https://b.test/file"];

const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const limit = fc.constantFrom<number | "unlimited">(0, 1, 2, "unlimited");
const bySeverity = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Partial<Record<Severity, T>>> =>
  fc.dictionary(fc.constantFrom(...SEVERITIES), value, { maxKeys: 3 });
const globs = (all: readonly string[]) => fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 2 });

const exception: fc.Arbitrary<Exception> = fc.record({
  id: fc.constantFrom(...IDS),
  package: some(fc.constantFrom(...NAMES, "pkg:deb/debian/zlib")),
  paths: some(globs(PATHS)),
  images: some(globs(IMAGES)),
  reason: fc.constantFrom("a", "b"),
  owner: some(fc.constant("me")),
  created: fc.constant(undefined),
  expires: fc.constantFrom("2026-11-23", TODAY, "2026-12-31"),
  onlyWhileUnfixed: fc.boolean(),
  line: fc.nat({ max: 9 }),
});
/** An accepted gap, by its id. */
const acceptance: fc.Arbitrary<Exception> = fc
  .tuple(exception, fc.constantFrom(...GAPS))
  .map(([one, id]) => ({ ...one, id, package: undefined, onlyWhileUnfixed: false }));
const rule: fc.Arbitrary<TargetRule> = fc.record({
  images: globs(IMAGES),
  thresholds: bySeverity(limit),
  exploited: some(limit),
  line: fc.nat({ max: 9 }),
});

/** Keyed by the key of the policy that it sets. The property does not try keys that are missing here. */
const PARTS = {
  thresholds: fc.record({ thresholds: bySeverity(limit), exploited: some(limit) }),
  epss: fc.record({ epss: some(fc.record({ above: fc.constantFrom(0, 0.3, 0.5, 1), max: limit })) }),
  "exploit-data": fc.record({
    exploitData: some(fc.record({ kev: some(fc.constantFrom(...SOURCES)), epss: some(fc.constantFrom(...SOURCES)) })),
  }),
  count: fc.record({ count: some(fc.constantFrom("all" as const, "introduced" as const)) }),
  "grace-days": fc.record({ graceDays: some(bySeverity(fc.constantFrom(0, 7, 30))) }),
  "ignore-unfixed": fc.record({ ignoreUnfixed: some(fc.boolean()) }),
  targets: fc.record({ targets: fc.array(rule, { maxLength: 3 }) }),
  "fix-within-days": fc.record({
    fixWithinDays: some(fc.dictionary(fc.constantFrom("critical", "high"), fc.constantFrom(0, 7, 30))),
  }),
  issues: fc.record({
    issues: some(
      fc.array(
        fc.record({
          images: globs(IMAGES),
          assignees: fc.constantFrom<string[]>([], ["octocat"]),
          labels: fc.constantFrom<string[]>([], ["security"]),
        }),
        { maxLength: 2 },
      ),
    ),
  }),
  agreement: fc.record({ agreement: some(fc.constantFrom("any" as const, "all" as const)) }),
  // They act before anything is judged: the scan has one severity, and the scanners that answered.
  "severity-from": fc.record({ severityFrom: some(fc.constantFrom(["trivy"], ["grype", "trivy"])) }),
  "scan-with": fc.record({ optionalScanners: some(fc.constantFrom(["grype"], ["trivy", "grype"])) }),
  "exception-rules": fc.record({
    exceptionRules: fc.record({
      maxDays: fc.constantFrom(90, 365),
      warnDays: fc.constantFrom(7, 14),
      requireOwner: fc.boolean(),
    }),
  }),
  exceptions: fc.record({ exceptions: fc.array(exception, { maxLength: 4 }) }),
  coverage: fc.record({ coverage: some(fc.array(acceptance, { maxLength: 3 })) }),
} satisfies Record<string, fc.Arbitrary<Partial<Policy>>>;
const KEYS = Object.keys(PARTS) as (keyof typeof PARTS)[];

it("the pairs of policies have every key that a policy may have", () => {
  expect(KEYS.toSorted()).toEqual(
    Object.keys(policyFileSchema.shape)
      .filter((key) => key !== "version")
      .toSorted(),
  );
});

/** A list after a pull request: some items are removed, added, moved or changed. */
function editedList<T extends object>(own: readonly T[], other: readonly T[], edits: readonly number[]): T[] {
  const kept = own.filter((_, index) => (edits[0] ?? 0) % 4 !== index);
  const changed = kept.map((item, index) => {
    const donor = other[index];
    const keys = donor === undefined ? [] : (Object.keys(donor) as (keyof T)[]);
    const key = keys[(edits[1] ?? 0) % (keys.length + 3)];
    return key === undefined || donor === undefined ? item : { ...item, [key]: donor[key] };
  });
  const more = (edits[2] ?? 0) % 3 === 0 ? other.slice(0, 1) : [];
  return (edits[3] ?? 0) % 3 === 0 ? [...more, ...changed.toReversed()] : [...changed, ...more];
}

/** Changes a single item or value of a policy, or removes it: no second change can hide a mistake about it. */
function oneStep(base: Policy, other: Policy, at: number, isGone: boolean): Policy {
  const keys = (Object.keys(base) as (keyof Policy)[]).filter((key) => key !== "exceptionRules");
  const key = keys[at % keys.length] ?? "exceptions";
  const [own, donor] = [base[key], other[key]];
  if (Array.isArray(own) && own.length > 0) {
    const place = at % own.length;
    const rest = own.filter((_, index) => index !== place);
    return { ...base, [key]: isGone ? rest : [...rest, own[place]] };
  }
  const nothing = key === "thresholds" ? {} : key === "exceptions" || key === "targets" ? [] : undefined;
  return { ...base, [key]: isGone ? nothing : donor };
}

const policy = fc.record(PARTS).map((parts) => makePolicy(Object.assign({}, ...Object.values(parts))));
/** A policy, and a pull request's version of it. Some keys differ, and some items and values in its lists. */
const manySteps = fc
  .tuple(
    policy,
    policy,
    fc.array(fc.nat({ max: KEYS.length - 1 }), { maxLength: 3 }),
    fc.array(fc.nat({ max: 99 }), { maxLength: 4 }),
  )
  .chain(([base, other, replaced, edits]) =>
    fc.tuple(...replaced.map((index) => PARTS[KEYS[index] as "count"])).map((parts) => {
      const lists =
        edits.length === 0
          ? {}
          : {
              exceptions: editedList(base.exceptions, other.exceptions, edits),
              targets: editedList(base.targets, other.targets, edits),
              coverage: editedList(base.coverage ?? [], other.coverage ?? [], edits),
            };
      return { base, head: Object.assign({}, base, lists, ...parts) as Policy };
    }),
  );

const pair = fc.oneof(
  manySteps,
  fc.tuple(policy, policy, fc.nat({ max: 999 }), fc.boolean()).map(([base, other, at, isGone]) => ({
    base,
    head: oneStep(base, other, at, isGone),
  })),
);

const finding: fc.Arbitrary<Finding> = fc.record({
  kind: fc.constantFrom("vulnerability", "vulnerability", "vulnerability", "secret"),
  id: fc.constantFrom(...IDS),
  severity: fc.constantFrom(...SEVERITIES),
  title: fc.constant("t"),
  package: fc.constantFrom(...NAMES).map((name) => makePackage({ name, purl: `pkg:deb/debian/${name}@1` })),
  fixedVersions: fc.constantFrom([], ["2"]),
  status: fc.constant("affected"),
  publishedAt: fc.constantFrom(undefined, "2026-11-20", "2026-10-30", "2020-01-01"),
  path: some(fc.constantFrom("app/a.jar", "app/b.jar")),
  missedBy: some(fc.constant(["Grype"])),
});
const seen = fc.record({
  finding,
  change: fc.constantFrom<Change | undefined>("new", "unchanged", "unchanged", "newly-disclosed", undefined),
  unsettled: fc.constantFrom(false, false, false, true),
});
const known = fc.dictionary(
  fc.constantFrom(...IDS),
  fc.record({ kev: some(fc.record({ ransomware: fc.boolean() })), epss: some(fc.constantFrom(0.2, 0.4, 0.9)) }),
);

const gap: fc.Arbitrary<Gap> = fc.record({
  code: fc.constantFrom(...GAPS),
  what: fc.constant("w"),
  remedy: fc.constant("r"),
  path: some(fc.constantFrom("app/a.jar", "app/b.jar")),
});

interface Image {
  readonly gaps: readonly Gap[];
  readonly seen: readonly { finding: Finding; change: Change | undefined; unsettled: boolean }[];
  readonly known: Readonly<Record<string, Exploitation>>;
}

/** The reasons for which a policy refuses the image: its gaps, otherwise its findings. */
function refused(by: Policy, { seen, known, gaps }: Image): ReadonlySet<Finding | Gap> {
  const made = scanned(seen.map((each) => each.finding));
  const outcome = "scan" in made ? { ...made, scan: { ...made.scan, coverage: { rows: [], gaps } } } : made;
  const changes = new Map(seen.map((each) => [each.finding, each.change]));
  const unsettled = new Set(seen.filter((each) => each.unsettled).map((each) => each.finding));
  // The data contain only what a policy asks for.
  const wanted = exploitDataWanted(by);
  const verdict = judge(
    [outcome],
    makeSettings({
      policy: by,
      changes: new Map([[outcome.target, (each: Finding) => changes.get(each)]]),
      unsettled: new Map([[outcome.target, unsettled]]),
      exploits: (id) => ({
        ...(wanted.kev && { kev: known[id]?.kev }),
        ...(wanted.epss && { epss: known[id]?.epss }),
      }),
    }),
  );
  const [target] = verdict.targets;
  if (target?.answer === "error")
    return new Set(target.coverage?.gaps.filter(({ accepted }) => accepted === undefined).map((each) => each.gap));
  return new Set(failing(judged(verdict)).map((each) => each.finding));
}

// Proves: no-change-policy-loosens
fuzz(
  "a change of the policy that lets a finding through is said to loosen",
  fc.tuple(
    pair,
    fc.record({
      seen: fc.array(seen, { minLength: 1, maxLength: 5 }),
      known,
      // Most images are scanned completely.
      gaps: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(gap, { maxLength: 2 })),
    }),
  ),
  ([{ base, head }, image]) => {
    const after = refused(head, image);
    const isError = [...after].some((each) => "remedy" in each);
    // Findings that are not judged are not let through.
    const letThrough = [...refused(base, image)].filter((each) => !after.has(each) && ("remedy" in each || !isError));
    if (letThrough.length === 0) return;
    const changes = diffPolicies(base, head);
    expect(
      changes.some(({ loosens }) => loosens),
      JSON.stringify(changes),
    ).toBe(true);
  },
  { leastRuns: 500 },
);

fuzz("a policy is no change of itself", policy, (one) => {
  expect(diffPolicies(one, structuredClone(one))).toEqual([]);
});
