import type { PackageSide } from "../../src/domain/change/package-changes.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import { memoize } from "../../src/domain/memoize.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import type { InstalledPackage, Target } from "../../src/domain/target.ts";
import { questionsOf } from "../../src/domain/upgrade/check.ts";
import { decisionsOf } from "../../src/domain/upgrade/decisions.ts";
import { makePlan } from "../../src/domain/upgrade/plan.ts";
import type { JudgedTarget } from "../../src/domain/verdict.ts";
import { type Line, ratioLine } from "./line.ts";
import { inTurn, timeWork } from "./measure.ts";
import { scannerReport } from "./scanner-report.ts";

const FINDINGS = 50_000;
const PACKAGES = 5_000;
const TYPES = ["debian", "npm", "python-pkg", "jar", "redhat", "alpine"];

/** Half of the packages come from lock files, each brought in by the one before. */
function side(version: number): PackageSide {
  const packages = Array.from({ length: PACKAGES }, (_, index): InstalledPackage => {
    const name = `package-${index}`;
    const type = TYPES[index % TYPES.length] ?? "";
    const own = `${version}.${index % 30}.1`;
    const path = index % 2 === 0 ? undefined : `lock-${index % 20}.json`;
    const relationship = index < 100 ? "direct" : "indirect";
    return { name, version: own, type, path, id: name, relationship, dependsOn: [`package-${index + 20}`] };
  });
  // As the reader of reports has it: findings share their lists.
  const fixesOf = memoize((text: string) => text.split(","));
  const about = packages.map(({ name, version, type }) => ({ name, version, type, purl: `pkg:x/${name}@${version}` }));
  const findings = Array.from({ length: FINDINGS }, (_, index): Finding => {
    const place = index % PACKAGES;
    const fixes = [`${version}.${30 + (index % 40)}.0`, `${version + 1}.0.${index % 9}`];
    return {
      kind: "vulnerability",
      id: `CVE-2098-${10_000 + index}`,
      severity: index % 3 === 0 ? "CRITICAL" : "HIGH",
      title: `finding ${index}`,
      url: `https://avd.aquasec.com/nvd/cve-2098-${10_000 + index}`,
      package: about[place],
      // A distribution names one fix, languages one for each branch.
      fixedVersions: index % 4 === 0 ? [] : fixesOf(fixes.slice(0, place % 3 === 0 ? 2 : 1).join()),
      status: index % 4 === 0 ? "affected" : "fixed",
      path: packages[place]?.path,
    };
  });
  return { packages, findings };
}

const TARGET: Target = { kind: "image", input: "ghcr.io/acme/app:1", label: "ghcr.io/acme/app:1" };

/** The target as judged with limits of 0, so that all findings fail. */
function judged({ packages, findings }: PackageSide): JudgedTarget {
  const artifact = { names: [TARGET.input], packages: packages.length };
  const scan = { artifact, packages, layers: [], findings, suppressed: 0, provenance: { scanner: "Trivy" } };
  const settings = { policy: EMPTY_POLICY, limits: {}, ignoreUnfixed: undefined, today: "2026-11-24" };
  const [target] = judge([{ target: TARGET, scan }], settings).targets;
  if (target?.answer !== "fail") throw new Error("The target should fail.");
  return target;
}

/** The plan against `JSON.parse` of the report that it is made of. */
export async function planningLines(): Promise<Line[]> {
  const current = side(2);
  const target = judged(current);
  const text = scannerReport(current.findings);
  const parse = () => timeWork(() => JSON.parse(text));
  const make = () => {
    const decisions = decisionsOf(target);
    if (questionsOf([{ target, decisions }]).flat().length === 0) throw new Error("There should be questions.");
    return makePlan(target, { decisions, unproven: "not scanned" });
  };
  const plan = await inTurn(15, () => timeWork(make), parse);
  return [
    // The questions for the scan of the versions are part of it.
    ratioLine("fix plan for 50,000 findings ÷ JSON.parse of the scanner's report", plan, { cpu: 2.5 }),
  ];
}
