import type { JudgedCoverage } from "../../src/domain/coverage.ts";
import type { Finding, Layer } from "../../src/domain/finding.ts";
import type { Severity } from "../../src/domain/severity.ts";
import type { InstalledPackage } from "../../src/domain/target.ts";
import type { JudgedFinding } from "../../src/domain/verdict.ts";
import type { View } from "../../src/render/view.ts";
import { exception, failed, finding, judged, target, use, view } from "./build.ts";
import { HOSTILE } from "./hostile.ts";
import { COMPARED } from "./samples-compared.ts";

/** Views that show the forms of comment, summary and log: for the golden files and for `scripts/preview.ts`. */
export const SAMPLES: Readonly<Record<string, () => View>> = {
  fail: failing,
  pass: passing,
  "pass-accepted": passingWithExceptions,
  warn: () => ({ ...failing(), mode: "warn" }),
  error: () => view([failed()]),
  "error-inside": internalError,
  "end-of-life": endOfLife,
  "no-packages": () => view([target([], { artifact: { packages: 0, os: undefined } })]),
  "several-targets": severalTargets,
  "many-targets": manyTargets,
  "policy-change": policyChange,
  "policy-unknown": () =>
    view([target()], { policyChange: { unreadable: "the token may not read the base branch (403)" } }),
  "old-image": oldImage,
  kinds: otherKinds,
  ...COMPARED,
  dockerfile,
  "fix-plan": fixPlan,
  hostile,
  exploited,
  introduced,
  "by-vex": acceptedByVex,
  huge: () => view([target(many(50_000))]),
};

/** A sample of {@link SAMPLES}. */
export function sample(name: string): View {
  const make = SAMPLES[name];
  if (make === undefined) throw new Error(`There is no sample ${name}.`);
  return make();
}

const PIP = {
  diffId: `sha256:${"b".repeat(64)}`,
  number: 3,
  instruction: "RUN /bin/sh -c pip install -r requirements.txt # buildkit",
};
const SPARKLY = "usr/local/lib/python3.11/site-packages/sparkly/lib/log4j-core-2.14.1.jar";

/** A log4j jar hidden in a Python package. */
function log4j(id: string, severity: Severity, fixed: readonly string[]): Finding {
  return finding({
    id,
    severity,
    title: "log4j-core: Remote code execution in Log4j 2.x",
    package: { name: "org.apache.logging.log4j:log4j-core", version: "2.14.1", type: "jar" },
    fixedVersions: fixed,
    path: SPARKLY,
    layer: PIP,
    owner: { ecosystem: "Python", name: "sparkly", version: "2.3.0" },
  });
}

function pip(id: string, name: string, version: string, fixed: string, severity: Severity = "HIGH"): Finding {
  return finding({
    id,
    severity,
    package: { name, version, type: "python-pkg" },
    fixedVersions: [fixed],
    path: `usr/local/lib/python3.11/site-packages/${name}-${version}.dist-info/METADATA`,
    layer: PIP,
  });
}

function zlib(): Finding {
  return finding({
    id: "CVE-2023-45853",
    severity: "CRITICAL",
    package: { name: "zlib1g", version: "1:1.2.13.dfsg-1", type: "debian" },
    fixedVersions: [],
    status: "will_not_fix",
  });
}

const EXPAT = exception({
  id: "CVE-2023-52425",
  line: 12,
  expires: "2026-11-23",
  owner: "@acme/platform",
  package: "libexpat1",
});

function attention() {
  return [
    use({ exception: EXPAT, state: "ended", matches: 1, daysLeft: -1 }),
    use({
      exception: exception({ id: "CVE-2022-40897", line: 19, expires: "2026-11-29" }),
      state: "ending",
      daysLeft: 5,
    }),
    use(),
    use({ exception: exception({ id: "CVE-2020-1234", line: 33, owner: undefined }), state: "unused", matches: 0 }),
    use({ exception: exception({ id: "CVE-2021-3999", line: 40, onlyWhileUnfixed: true }), state: "fixed" }),
    use({ exception: exception({ line: 47, expires: "2026-12-31" }), overlappedBy: exception(), daysLeft: 37 }),
  ];
}

