import type { FindingRecord, ImageRecord } from "../../../src/domain/history/record.ts";
import type { Rescanned, RunsAt, SourceOutcome } from "../../../src/domain/history/running.ts";
import { purlWithoutVersion } from "../../../src/domain/purl.ts";
import type { RescannedImage } from "../../../src/domain/rows/week.ts";
import { severityName } from "../../../src/domain/severity.ts";
import type { ExceptionUse, JudgedFinding, TargetVerdict } from "../../../src/domain/verdict.ts";
import type { RescanView } from "../../../src/render/rescan/view.ts";
import type { View } from "../../../src/render/view.ts";
import { exception, failed, finding, judged, planned, target, use, view } from "../build.ts";

export const NOW = "2026-11-24T15:00:00.000Z";
export const LAST_WEEK = "2026-11-17T15:00:00.000Z";
const SOURCE = "kubernetes:deploy/**/*.yaml";

/** A finding as the history has it. */
export function recordOf({ finding: of, exceptions }: JudgedFinding, over: Partial<FindingRecord> = {}): FindingRecord {
  const { kind, id, package: about, path, severity, fixedVersions } = of;
  return {
    kind,
    id,
    ...(about && {
      package: about.purl === undefined ? `${about.type}/${about.name}` : purlWithoutVersion(about.purl),
    }),
    ...(path !== undefined && { path }),
    ...(about && { versions: [about.version] }),
    severity: severityName(severity),
    "first-seen": LAST_WEEK,
    "last-seen": NOW,
    ...(fixedVersions.length > 0 && { "fix-since": LAST_WEEK }),
    ...(exceptions[0] && { "accepted-by": "exception" as const, "accepted-until": exceptions[0].expires }),
    episodes: [{ opened: LAST_WEEK }],
    ...over,
  };
}

/** A finding that this run closed. */
export const closedRecord = (of: JudgedFinding, why: "fixed" | "withdrawn" | "gone" = "fixed"): FindingRecord =>
  recordOf(of, { episodes: [{ opened: LAST_WEEK, closed: NOW, why }] });

interface ImageParts {
  readonly name: string;
  readonly targets?: readonly TargetVerdict[];
  readonly where?: readonly RunsAt[];
  readonly fresh?: readonly JudgedFinding[];
  readonly closed?: readonly FindingRecord[];
  readonly overdue?: readonly (readonly [JudgedFinding, string])[];
  /** False: this is its first scan. */
  readonly before?: boolean;
  readonly issue?: number;
  readonly way?: "sbom" | "image";
}

/** An image name of a run. Without targets, it is gone. */
export function image(parts: ImageParts): RescannedImage {
  const { name, where = [place("shop/deployment/web/app")], before = true, way = "sbom" } = parts;
  const targets = (parts.targets ?? []).map(planned);
  const running = targets.map(
    (verdict, index): Rescanned => ({
      name,
      reference: verdict.target.input,
      digest: `sha256:${String(index).repeat(64)}`,
      where,
      ...(verdict.answer !== "error" && { way }),
      verdict,
    }),
  );
  const record = (scanned: boolean): ImageRecord => ({
    version: 1,
    image: name,
    "first-seen": LAST_WEEK,
    "last-seen": NOW,
    ...(scanned && { "last-scan": LAST_WEEK }),
    ...(targets.length === 0 && { "gone-since": NOW }),
    running: [{ reference: `${name}:1.0.0`, where }],
    findings: [],
  });
  return {
    change: {
      image: name,
      ...(before && { before: record(true) }),
      after: record(true),
      opened: (parts.fresh ?? []).map((each) => recordOf(each, { "first-seen": NOW, episodes: [{ opened: NOW }] })),
      closed: parts.closed ?? [],
    },
    running,
    overdue: (parts.overdue ?? []).map(([each, due]) => ({ finding: recordOf(each), due })),
    ...(parts.issue !== undefined && { issueUrl: `https://github.com/acme/app/issues/${parts.issue}` }),
  };
}

export const place = (name: string, source = SOURCE): RunsAt => ({ source, name });

