import { type PackageSide, packageChanges } from "../../src/domain/change/package-changes.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { remembering } from "../../src/domain/memoize.ts";
import type { InstalledPackage } from "../../src/domain/target.ts";
import { planUpgrades } from "../../src/domain/upgrade/upgrades.ts";
import { inTurn, type Line, type line, timeWork } from "./measure.ts";
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
  const fixesOf = remembering((text: string) => text.split(","));
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

/** The plan, and the comparison of packages, against `JSON.parse` of the report that they are made of. */
export async function planningLines(asLine: typeof line, times: (value: number) => string): Promise<Line[]> {
  const [current, baseline] = [side(2), side(1)];
  const text = scannerReport(current.findings);
  const parse = () => timeWork(() => JSON.parse(text));
  const plan = await inTurn(15, () => timeWork(() => planUpgrades(current.findings, current.packages)), parse);
  const changes = await inTurn(15, () => timeWork(() => packageChanges(current, baseline)), parse);
  return [
    asLine("fix plan for 50,000 findings ÷ JSON.parse of the scanner's report", plan.ratio, 1, times),
    asLine("package changes, 50,000 findings each ÷ JSON.parse of one side's report", changes.ratio, 1, times),
  ];
}