const GAP = {
  code: "packages-unaccounted",
  what: "1 lock file has packages that are not in the scanner's list: opt/tools/pnpm-lock.yaml",
  path: "opt/tools/pnpm-lock.yaml",
  remedy: "Install them.",
} as const;

const ACCEPTANCE = exception({
  id: GAP.code,
  gap: true,
  line: 54,
  owner: "@acme/web",
  reason: "The tools are only started at build time.",
});

/** Each status of a row, and a gap that the policy accepts. */
const WITH_GAP: JudgedCoverage = {
  rows: [
    { subject: "Operating system", status: "looked", detail: "debian 12.7" },
    { subject: "System packages", status: "looked", detail: "88 packages" },
    { subject: "jar", status: "looked", detail: "1 package in 1 file" },
    { subject: "Packages in the layers", status: "gap", detail: GAP.what },
    { subject: "Lock files", status: "not-known", detail: "whether their packages are in the image" },
    { subject: "node-pkg", status: "nothing-there", detail: "" },
    { subject: "Misconfigurations", status: "not-asked", detail: "" },
    { subject: "Licences", status: "not-asked", detail: "" },
  ],
  gaps: [{ gap: GAP, accepted: ACCEPTANCE }],
};

function failing(): View {
  const findings = [
    judged(log4j("CVE-2021-44228", "CRITICAL", ["2.15.0", "2.12.2", "2.3.1"])),
    judged(log4j("CVE-2021-45046", "CRITICAL", ["2.16.0", "2.12.2", "2.3.1"])),
    judged(finding({ id: "CVE-2024-5535", severity: "CRITICAL" })),
    judged(zlib()),
    judged(
      finding({
        id: "CVE-2023-52425",
        package: { name: "libexpat1", version: "2.5.0-1" },
        fixedVersions: ["2.5.0-1+deb12u1"],
      }),
      { ended: EXPAT },
    ),
    judged(finding()),
    judged(log4j("CVE-2021-45105", "HIGH", ["2.17.0", "2.12.3", "2.3.1"])),
    judged(pip("CVE-2024-6345", "setuptools", "65.5.0", "70.0.0")),
    judged(pip("CVE-2021-33503", "urllib3", "1.26.4", "1.26.5")),
    ...many(18, "MEDIUM"),
    ...many(61, "LOW"),
    judged(pip("CVE-2023-24329", "urlparse3", "1.1", "1.2"), { outcome: "accepted", exceptions: [exception()] }),
    judged(pip("CVE-2022-40897", "setuptools", "65.5.0", "65.5.1"), {
      outcome: "accepted",
      exceptions: [
        exception({
          id: "CVE-2022-40897",
          line: 19,
          expires: "2026-11-29",
          reason: "Only at build time; see #12 and ask @bob.",
        }),
      ],
    }),
  ];
  return view([{ ...target(findings), coverage: WITH_GAP }], {
    exceptions: [...attention(), use({ exception: ACCEPTANCE })],
  });
}

function passing(): View {
  return view([target([])]);
}

function passingWithExceptions(): View {
  const findings = [
    judged(pip("CVE-2023-24329", "urlparse3", "1.1", "1.2"), { outcome: "accepted", exceptions: [exception()] }),
    judged(zlib(), { outcome: "not-counted" }),
    ...many(3, "MEDIUM"),
  ];
  return view([target(findings, { suppressed: 2 })], { exceptions: [use()] });
}

function internalError(): View {
  const error = failed({
    code: "database-download",
    what: "Trivy could not download its vulnerability database: dial tcp 142.250.1.82:443: i/o timeout",
    remedy: "Open port 443 to mirror.gcr.io and ghcr.io, set `db-repository` to your own mirror, or raise `timeout`.",
  });
  return view([error, target([judged(finding())], { label: "ghcr.io/acme/worker:2" })], {
    name: "ghcr.io/acme/app, ghcr.io/acme/worker",
    reason: "error: 1 of 2 targets could not be judged: Trivy could not download its vulnerability database",
  });
}