/** A run over these images. The verdict follows from them and from the sources. */
export function rescan(
  images: readonly RescannedImage[],
  over: Partial<Omit<RescanView, "gate" | "images">> & {
    gate?: Partial<View>;
    exceptions?: readonly ExceptionUse[];
  } = {},
): RescanView {
  const { gate, exceptions = [], ...rest } = over;
  const targets = images.flatMap(({ running }) => running.map(({ verdict }) => verdict));
  // Completed as the action does it: a history that was not kept is an error, and failures with issues are notes.
  const notes = [...(gate?.notes ?? []), ...(rest.issues?.failed ?? [])];
  const isLost = rest.state !== undefined && "notWritten" in rest.state && rest.state.isError;
  const lost = isLost ? [failed(NOT_KEPT, "the history")] : [];
  const made = view([...lost, ...targets], { name: "running images", exceptions, ...gate, notes });
  const unread = (rest.sources ?? []).flatMap(({ error }) =>
    error === undefined ? [] : [`[${error.code}] ${error.what}`],
  );
  const errors = [...unread, ...(targets.length === 0 ? ["[no-images] No source names an image"] : [])];
  const { verdict } = made;
  const reason = [`error: ${errors.join("; ")}`, verdict.reason].filter((part) => part !== "").join("; ");
  return {
    gate: errors.length === 0 ? made : { ...made, verdict: { ...verdict, answer: "error", reason } },
    sources: [{ source: SOURCE, images: targets.length, notes: [] }],
    images,
    state: { written: `image-gate-state@${"4c1d9e7a".repeat(5)}` },
    ...rest,
  };
}

const NOT_KEPT = { code: "state-not-written", what: "The branch is protected", remedy: "Let the workflow write it." };

export const UNREAD: SourceOutcome = {
  source: "kubectl:production",
  images: 0,
  notes: [],
  error: {
    code: "discovery-cluster-unreachable",
    what: "kubectl could not reach the cluster of the context production: dial tcp 10.0.0.4:6443: i/o timeout",
    remedy: "Check from this runner that `kubectl --context production get pods` works.",
  },
};

type Package = NonNullable<NonNullable<Parameters<typeof finding>[0]>["package"]>;
/** A finding in a package that this version fixes. */
const fixedIn = (fix: string, id: string, about: Package, more: Parameters<typeof finding>[0] = {}) =>
  judged(finding({ id, package: about, fixedVersions: [fix], ...more }));

const OPENSSL = judged(finding({ id: "CVE-2026-1101", severity: "CRITICAL" }));
const EXPAT = fixedIn("2.5.0-1+deb12u1", "CVE-2026-2207", { name: "libexpat1", version: "2.5.0-1" });
const JINJA = fixedIn(
  "3.1.6",
  "CVE-2026-3310",
  { name: "Jinja2", version: "3.1.2", type: "python-pkg", purl: "pkg:pypi/jinja2@3.1.2" },
  { severity: "MEDIUM", path: "usr/local/lib/python3.12/site-packages/Jinja2-3.1.2.dist-info/METADATA" },
);
const LOG4J = judged(
  finding({
    id: "CVE-2021-44228",
    severity: "CRITICAL",
    package: {
      name: "org.apache.logging.log4j:log4j-core",
      version: "2.14.1",
      type: "jar",
      purl: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
    },
    fixedVersions: ["2.17.1"],
    path: "app/lib/log4j-core-2.14.1.jar",
  }),
  { exploitation: { kev: { ransomware: true }, epss: 0.94 } },
);
const ZLIB = judged(
  finding({
    id: "CVE-2023-45853",
    severity: "CRITICAL",
    package: { name: "zlib1g", version: "1:1.2.13.dfsg-1" },
    fixedVersions: [],
    status: "will_not_fix",
  }),
);
const NEXT = fixedIn(
  "14.2.25",
  "CVE-2026-5119",
  { name: "next", version: "14.2.3", type: "node-pkg", purl: "pkg:npm/next@14.2.3" },
  { path: "app/node_modules/next/package.json" },
);
export const FINDINGS = { OPENSSL, EXPAT, JINJA, LOG4J, ZLIB, NEXT };

