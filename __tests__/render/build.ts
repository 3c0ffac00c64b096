import type { Exception } from "../../src/domain/exception.ts";
import type { Finding, FindingPackage } from "../../src/domain/finding.ts";
import { changeRank } from "../../src/domain/judge/sort-findings.ts";
import { DEFAULT_THRESHOLDS, SEVERITIES, severityRank, type Thresholds } from "../../src/domain/severity.ts";
import type { Artifact, Provenance, Target } from "../../src/domain/target.ts";
import { makePlan } from "../../src/domain/upgrade/plan.ts";
import type {
  Answer,
  ExceptionUse,
  ExploitRow,
  FailedTarget,
  JudgedFinding,
  JudgedTarget,
  TargetVerdict,
} from "../../src/domain/verdict.ts";
import type { View } from "../../src/render/view.ts";

/** Two days after the database was built: the day of all samples. */
const NOW = new Date("2026-11-24T15:00:00Z");
const TODAY = "2026-11-24";
const IMAGE = "ghcr.io/acme/app:1.4.2";
export const NAME = "ghcr.io/acme/app";

/** A HIGH vulnerability with a fix in a Debian package of the first layer. */
export function finding(
  over: Partial<Omit<Finding, "package">> & { package?: Partial<FindingPackage> | undefined } = {},
): Finding {
  const { package: pkg, ...rest } = over;
  const packaged: FindingPackage = { name: "libssl3", version: "3.0.11-1~deb12u2", type: "debian", ...pkg };
  return {
    kind: "vulnerability",
    id: "CVE-2024-6119",
    severity: "HIGH",
    title: "openssl: Possible denial of service in X.509 name checks",
    fixedVersions: ["3.0.15-1~deb12u1"],
    status: "fixed",
    layer: { diffId: `sha256:${"a".repeat(64)}`, number: 1, instruction: "ADD rootfs.tar.xz / # buildkit" },
    ...rest,
    ...("package" in over && pkg === undefined ? {} : { package: packaged }),
  };
}

/** An exception that holds until the end of January. */
export function exception(over: Partial<Exception> = {}): Exception {
  return {
    id: "CVE-2023-24329",
    reason: "The parser sees only our own addresses.",
    owner: "@acme/web",
    created: "2026-11-01",
    expires: "2027-01-31",
    onlyWhileUnfixed: false,
    line: 26,
    ...over,
  };
}

/** The use of an exception: live and covering one finding. */
export function use(over: Partial<ExceptionUse> = {}): ExceptionUse {
  const { state = "live", matches = 1 } = over;
  return { exception: exception(), state, matches, open: state === "ended" ? matches : 0, daysLeft: 68, ...over };
}

/** An open finding; `outcome` and exceptions by override. */
export function judged(of: Finding = finding(), over: Partial<JudgedFinding> = {}): JudgedFinding {
  return { finding: of, outcome: "open", exceptions: [], ...over };
}

/** Sorted as by the judge: the most severe first, then exploited ones, then new ones. Otherwise the order stays. */
function orderOf({ finding: { severity }, exploitation, change }: JudgedFinding): number {
  return severityRank(severity) * 6 + (exploitation?.kev === undefined ? 3 : 0) + changeRank(change);
}