function endOfLife(): View {
  const artifact = { os: { family: "debian", name: "9.13", endOfLife: true } };
  return view([
    target([judged(finding())], {
      artifact,
      provenance: { notes: ["The database has no data for Debian 9 since 2024."] },
    }),
  ]);
}

function severalTargets(): View {
  return view(
    [
      target([], { label: "ghcr.io/acme/api:1.4.2 (linux/amd64)" }),
      target([judged(log4j("CVE-2021-44228", "CRITICAL", ["2.15.0"])), ...many(4, "LOW")], {
        label: "ghcr.io/acme/pdf:1.4.2 (linux/amd64)",
      }),
      failed({}, "ghcr.io/acme/web:1.4.2"),
    ],
    { name: "release images" },
  );
}

/**
 * A fleet on one base. Most images pass, and more fail than are shown open. One is past its end of life, and one could
 * not be scanned.
 */
function manyTargets(): View {
  const services = Array.from(
    { length: 20 },
    (_, at) => `ghcr.io/acme/service-${String(at + 1).padStart(2, "0")}:2.4.0`,
  );
  return view(
    services.map((label, at) => {
      if (at === 7) return failed({}, label);
      const findings = at % 5 === 2 ? [judged(log4j("CVE-2021-44228", "CRITICAL", ["2.15.0"]))] : many(at % 3, "LOW");
      const os = { family: "debian", name: "9.13", endOfLife: true };
      return target(findings, { label, ...(at === 12 ? { artifact: { os }, suppressed: 2 } : {}) });
    }),
    { name: "the whole fleet" },
  );
}

function policyChange(): View {
  const about = exception({ id: "CVE-2024-6119" });
  const [removed, added, changed] = [
    { what: "removed", subject: "exception", about: "CVE-2020-1234", from: "until 2026-12-31" },
    { what: "added", subject: "exception", about: "CVE-2024-6119 on libssl3", to: "until 2027-01-31" },
    { what: "changed", subject: "threshold", about: "HIGH", from: "0", to: "20" },
  ] as const;
  const changes = [
    { ...removed, loosens: false, line: 0 },
    { ...added, loosens: true, line: 26 },
    { ...changed, loosens: true, line: 4 },
  ];
  return view([target([judged(finding(), { outcome: "accepted", exceptions: [about] })])], {
    exceptions: [use({ exception: about })],
    policyChange: { changes },
  });
}

function oldImage(): View {
  const findings = [
    ...many(37, "CRITICAL"),
    ...many(212, "HIGH"),
    ...many(400, "MEDIUM"),
    ...many(900, "LOW"),
    ...many(5, "UNKNOWN"),
  ];
  return view([target(findings)], { policy: { from: "workspace" } });
}

/** Findings that attackers use, in a separate limit; some in their grace period. */
function exploited(): View {
  const findings = [
    judged(log4j("CVE-2021-44228", "CRITICAL", ["2.15.0"]), {
      exploitation: { kev: { dueDate: "2021-12-24", ransomware: true }, epss: 0.94358 },
    }),
    judged(finding({ id: "CVE-2024-1000", severity: "MEDIUM" }), { exploitation: { epss: 0.72 } }),
    judged(finding({ id: "CVE-2024-1001", severity: "MEDIUM" }), { exploitation: { kev: { ransomware: false } } }),
    judged(finding({ id: "CVE-2024-1002", severity: "LOW" }), { exploitation: { epss: 0.0042 } }),
    judged(finding({ id: "CVE-2026-5000" }), { outcome: "not-counted", spared: "grace", countsFrom: "2026-12-01" }),
    judged(zlib(), { outcome: "not-counted", spared: "unfixed" }),
  ];
  const row = { accepted: 0, notCounted: 0 };
  const exploitRows = [
    { kind: "exploited", open: 2, limit: 0, ...row, broken: true },
    { kind: "epss", above: 0.5, open: 2, limit: 5, ...row, broken: false },
  ] as const;
  const reason = "fail: 1 CRITICAL (limit 0), 2 exploited (limit 0) in ghcr.io/acme/app:1.4.2; 3 fixable";
  return view([target(findings, { exploitRows })], { reason });
}