// biome-ignore format: a list of words
const NAMES = [
  "payments", "checkout", "search", "web", "api-gateway", "identity", "billing", "reports", "mailer", "cart",
  "catalogue", "inventory", "recommendations", "media-proxy", "thumbnails", "feature-flags", "audit-log", "exports",
  "imports", "webhooks", "notifications", "sessions", "rate-limiter", "scheduler", "pdf-renderer",
] as const;
const OTHERS = [
  "docker.io/library/postgres",
  "docker.io/library/redis",
  "quay.io/keycloak/keycloak",
  "registry.k8s.io/ingress-nginx/controller",
];

/** The name of the image at a place of the fleet. */
function fleetName(at: number): string {
  const other = OTHERS[at - NAMES.length];
  if (at < NAMES.length) return `ghcr.io/acme/${NAMES[at]}`;
  return other ?? `ghcr.io/acme/${NAMES[at % NAMES.length]}-${Math.floor(at / NAMES.length)}`;
}

const UNSCANNED = {
  code: "image-not-found",
  what: "The registry has no image of this name and tag any more",
  remedy: "Push it again, or deploy a tag that exists: what runs now cannot be pulled if a node fails.",
};
const ENDING = exception({ id: "CVE-2026-2207", line: 12, expires: "2026-11-29" });

/** The week's result for an image of the fleet, by its index: most pass. */
function fleetImage(at: number, failing: number): RescannedImage {
  const name = fleetName(at);
  const label = `${name}:${1 + (at % 3)}.${at % 10}.0`;
  const where = Array.from({ length: 1 + (at % 3) }, (_, copy) =>
    place(`${["shop", "platform", "tools"][(at + copy) % 3]}/deployment/${name.split("/").at(-1)}/app`),
  );
  const common = { name, where, issue: 100 + at };
  if (at < failing) {
    const sets = [
      { findings: [LOG4J, OPENSSL, EXPAT], fresh: [OPENSSL], overdue: [[LOG4J, "2026-11-19"]] as const },
      { findings: [OPENSSL, EXPAT], fresh: [OPENSSL] },
      {
        findings: [EXPAT, NEXT],
        fresh: [NEXT],
        closed: [closedRecord(JINJA)],
        overdue: [[EXPAT, "2026-11-22"]] as const,
      },
      { findings: [ZLIB] },
    ];
    const { findings, ...rest } = sets[at % sets.length] as (typeof sets)[number];
    return image({ ...common, ...rest, targets: [target(findings, { label })] });
  }
  if (at === failing) return image({ ...common, targets: [failed(UNSCANNED, label)] });
  if (at === failing + 1) {
    const accepted = judged(EXPAT.finding, { outcome: "accepted", exceptions: [ENDING] });
    return image({ ...common, targets: [target([accepted], { label })] });
  }
  const { issue: _, ...quiet } = common;
  const closed = at % 4 === 0 ? [closedRecord(OPENSSL), closedRecord(EXPAT)] : [];
  const way = at % 20 === 0 ? ("image" as const) : ("sbom" as const);
  return image({ ...quiet, way, closed, targets: [target(at % 5 === 0 ? [JINJA] : [], { label })] });
}

/** A week of a fleet with this many images. Some fail, one could not be judged, and one has an exception that ends. */
export function fleet(images: number, failing: number): RescanView {
  const all = Array.from({ length: images }, (_, at) => fleetImage(at, failing));
  const gone = image({ name: "ghcr.io/acme/legacy-cron", where: [place("tools/cronjob/legacy/cron")] });
  return rescan([...all, gone], {
    sources: [
      { source: SOURCE, images: images * 2, notes: [] },
      { source: "compose:compose.yaml", images: 3, notes: ["All profiles of compose.yaml count."] },
    ],
    exceptions: [use({ exception: ENDING, state: "ending", daysLeft: 5 })],
    issues: { opened: 2, reopened: 1, updated: failing - 2, closed: 3, left: [], failed: [] },
  });
}