/** An image that was scanned, its rows counted from its findings. */
export function target(
  findings: readonly JudgedFinding[] = [],
  over: {
    label?: string;
    thresholds?: Partial<Thresholds>;
    artifact?: Partial<Artifact>;
    provenance?: Partial<Provenance>;
    suppressed?: number;
    exploitRows?: readonly ExploitRow[];
    uncompared?: boolean;
  } = {},
): JudgedTarget {
  const label = over.label ?? IMAGE;
  const limits = { ...DEFAULT_THRESHOLDS, ...over.thresholds };
  const rows = SEVERITIES.map((severity) => {
    const of = findings.filter((each) => each.finding.severity === severity);
    const open = of.filter((each) => each.outcome === "open").length;
    const limit = limits[severity];
    return {
      severity,
      open,
      limit,
      accepted: of.filter((each) => each.outcome === "accepted").length,
      notCounted: of.filter((each) => each.outcome === "not-counted").length,
      broken: limit !== "unlimited" && open > limit,
    };
  });
  const described: Target = { kind: "image", input: label.replace(/ \(.*\)$/, ""), label };
  return {
    answer: [...rows, ...(over.exploitRows ?? [])].some((row) => row.broken) ? "fail" : "pass",
    target: described,
    ...(over.exploitRows && { exploitRows: over.exploitRows }),
    ...(over.uncompared && { uncompared: over.uncompared }),
    scan: {
      artifact: {
        names: [label],
        digest: `sha256:9f2c41d07a55${"e".repeat(52)}`,
        os: { family: "debian", name: "12.7", endOfLife: false },
        platform: "linux/amd64",
        layers: 4,
        packages: 143,
        ...over.artifact,
      },
      findings: findings.map((each) => each.finding),
      packages: [],
      layers: [],
      suppressed: over.suppressed ?? 0,
      provenance: {
        scanner: "Trivy",
        scannerVersion: "0.76.0",
        databaseUpdatedAt: "2026-11-24T10:00:00Z",
        source: "the registry",
        scanners: ["vuln"],
        ...over.provenance,
      },
    },
    rows,
    findings: findings.toSorted((a, b) => orderOf(a) - orderOf(b)),
  };
}

/** A target that could not be scanned. */
export function failed(over: Partial<FailedTarget["error"]> = {}, label = IMAGE): FailedTarget {
  return {
    answer: "error",
    target: { kind: "image", input: label, label },
    error: {
      code: "image-not-found",
      what: `${label} was found neither in the local Docker or Podman nor in its registry`,
      remedy: "If docker/build-push-action builds it, give it `load: true`. Otherwise check the name and the login.",
      ...over,
    },
  };
}

/** All that is rendered; answer and reason follow from the targets. */
export function view(
  targets: readonly TargetVerdict[] = [target()],
  over: Partial<Omit<View, "verdict">> & { exceptions?: readonly ExceptionUse[]; reason?: string } = {},
): View {
  const { exceptions = [], reason, ...rest } = over;
  return {
    name: NAME,
    mode: "enforce",
    today: TODAY,
    now: NOW,
    policy: { path: ".github/image-gate.yml", from: "workspace" },
    commit: "3f1c9a7e5b2d4c6f8091a2b3c4d5e6f708192a3b",
    runUrl: "https://github.com/acme/app/actions/runs/123",
    ...rest,
    verdict: { answer: worst(targets), reason: reason ?? reasonOf(targets), targets: targets.map(planned), exceptions },
  };
}

/** With a plan, as the run makes one before anything is rendered. */
export function planned<T extends TargetVerdict>(target: T): T {
  return target.answer !== "fail" || target.plan !== undefined
    ? target
    : { ...target, plan: makePlan(target, { unproven: "the versions were not scanned" }) };
}

function worst(targets: readonly TargetVerdict[]): Answer {
  const answers = targets.map((each) => each.answer);
  return answers.includes("error") ? "error" : answers.includes("fail") ? "fail" : "pass";
}

function reasonOf(targets: readonly TargetVerdict[]): string {
  const errors = targets.flatMap((each) =>
    each.answer === "error" ? [`error: [${each.error.code}] ${each.error.what}`] : [],
  );
  const limits = targets.flatMap((each) => {
    if (each.answer === "error" || (each.answer === "pass" && worst(targets) !== "pass")) return [];
    const rows = each.rows.filter((row) => (each.answer === "pass" ? row.limit !== "unlimited" : row.broken));
    const said = rows.map((row) => `${row.open} ${row.severity} (limit ${row.limit})`).join(", ");
    return [`${each.answer}: ${said} in ${each.target.label}`];
  });
  return [...errors, ...limits].join("; ");
}
