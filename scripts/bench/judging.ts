import type { Exception } from "../../src/domain/exception.ts";
import type { Finding } from "../../src/domain/finding.ts";
import { judge } from "../../src/domain/judge/judge.ts";
import { EMPTY_POLICY } from "../../src/domain/policy/policy.ts";
import { SEVERITIES } from "../../src/domain/severity.ts";
import type { ScanResult, Target } from "../../src/domain/target.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, inTurn, timeWork } from "./measure.ts";

const target: Target = { kind: "image", input: "ghcr.io/acme/app:1", label: "ghcr.io/acme/app:1" };
const artifact = { names: [target.input], packages: 2000 };

function scanOf(count: number): ScanResult {
  const findings = Array.from({ length: count }, (_, index): Finding => {
    const name = `package-${index % 2000}`;
    return {
      kind: "vulnerability",
      id: `CVE-2098-${10_000 + (index % 20_000)}`,
      severity: SEVERITIES[index % SEVERITIES.length] ?? "UNKNOWN",
      title: `finding ${index}`,
      package: { name, version: "1.0-1", purl: `pkg:deb/debian/${name}@1.0-1`, type: "debian" },
      fixedVersions: index % 3 === 0 ? [] : ["2.0-1"],
      status: index % 3 === 0 ? "affected" : "fixed",
      path: `usr/lib/${name}/file-${index % 7}`,
    };
  });
  return { artifact, packages: [], layers: [], findings, suppressed: 0, provenance: { scanner: "Trivy" } };
}

/** A thousand exceptions that all look alike to an index by id: a hundred ids, ten scopes each. */
function exceptions(): Exception[] {
  return Array.from({ length: 1000 }, (_, index) => ({
    id: `CVE-2098-${10_000 + (index % 100)}`,
    package: `package-${index}`,
    paths: ["**/a*a*a*/**", `usr/**/file-${index % 7}`],
    images: ["ghcr.io/acme/*"],
    reason: "measured",
    expires: "2099-12-31",
    onlyWhileUnfixed: index % 2 === 0,
    line: index + 1,
  }));
}

/** How judging grows with findings and with exceptions. */
export async function judgingLines(): Promise<Line[]> {
  const [half, whole] = [scanOf(50_000), scanOf(100_000)];
  const listed = exceptions();
  const time = (scan: ScanResult, policy: readonly Exception[]): Cost =>
    timeWork(() =>
      judge([{ target, scan }], {
        policy: { ...EMPTY_POLICY, exceptions: policy },
        limits: {},
        ignoreUnfixed: undefined,
        today: "2026-01-01",
      }),
    );
  const size = await inTurn(
    15,
    () => time(whole, []),
    () => time(half, []),
  );
  const many = await inTurn(
    15,
    () => time(half, listed),
    () => time(half, []),
  );
  return [
    ratioLine("judging 100,000 findings ÷ 50,000", size, 2.3),
    ratioLine("50,000 findings × 1,000 exceptions ÷ none", many, 2),
  ];
}
