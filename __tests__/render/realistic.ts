import type { Finding } from "../../src/domain/finding.ts";
import type { Severity } from "../../src/domain/severity.ts";
import type { InstalledPackage } from "../../src/domain/target.ts";
import type { Change, JudgedFinding } from "../../src/domain/verdict.ts";
import type { View } from "../../src/render/view.ts";
import { finding, judged, target, view } from "./build.ts";

/**
 * A source of Debian with its packages, or a package of a language with its folder. Names and lengths as in real
 * images.
 */
interface Kind {
  readonly name: string;
  readonly version: string;
  readonly fix?: string;
  readonly binaries?: readonly string[];
  readonly type?: string;
  readonly folder?: string;
  readonly layer: number;
}

const KINDS: readonly Kind[] = [
  { name: "openssl", version: "3.0.11-1~deb12u2", fix: "3.0.15-1~deb12u1", binaries: ["libssl3", "openssl"], layer: 1 },
  { name: "glibc", version: "2.36-9+deb12u3", fix: "2.36-9+deb12u9", binaries: ["libc-bin", "libc6"], layer: 1 },
  { name: "zlib", version: "1:1.2.13.dfsg-1", binaries: ["zlib1g"], layer: 1 },
  {
    name: "krb5",
    version: "1.20.1-2+deb12u1",
    fix: "1.20.1-2+deb12u2",
    binaries: ["libgssapi-krb5-2", "libk5crypto3", "libkrb5-3", "libkrb5support0"],
    layer: 1,
  },
  { name: "expat", version: "2.5.0-1", fix: "2.5.0-1+deb12u1", binaries: ["libexpat1"], layer: 1 },
  {
    name: "util-linux",
    version: "2.38.1-5+b1",
    fix: "2.38.1-5+deb12u1",
    binaries: [
      "bsdutils",
      "libblkid1",
      "libmount1",
      "libsmartcols1",
      "libuuid1",
      "mount",
      "util-linux",
      "util-linux-extra",
      "fdisk",
    ],
    layer: 1,
  },
  { name: "linux", version: "6.1.55-1", fix: "6.1.112-1", binaries: ["linux-libc-dev"], layer: 2 },
  {
    name: "perl",
    version: "5.36.0-7",
    fix: "5.36.0-7+deb12u1",
    binaries: ["libperl5.36", "perl", "perl-base", "perl-modules-5.36"],
    layer: 1,
  },
  { name: "libxml2", version: "2.9.14+dfsg-1.3~deb12u1", binaries: ["libxml2", "libxml2-dev"], layer: 2 },
  {
    name: "curl",
    version: "7.88.1-10+deb12u4",
    fix: "7.88.1-10+deb12u8",
    binaries: ["curl", "libcurl3-gnutls", "libcurl4", "libcurl4-openssl-dev"],
    layer: 2,
  },
  {
    name: "systemd",
    version: "252.17-1~deb12u1",
    fix: "252.31-1~deb12u1",
    binaries: ["libsystemd0", "libudev1"],
    layer: 1,
  },
  {
    name: "imagemagick",
    version: "8:6.9.11.60+dfsg-1.6",
    fix: "8:6.9.11.60+dfsg-1.6+deb12u2",
    binaries: [
      "imagemagick-6-common",
      "libmagickcore-6-arch-config",
      "libmagickcore-6-headers",
      "libmagickcore-6.q16-6",
      "libmagickwand-6.q16-dev",
    ],
    layer: 2,
  },
  {
    name: "Django",
    version: "3.2.12",
    fix: "3.2.25",
    type: "python-pkg",
    folder: "usr/local/lib/python3.11/site-packages/Django-3.2.12.dist-info/METADATA",
    layer: 4,
  },
  {
    name: "urllib3",
    version: "1.26.4",
    fix: "1.26.19",
    type: "python-pkg",
    folder: "usr/local/lib/python3.11/site-packages/urllib3-1.26.4.dist-info/METADATA",
    layer: 4,
  },
  {
    name: "Pillow",
    version: "9.4.0",
    fix: "10.3.0",
    type: "python-pkg",
    folder: "usr/local/lib/python3.11/site-packages/Pillow-9.4.0.dist-info/METADATA",
    layer: 4,
  },
  {
    name: "org.apache.logging.log4j:log4j-core",
    version: "2.14.1",
    fix: "2.17.1",
    type: "jar",
    folder: "usr/local/lib/python3.11/site-packages/sparkly/lib/log4j-core-2.14.1.jar",
    layer: 4,
  },
  {
    name: "com.fasterxml.jackson.core:jackson-databind",
    version: "2.12.3",
    fix: "2.12.7.1",
    type: "jar",
    folder: "opt/app/acme-invoice-service-1.4.2.jar/BOOT-INF/lib/jackson-databind-2.12.3.jar",
    layer: 5,
  },
  {
    name: "org.springframework:spring-webmvc",
    version: "5.2.9.RELEASE",
    fix: "5.2.20.RELEASE",
    type: "jar",
    folder: "opt/app/acme-invoice-service-1.4.2.jar/BOOT-INF/lib/spring-webmvc-5.2.9.RELEASE.jar",
    layer: 5,
  },
  {
    name: "minimatch",
    version: "3.0.4",
    fix: "3.0.5",
    type: "node-pkg",
    folder: "usr/local/lib/node_modules/npm/node_modules/minimatch/package.json",
    layer: 3,
  },
  {
    name: "@angular-devkit/build-angular",
    version: "0.1102.19",
    type: "node-pkg",
    folder: "opt/web/node_modules/@angular-devkit/build-angular/package.json",
    layer: 5,
  },
  {
    name: "golang.org/x/crypto",
    version: "v0.0.0-20220622213112-05595931fe9d",
    fix: "0.17.0",
    type: "gobinary",
    folder: "usr/local/bin/supercronic",
    layer: 3,
  },
];