/** Only introduced findings count. There is no baseline for the second target. */
function introduced(): View {
  const old = judged(finding(), { outcome: "not-counted", spared: "not-introduced", change: "unchanged" });
  const noted =
    "[exploit-data-unavailable] FIRST's EPSS could not be downloaded. Findings are not marked with it. Open port 443.";
  return view([target([old]), target([judged()], { label: "ghcr.io/acme/web:2", uncompared: true })], {
    notes: [noted],
  });
}

/** One statement accepts two findings, another one accepts one, and an exception accepts one. */
function acceptedByVex(): View {
  const vex = {
    status: "not_affected",
    justification: "vulnerable_code_not_in_execute_path: We parse no certificates.",
    author: "Acme Security <psirt@acme.example>",
    document: "security/acme.openvex.json",
  } as const;
  const exceptions = [exception()];
  return view(
    [
      target([
        judged(finding(), { outcome: "accepted", vex }),
        judged(finding({ package: { name: "openssl" } }), { outcome: "accepted", vex }),
        judged(finding({ id: "CVE-2024-2000", severity: "LOW" }), {
          outcome: "accepted",
          vex: { status: "fixed", document: "b.json" },
        }),
        judged(finding({ id: "CVE-2023-24329" }), { outcome: "accepted", exceptions }),
      ]),
    ],
    { exceptions: [use()] },
  );
}

function otherKinds(): View {
  const bare = { package: undefined, fixedVersions: [], layer: undefined };
  const findings = [
    finding({
      ...{ ...bare, kind: "secret", id: "aws-access-key-id", severity: "CRITICAL", title: "AWS Access Key ID" },
      ...{ path: "app/.env", line: 3, layer: { diffId: "sha256:c", number: 4, instruction: "COPY . /app # buildkit" } },
    }),
    finding({
      ...{ ...bare, kind: "misconfiguration", id: "DS-0002", title: "Image user should not be 'root'" },
      ...{ url: "https://avd.aquasec.com/misconfig/ds-0002", path: "Dockerfile" },
    }),
    finding({
      ...bare,
      kind: "license",
      id: "AGPL-3.0",
      title: "",
      package: { name: "ghostscript", version: "10.0.0" },
    }),
  ].map((each) => judged(each));
  const scanners = ["vuln", "secret", "misconfig", "license"];
  return view([target(findings, { provenance: { scanners, skipped: ["usr/share/doc"] } })]);
}

/** The same image with its Dockerfile. */
function dockerfile(): View {
  const base = { ...(finding().layer as Layer), source: { file: "docker/Dockerfile", line: 2 } };
  const pips = { ...PIP, source: { file: "docker/Dockerfile", line: 9 } };
  const findings = [
    judged(finding({ layer: base })),
    judged({ ...log4j("CVE-2021-44228", "CRITICAL", ["2.15.0"]), layer: pips }),
    judged({ ...pip("CVE-2024-6345", "setuptools", "65.5.0", "70.0.0"), layer: pips }),
    judged({ ...zlib(), layer: base }),
  ];
  return view([target(findings)], { dockerfile: { file: "docker/Dockerfile" } });
}

