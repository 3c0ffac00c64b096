import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { compare } from "../../src/domain/comparison.ts";
import type { Finding, FindingPackage } from "../../src/domain/finding.ts";
import { inTurn, type Line, type line } from "./measure.ts";

const COUNT = 50_000;
const PACKAGES = 2000;

/** Findings of a large image, one package after the other as a scanner lists them; every `other`th has another advisory. */
function findings(other: number): Finding[] {
  const packages = Array.from({ length: PACKAGES }, (_, index) => {
    const [name, version] = [`package-${index}`, `1.${other}.${index % 7}`];
    return { name, version, purl: `pkg:npm/${name}@${version}`, type: "node-pkg" };
  });
  const layer = { diffId: `sha256:${"a".repeat(64)}`, number: 3, instruction: "RUN npm ci" };
  return Array.from({ length: COUNT }, (_, index): Finding => {
    const about = packages[Math.floor((index * PACKAGES) / COUNT)] as FindingPackage;
    const id = `CVE-${index % other === 0 ? other : 2098}-${10_000 + (index % 20_000)}`;
    return {
      kind: "vulnerability",
      id,
      severity: "HIGH",
      title: `${about.name}: an attacker may make the process use all memory by request ${index}`,
      url: `https://avd.aquasec.com/nvd/${id.toLowerCase()}`,
      package: about,
      fixedVersions: ["2.0.0"],
      status: "fixed",
      publishedAt: "2098-01-02T03:04:05Z",
      path: `usr/lib/node_modules/${about.name}-${about.version}/package.json`,
      layer,
    };
  });
}

/** Comparing 50,000 findings with 50,000 others, against reading one side's JSON. */
export async function comparingLines(asLine: typeof line, times: (value: number) => string): Promise<Line[]> {
  const [now, before] = [findings(10), findings(9)];
  const text = JSON.stringify(now);
  const earlier: Finding[] = JSON.parse(JSON.stringify(before));
  const kinds = new Set(["vulnerability"] as const);
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const timed = (work: () => unknown): number => {
    // Each pays for its own garbage alone.
    collect();
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  const { ratio } = await inTurn(
    15,
    () => timed(() => compare(now, { source: { kind: "report" }, packages: [], findings: before, earlier, kinds })),
    () => timed(() => JSON.parse(text)),
  );
  return [asLine("comparing 50,000 findings with 50,000 ÷ JSON.parse of one side", ratio, 1, times)];
}