const TITLES = [
  "Excessive time spent checking DSA keys and parameters in X.509 certificates",
  "Heap-based buffer overflow when decompressing specially crafted data",
  "potential denial-of-service vulnerability in wildcard certificate name checks of clients",
  "Use-after-free in the handling of parameter entities leads to remote code execution",
  "SQL injection via column aliases in QuerySet.annotate(), aggregate() and extra()",
];

const LAYERS = [
  "ADD file:2f7b1e0c3a5d4e6f8091a2b33a5d4e6f8091a2b33a5d4e6f8091a2b33a5d4e6f in / ",
  "RUN /bin/sh -c set -eux; apt-get update; apt-get install -y --no-install-recommends ca-certificates netbase tzdata # buildkit",
  "RUN /bin/sh -c curl -fsSL https://deb.nodesource.com/setup_18.x | bash - && apt-get install -y nodejs # buildkit",
  "RUN /bin/sh -c pip install --no-cache-dir -r requirements.txt # buildkit",
  "COPY --chown=app:app . /opt # buildkit",
];

/** Packages alongside the named ones: a big image has hundreds. */
function kindAt(index: number): Kind {
  const known = KINDS[index % KINDS.length] as Kind;
  const round = Math.floor(index / KINDS.length);
  if (round === 0) return known;
  const name = `${known.name}-extras${round}`;
  return { ...known, name, ...(known.binaries && { binaries: known.binaries.map((each) => `${each}-${round}`) }) };
}

function findingOf(kind: Kind, at: number, severity: Severity): Finding {
  const { binaries = [kind.name], type = "debian", fix } = kind;
  const name = binaries[at % binaries.length] as string;
  return finding({
    id: kind.type === undefined || at % 3 > 0 ? `CVE-20${16 + (at % 11)}-${10_000 + ((at * 7919) % 50_000)}` : ghsa(at),
    severity,
    title: `${kind.name}: ${TITLES[at % TITLES.length]}`,
    package: { name, version: kind.version, type },
    fixedVersions: fix === undefined || at % 7 === 5 ? [] : [fix],
    status: fix === undefined ? "will_not_fix" : at % 7 === 5 ? "affected" : "fixed",
    path: kind.folder,
    layer: { diffId: `sha256:${kind.layer}`, number: kind.layer, instruction: LAYERS[kind.layer - 1] ?? "" },
    ...(kind.folder?.includes("sparkly") && { owner: { ecosystem: "Python", name: "sparkly", version: "2.3.0" } }),
  });
}

function ghsa(at: number): string {
  const letters = "23456789cfghjmpqrvwx";
  const part = (salt: number) =>
    Array.from({ length: 4 }, (_, place) => letters[(at * 31 + salt * 7 + place * 13) % letters.length]).join("");
  return `GHSA-${part(1)}-${part(2)}-${part(3)}`;
}

interface Image {
  /** Findings that fail. */
  readonly failing: number;
  /** Findings within the limits. */
  readonly within?: number;
  /** Packages that the failing findings are spread over. */
  readonly packages: number;
  /** How many of the failing ones the change brought in. */
  readonly fresh?: number;
  /** Average number of failing findings in a package that occurs twice as often. */
  readonly over?: Partial<JudgedFinding>;
}

/** A typical image: its findings are spread over packages of a system and of three languages. */
export function realistic({ failing, within = failing * 2, packages, fresh = 0, over = {} }: Image): View {
  const one = (at: number, severity: Severity): JudgedFinding => {
    const kind = kindAt((at * 5 + Math.floor(at / packages)) % packages);
    const change: Change | undefined = fresh === 0 ? undefined : at < fresh ? "new" : "unchanged";
    return judged(findingOf(kind, at, severity), {
      origin: kind.layer === 1 ? "base" : "own",
      ...(change !== undefined && severity !== "LOW" && { change }),
      ...over,
    });
  };
  const findings = [
    ...Array.from({ length: failing }, (_, at) => one(at, at % 4 === 0 ? "CRITICAL" : "HIGH")),
    ...Array.from({ length: within }, (_, at) => one(at + failing, at % 3 === 0 ? "MEDIUM" : "LOW")),
  ];
  const made = target(findings);
  return view([{ ...made, scan: { ...made.scan, packages: installed(packages) } }]);
}

/** The scanner's list of packages, with the source of each package of the system. */
function installed(packages: number): InstalledPackage[] {
  return Array.from({ length: packages }, (_, index) => kindAt(index)).flatMap(({ name, version, binaries, type }) =>
    type !== undefined
      ? []
      : (binaries ?? []).map((binary) => ({
          name: binary,
          version,
          type: "debian",
          system: true,
          source: { name, version },
        })),
  );
}
