import type { Finding, FindingPackage } from "../../src/domain/finding.ts";
import { mergeOpinions, type ScannerOpinion } from "../../src/domain/opinions/merge.ts";
import { type Line, ratioLine } from "./line.ts";
import { inTurn, timeWork } from "./measure.ts";
import { scannerReport } from "./scanner-report.ts";

const FINDINGS = 50_000;
const PACKAGES = 5_000;
const SEES = new Set(["debian", "npm"]);

/** Its own package object for each finding, as after `JSON.parse`. */
function packageOf(index: number, isSecond: boolean): FindingPackage {
  const name = `package-${index % PACKAGES}`;
  const version = `2.${index % PACKAGES}.1`;
  if (isSystem(index)) {
    const purl = `pkg:deb/debian/${name}@${version}?distro=debian-12`;
    return { name, version, type: "debian", ecosystem: "debian", purl };
  }
  const type = isSecond ? "npm" : "node-pkg";
  return { name, version, type, ecosystem: "npm", purl: `pkg:npm/${name}@${version}` };
}

function isSystem(index: number): boolean {
  return (index % PACKAGES) % 2 === 0;
}

/** The second scanner has aliases for languages, and goes by its own id for some. */
function idsOf(index: number, isSecond: boolean): Pick<Finding, "id" | "aliases"> {
  const cve = `CVE-2098-${10_000 + index}`;
  if (!isSecond || isSystem(index)) return { id: cve };
  const number = String(index).padStart(8, "0");
  const own = `GHSA-${number.slice(0, 4)}-${number.slice(4)}-aaaa`;
  return index % 5 === 1 ? { id: own, aliases: [cve] } : { id: cve, aliases: [own] };
}

/**
 * The findings of one of two scanners: the other one has nine tenths of them, too.
 * @param first number of its first advisory
 */
function found(first: number, isSecond: boolean): Finding[] {
  return Array.from({ length: FINDINGS }, (_, at): Finding => {
    const index = first + at;
    const about = packageOf(index, isSecond);
    const fix = isSecond && index % 6 === 1 ? "2.9999.2" : "2.9999.1";
    return {
      kind: "vulnerability",
      ...idsOf(index, isSecond),
      severity: isSecond && index % 7 === 0 ? "CRITICAL" : "HIGH",
      title: isSecond ? "" : `finding ${index}`,
      url: `https://avd.aquasec.com/nvd/cve-2098-${10_000 + index}`,
      package: about,
      fixedVersions: index % 4 === 0 ? [] : [fix],
      status: index % 4 === 0 ? "affected" : "fixed",
      path: isSystem(index) ? undefined : `app/node_modules/${about.name}/package.json`,
    };
  });
}

/** Two scanners' findings as one, against `JSON.parse` of both reports. */
export async function opinionLines(): Promise<Line[]> {
  const [one, other] = [found(0, false), found(FINDINGS / 10, true)];
  const opinions: ScannerOpinion[] = [
    { scanner: "Grype", findings: other, sees: SEES },
    { scanner: "Trivy", findings: one, sees: SEES },
  ];
  const texts = [scannerReport(one), scannerReport(other)];
  const merged = mergeOpinions(opinions).length;
  if (merged !== FINDINGS + FINDINGS / 10) throw new Error(`${merged} findings were made of two times ${FINDINGS}.`);
  const cost = await inTurn(
    11,
    () => timeWork(() => mergeOpinions(opinions)),
    () => timeWork(() => texts.map((text) => JSON.parse(text))),
  );
  return [ratioLine("merging 2 × 50,000 findings ÷ JSON.parse of both reports", cost, { cpu: 2 })];
}
