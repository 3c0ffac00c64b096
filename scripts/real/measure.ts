import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTable } from "./advisories/table.ts";
import { type BareFinding, type BareReport, type BareTrivy, withoutQualifiers } from "./bare-trivy.ts";
import { type BuiltImage, REAL } from "./build-image.ts";
import { type GateRun, gateRun } from "./gate-run.ts";
import { type Advised, raised, upgradedSbom } from "./upgraded-sbom.ts";

/** The figures of one genuine image. */
export interface Measured {
  readonly title: string;
  readonly packages: number;
  readonly trivy: number;
  readonly ours: number;
  /** Findings that both have, row by row. */
  readonly same: boolean;
  readonly upgrades: number;
  /** Upgrades that the gate says it has scanned. */
  readonly checked: number;
  /** Upgrades whose findings are all gone in Trivy's own scan of the advised versions. */
  readonly clear: number;
  /** Of those, the ones without any finding that would fail the gate. */
  readonly clean: number;
  /** Failing findings that are left when all upgrades are done, by the plan's numbers and by Trivy's own scan. */
  readonly left: { readonly said: number; readonly found: number };
  /** Steps of the plan, each a line of the comment. */
  readonly lines: number;
  /** Characters of the comment. */
  readonly comment: number;
  readonly run: GateRun;
}

interface ReportedFinding {
  readonly id: string;
  readonly severity: string;
  readonly package?: { readonly name: string; readonly version: string; readonly purl?: string };
}

interface ReportedUpgrade {
  readonly package: string;
  readonly from: string;
  readonly to?: string;
  readonly ids: readonly string[];
  readonly clears: number;
}

/** A step of the plan: its upgrades, and what the gate's own scan of their versions found. */
interface ReportedStep {
  readonly upgrades?: readonly ReportedUpgrade[];
  readonly check?: unknown;
}

/** None of these may be open, by the policy of {@link gateRun}. */
const FAILING = ["CRITICAL", "HIGH"];
const EXPLOITED = new Set(Object.keys(readTable().exploited));

const fails = ({ severity, id }: { readonly severity: string; readonly id: string }): boolean =>
  FAILING.includes(severity) || EXPLOITED.has(id);

const keyOf = ({ id, severity, purl }: BareFinding): string => `${purl} ${id} ${severity}`;

const sorted = (findings: readonly BareFinding[]): string => findings.map(keyOf).sort().join("\n");

/** Scans the image by Trivy alone and by the gate, and what the gate advises by Trivy alone. */
export async function measure(
  built: BuiltImage,
  trivy: BareTrivy,
  inputs: Readonly<Record<string, string>>,
): Promise<Measured> {
  const bare = await trivy.scan("image", built.tar);
  const run = await gateRun(built, inputs);
  const found = run.report.findings as readonly ReportedFinding[];
  const ours = found.map(({ id, severity, package: about }) => ({
    id,
    severity,
    purl: withoutQualifiers(about?.purl ?? ""),
  }));
  const steps = (run.report.plan ?? []) as readonly ReportedStep[];
  const reported = steps.flatMap(({ upgrades = [] }) => upgrades);
  const advised = advisedIn(reported, found);
  const { found: left, ...proof } = await prove(built, trivy, advised, bare);
  const cleared = reported.reduce((sum, { clears }) => sum + clears, 0);
  return {
    title: built.image.title,
    packages: bare.packages,
    trivy: bare.findings.length,
    ours: ours.length,
    same: sorted(bare.findings) === sorted(ours),
    upgrades: reported.length,
    checked: steps.flatMap(({ check, upgrades = [] }) => (check === undefined ? [] : upgrades)).length,
    ...proof,
    left: { said: found.filter(fails).length - cleared, found: left },
    lines: steps.length,
    comment: run.comment.length,
    run,
  };
}

/** The upgrades by package URL; one that names several versions without an order has none to scan. */
function advisedIn(upgrades: readonly ReportedUpgrade[], findings: readonly ReportedFinding[]): Advised[] {
  const purls = new Map(findings.map(({ package: about }) => [`${about?.name} ${about?.version}`, about?.purl]));
  return upgrades.flatMap(({ package: name, from, to, ids }) => {
    const purl = purls.get(`${name} ${from}`);
    return purl === undefined || to === undefined ? [] : [{ purl: withoutQualifiers(purl), to, ids }];
  });
}

async function prove(
  { image, tar }: BuiltImage,
  trivy: BareTrivy,
  advised: readonly Advised[],
  before: BareReport,
): Promise<Pick<Measured, "clear" | "clean"> & { readonly found: number }> {
  if (advised.length === 0) return { clear: 0, clean: 0, found: before.findings.filter(fails).length };
  const path = join(REAL, "runs", image.name, "upgraded.cdx.json");
  writeFileSync(path, upgradedSbom(await trivy.sbom(tar), advised));
  const { findings } = await trivy.scan("sbom", path);
  const byPurl = Map.groupBy(findings, ({ purl }) => purl);
  const left = advised.map(({ purl, to, ids }) => {
    const failing = (byPurl.get(raised(purl, to)) ?? []).filter(fails);
    return { clear: !failing.some(({ id }) => ids.includes(id)), clean: failing.length === 0 };
  });
  const count = (of: (each: (typeof left)[number]) => boolean): number => left.filter(of).length;
  const good = { clear: count(({ clear }) => clear), clean: count(({ clear, clean }) => clear && clean) };
  return { ...good, found: findings.filter(fails).length };
}