/** Lock files: chains, fixed versions of unknown order, a fix that is older, and packages without a fix. */
function fixPlan(): View {
  const locked = (
    name: string,
    version: string,
    fixed: readonly string[],
    over: Partial<Finding> = {},
  ): JudgedFinding =>
    judged({
      ...finding({ layer: undefined, path: "web/package-lock.json" }),
      package: { name, version, type: "npm" },
      fixedVersions: fixed,
      ...over,
    });
  const listed = (id: string, relationship: string, ...dependsOn: string[]): InstalledPackage => {
    const [name = "", version = ""] = id.split("@");
    return { name, version, type: "npm", path: "web/package-lock.json", id, relationship, dependsOn };
  };
  const findings = [
    locked("qs", "6.0.0", ["7.0.0"]),
    locked("qs", "6.0.0", ["7.5.2", "6.3.1"], { id: "CVE-2024-0002", severity: "CRITICAL" }),
    locked("express", "4.0.0", ["4.1.0"], { id: "CVE-2024-0003" }),
    locked("odd", "r1", ["r2", "r3"], { id: "CVE-2024-0004" }),
    locked("ahead", "2.0.0", ["1.9.0"], { id: "CVE-2024-0005" }),
    locked("gone", "1.0.0", [], { id: "CVE-2024-0006", status: "end_of_life" }),
    locked("later", "1.0.0", [], { id: "CVE-2024-0007", status: "fix_deferred" }),
  ];
  const made = target(findings, { label: "." });
  const packages = [
    listed("express@4.0.0", "direct", "body-parser@1.0.0"),
    listed("body-parser@1.0.0", "indirect", "qs@6.0.0"),
    listed("qs@6.0.0", "indirect"),
  ];
  return view([{ ...made, scan: { ...made.scan, packages } }]);
}

function hostile(): View {
  const short = HOSTILE.map((text) => text.slice(0, 400));
  const findings = short.map((text, index) =>
    judged(
      finding({
        id: index % 3 === 0 ? text : `CVE-2024-${10_000 + index}`,
        url: "https://evil.example/",
        title: text,
        severity: index % 2 === 0 ? "CRITICAL" : "HIGH",
        package: { name: text, version: text, type: text },
        fixedVersions: [text],
        status: text,
        path: text,
        layer: { diffId: text, number: index, instruction: text },
        owner: { ecosystem: text, name: text, version: text },
      }),
      index % 5 === 0
        ? {
            outcome: "accepted",
            exceptions: [exception({ id: text, reason: text, owner: text, package: text, line: index + 1 })],
          }
        : {},
    ),
  );
  const joined = short.join(" ");
  return view(
    [
      target(findings, {
        label: joined,
        artifact: { os: { family: joined, name: joined, endOfLife: true }, digest: joined, platform: joined },
        provenance: {
          scanner: joined,
          scannerVersion: joined,
          databaseUpdatedAt: joined,
          source: joined,
          notes: short,
          skipped: short,
        },
      }),
      failed({ code: joined, what: joined, remedy: joined }, joined),
    ],
    {
      name: joined,
      reason: joined,
      policy: { path: joined, from: "base" },
      commit: joined,
      runUrl: joined,
      policyChange: {
        changes: short.map((text, line) => ({
          what: "changed",
          subject: "exception",
          about: text,
          from: text,
          to: text,
          loosens: line % 2 === 0,
          line,
        })),
      },
      exceptions: short.map((text, line) =>
        use({
          exception: exception({ id: text, package: text, reason: text, owner: text, line }),
          state: "ended",
          daysLeft: -line,
        }),
      ),
    },
  );
}

/** Many findings of one severity, or of all, spread over packages and layers. */
export function many(count: number, severity?: Severity): JudgedFinding[] {
  const all: readonly Severity[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN"];
  return Array.from({ length: count }, (_, index) => {
    const of = severity ?? (all[Math.min(4, Math.floor((index * 5) / count))] as Severity);
    const pkg = Math.floor(index / 12);
    return judged(
      finding({
        id: `CVE-20${10 + (index % 16)}-${10_000 + index}`,
        severity: of,
        package: { name: `lib${of.toLowerCase()}-${pkg}`, version: `1.${pkg % 30}.${index % 7}-1`, type: "debian" },
        fixedVersions: index % 3 === 0 ? [] : [`1.${pkg % 30}.${(index % 7) + 1}-1`],
        status: index % 3 === 0 ? "affected" : "fixed",
        layer: {
          diffId: `sha256:${index % 9}`,
          number: (index % 9) + 1,
          instruction: `RUN apt-get install -y lib${pkg}`,
        },
      }),
    );
  });
}
