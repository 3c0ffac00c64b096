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

/** In each line: layer, name, version, fix, and the packages of a source, or the type and folder of a package. */
const KINDS: readonly Kind[] = `
1 openssl 3.0.11-1~deb12u2 3.0.15-1~deb12u1 debian libssl3 openssl
1 glibc 2.36-9+deb12u3 2.36-9+deb12u9 debian libc-bin libc6
1 zlib 1:1.2.13.dfsg-1 - debian zlib1g
1 krb5 1.20.1-2+deb12u1 1.20.1-2+deb12u2 debian libgssapi-krb5-2 libk5crypto3 libkrb5-3 libkrb5support0
1 expat 2.5.0-1 2.5.0-1+deb12u1 debian libexpat1
1 util-linux 2.38.1-5+b1 2.38.1-5+deb12u1 debian bsdutils libblkid1 libmount1 libsmartcols1 libuuid1 mount util-linux util-linux-extra fdisk
2 linux 6.1.55-1 6.1.112-1 debian linux-libc-dev
1 perl 5.36.0-7 5.36.0-7+deb12u1 debian libperl5.36 perl perl-base perl-modules-5.36
2 libxml2 2.9.14+dfsg-1.3~deb12u1 - debian libxml2 libxml2-dev
2 curl 7.88.1-10+deb12u4 7.88.1-10+deb12u8 debian curl libcurl3-gnutls libcurl4 libcurl4-openssl-dev
1 systemd 252.17-1~deb12u1 252.31-1~deb12u1 debian libsystemd0 libudev1
2 imagemagick 8:6.9.11.60+dfsg-1.6 8:6.9.11.60+dfsg-1.6+deb12u2 debian imagemagick-6-common libmagickcore-6-arch-config libmagickcore-6-headers libmagickcore-6.q16-6 libmagickwand-6.q16-dev
4 Django 3.2.12 3.2.25 python-pkg usr/local/lib/python3.11/site-packages/Django-3.2.12.dist-info/METADATA
4 urllib3 1.26.4 1.26.19 python-pkg usr/local/lib/python3.11/site-packages/urllib3-1.26.4.dist-info/METADATA
4 Pillow 9.4.0 10.3.0 python-pkg usr/local/lib/python3.11/site-packages/Pillow-9.4.0.dist-info/METADATA
4 org.apache.logging.log4j:log4j-core 2.14.1 2.17.1 jar usr/local/lib/python3.11/site-packages/sparkly/lib/log4j-core-2.14.1.jar
5 com.fasterxml.jackson.core:jackson-databind 2.12.3 2.12.7.1 jar opt/app/acme-invoice-service-1.4.2.jar/BOOT-INF/lib/jackson-databind-2.12.3.jar
5 org.springframework:spring-webmvc 5.2.9.RELEASE 5.2.20.RELEASE jar opt/app/acme-invoice-service-1.4.2.jar/BOOT-INF/lib/spring-webmvc-5.2.9.RELEASE.jar
3 minimatch 3.0.4 3.0.5 node-pkg usr/local/lib/node_modules/npm/node_modules/minimatch/package.json
5 @angular-devkit/build-angular 0.1102.19 - node-pkg opt/web/node_modules/@angular-devkit/build-angular/package.json
3 golang.org/x/crypto v0.0.0-20220622213112-05595931fe9d 0.17.0 gobinary usr/local/bin/supercronic
`
  .trim()
  .split("\n")
  .map((line) => {
    const [layer, name = "", version = "", fix, type, ...places] = line.split(" ");
    const where = type === "debian" ? { binaries: places } : { type, folder: places[0] };
    return { layer: Number(layer), name, version, fix: fix === "-" ? undefined : fix, ...where };
  });

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
