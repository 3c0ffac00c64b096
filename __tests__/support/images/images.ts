import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BULK_BINARIES, BULK_SOURCES, bulkSource } from "../databases/advisories.ts";
import { hostileTexts } from "../runs/hostile.ts";
import { log4jJar, nopomJar } from "./jars.ts";
import { type Artifact, buildImage, buildIndex, dockerArchive, type Image, type Step } from "./oci.ts";
import {
  apkStanza,
  type DebianPackage,
  debianBase,
  dpkgStatus,
  npmPackage,
  osRelease,
  phpPackage,
  pythonPackage,
  SITE_PACKAGES,
} from "./packages.ts";
import type { TarEntry } from "./tar.ts";

const BUILDKIT = "buildkit.dockerfile.v0";

/** The classic builder's history of `FROM`: the base image's only layer and its command. */
function from(files: readonly TarEntry[], command = '["bash"]'): Step[] {
  return [
    { createdBy: "/bin/sh -c #(nop) ADD file:2f7b1e0c3a5d4e6f8091a2b3c4d5e6f708192a3b4c5d6e7f in / ", files },
    { createdBy: `/bin/sh -c #(nop)  CMD ${command}` },
  ];
}

/** An instruction as BuildKit writes it into the history. */
const buildkit = (instruction: string, files?: readonly TarEntry[]): Step => ({
  createdBy: `${instruction} # buildkit`,
  comment: BUILDKIT,
  ...(files && { files }),
});

/** A `RUN` as BuildKit writes it. */
const run = (command: string, files: readonly TarEntry[]): Step => buildkit(`RUN /bin/sh -c ${command}`, files);

const debianPackages: readonly DebianPackage[] = [
  ["libssl3", "3.0.14-1~deb12u1", "openssl"],
  ["openssl", "3.0.14-1~deb12u1"],
  ["zlib1g", "1:1.2.13.dfsg-1", "zlib"],
  ["bash", "5.2.15-2"],
  ["libc6", "2.36-9+deb12u7", "glibc"],
  ["libc-bin", "2.36-9+deb12u7", "glibc"],
  ["perl-base", "5.36.0-7+deb12u1", "perl"],
  ["tar", "1.34+dfsg-1.2"],
  ["coreutils", "9.1-1"],
  ["apt", "2.6.1"],
];

/** Debian 12 with 16 findings of every severity and status. */
export const debian12 = (more: readonly TarEntry[] = []): Image =>
  buildImage(from([...debianBase(debianPackages), ...more]), {
    config: {
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      Cmd: ["bash"],
      Labels: { "org.opencontainers.image.title": "debian12" },
    },
  });

/** Debian 12 without a finding. */
export const clean = (more: readonly TarEntry[] = []): Image =>
  buildImage(
    from([
      ...debianBase([
        ["coreutils", "9.1-1"],
        ["base-files", "12.4+deb12u8"],
      ]),
      ...more,
    ]),
  );

/** Debian 10, past its end of life: two findings. */
export const endOfLife = (): Image => buildImage(from(debianBase(debianPackages, "10.13")));

/** Alpine 3.22 with six findings. */
export const alpine = (): Image => {
  const packages = [
    ["libssl3", "3.5.0-r0", "openssl"],
    ["libcrypto3", "3.5.0-r0", "openssl"],
    ["busybox", "1.37.0-r18", "busybox"],
    ["musl", "1.2.5-r10", "musl"],
  ] as const;
  const installed = packages.map(([name, version, origin]) => apkStanza(name, version, origin)).join("\n");
  return buildImage([
    buildkit("ADD alpine-minirootfs-3.22.0-x86_64.tar.gz / ", [
      osRelease("alpine", "3.22.0", "Alpine Linux v3.22"),
      { path: "etc/alpine-release", data: "3.22.0\n" },
      { path: "lib/apk/db/installed", data: `${installed}\n` },
    ]),
    buildkit('CMD ["/bin/sh"]'),
  ]);
};

export interface PythonOptions {
  /** Add a jar without `pom.properties`, for which Trivy needs its Java database. */
  readonly withNopomJar?: boolean;
}

/** The path of the hidden log4j jar of {@link python}. */
export const HIDDEN_JAR = `${SITE_PACKAGES}/sparkly/jars/log4j-core-2.14.1.jar`;

/** A Python application whose package `sparkly` brings a jar of log4j-core 2.14.1. */
export const python = ({ withNopomJar = false }: PythonOptions = {}): Image =>
  buildImage(
    [
      ...from(debianBase(debianPackages.slice(0, 3)), '["python3"]'),
      { createdBy: "ENV LANG=C.UTF-8", comment: BUILDKIT },
      buildkit("WORKDIR /app", [{ path: "app/" }]),
      buildkit("COPY requirements.txt . ", [{ path: "app/requirements.txt", data: "requests\nsparkly\n" }]),
      run("pip install --no-cache-dir -r requirements.txt", [
        pythonPackage("requests", "2.31.0"),
        pythonPackage("Jinja2", "3.1.2"),
        pythonPackage("setuptools", "65.5.1"),
        pythonPackage("sparkly", "1.0.0"),
        { path: `${SITE_PACKAGES}/sparkly/__init__.py`, data: "" },
        { path: HIDDEN_JAR, data: log4jJar() },
      ]),
      ...(withNopomJar
        ? [run("cp /tmp/renamed.jar jars/", [{ path: `${SITE_PACKAGES}/sparkly/jars/renamed.jar`, data: nopomJar() }])]
        : []),
      buildkit("COPY . . ", [{ path: "app/main.py", data: "import sparkly\n" }]),
      { createdBy: 'CMD ["python3" "main.py"]', comment: BUILDKIT },
    ],
    { config: { Env: ["LANG=C.UTF-8"], Cmd: ["python3", "main.py"], WorkingDir: "/app" } },
  );

/** Node packages on a minimal Debian 12. */
export const node = (): Image =>
  buildImage([
    ...from(debianBase([])),
    buildkit("COPY package.json package-lock.json ./ ", [{ path: "app/package.json", data: '{"name":"app"}' }]),
    run("npm ci --omit=dev", [
      npmPackage("lodash", "4.17.20"),
      npmPackage("minimist", "0.2.1"),
      npmPackage("left-pad", "1.3.0"),
    ]),
  ]);

/** A static program and a user, but no packages that Trivy knows. */
export const distroless = (): Image =>
  buildImage([
    { createdBy: "bazel build ...", files: [{ path: "etc/passwd", data: "root:x:0:0:root:/root:/sbin/nologin\n" }] },
    buildkit("COPY app /app ", [{ path: "app", data: "static\n", mode: 0o755 }]),
  ]);

/** No layer at all: Trivy's report then has no `Results`. */
export const scratch = (): Image => buildImage([]);

/** Files with made-up credentials, put together here so that no scanner of this repository stumbles over them. */
export const secret = (): Image =>
  buildImage([
    ...from(debianBase([["bash", "5.2.15-2"]])),
    buildkit("COPY . /app ", [
      {
        path: "app/.env",
        data: `AWS_ACCESS_KEY_ID=AKIA${"QZ7XTESTBED2NOTX"}\nGITHUB_PAT=ghp_${"0123456789abcdefghijABCDEFGHIJ012345"}\n`,
      },
      {
        path: "app/id_rsa",
        data: [
          "-----BEGIN RSA ",
          `PRIVATE KEY-----\n${"bm90IGEga2V5".repeat(12)}\n-----END RSA `,
          "PRIVATE KEY-----\n",
        ].join(""),
        mode: 0o600,
      },
    ]),
  ]);

/** 2,000 packages. The database decides how many findings they have (`findingsInBig`). */
export const big = (): Image => {
  const packages: DebianPackage[] = [];
  for (let source = 0; source < BULK_SOURCES; source++)
    for (let binary = 0; binary < BULK_BINARIES; binary++)
      packages.push([`bulk-${String(source).padStart(4, "0")}-${binary}`, "1.0-1", bulkSource(source)]);
  return buildImage(from(debianBase(packages)));
};

/** Debian 12 for arm64, with only zlib and bash. */
export const arm64 = (): Image =>
  buildImage(from(debianBase(debianPackages.slice(2, 4), "12.8", "arm64")), { architecture: "arm64", variant: "v8" });

/** {@link debian12} and {@link arm64} under one tag. */
export const multiArchitecture = (): Artifact => buildIndex([debian12(), arm64()]);

/**
 * Hostile text wherever a stranger can put it: names, titles, the path of a lock file, the path of a package, the
 * history. Each text has a PHP package of that name with one finding; the lodash below each has a hostile path.
 */
export const hostile = (): Image =>
  buildImage([
    ...from(debianBase([])),
    ...Object.values(hostileTexts).map((text, index) => {
      // Numbered, because no two may be the same file. A name cannot contain a slash or a NUL.
      const folder = `app/${index} ${text.replaceAll(/[/\0]/g, "_")}`;
      return run(`install '${text}'`, [phpPackage(text, "1.0.0", folder), npmPackage("lodash", "4.17.20", folder)]);
    }),
  ]);

/** Tokens that {@link leakyHistory} carries; none may ever be shown. */
export const LEAKED = {
  classicArg: "ghp_classicARGtoken0000000000000000001",
  buildkitArg: "ghp_buildkitARGtoken000000000000000002",
  quotedArg: "two words of secret 3",
  env: "env-secret-value-4",
  secondEnv: "env-secret-value-5",
  argDefault: "arg-default-secret-6",
  curlUser: "curl-user-secret-7",
  health: "health-check-secret-8",
  entrypoint: "entrypoint-secret-9",
  workdir: "glpat-workingFolderToken0010",
  label: "label-secret-11",
} as const;

/** Build arguments and environment variables with tokens in the image's history, both builders' styles. */
export const leakyHistory = (): Image =>
  buildImage(
    [
      ...from(debianBase([])),
      { createdBy: `/bin/sh -c #(nop)  ARG TOKEN=${LEAKED.argDefault}` },
      { createdBy: `/bin/sh -c #(nop)  ENV API_KEY=${LEAKED.env} PLAIN=${LEAKED.secondEnv}` },
      {
        createdBy: `|2 OTHER=x TOKEN=${LEAKED.classicArg} /bin/sh -c apt-get install -y openssl`,
        files: [dpkgStatus([["openssl", "3.0.14-1~deb12u1"]])],
      },
      { createdBy: `ARG BUILD_TOKEN=${LEAKED.argDefault}`, comment: BUILDKIT },
      { createdBy: `ENV DB_PASSWORD=${LEAKED.env}`, comment: BUILDKIT },
      {
        createdBy: `RUN |1 BUILD_TOKEN=${LEAKED.buildkitArg} /bin/sh -c curl -u me:${LEAKED.curlUser} x; pip install requests # buildkit`,
        comment: BUILDKIT,
        files: [pythonPackage("requests", "2.31.0")],
      },
      {
        createdBy: `RUN |2 A=b SECRET_TEXT=${LEAKED.quotedArg} /bin/sh -c npm install # buildkit`,
        comment: BUILDKIT,
        files: [npmPackage("lodash", "4.17.20")],
      },
      { createdBy: `HEALTHCHECK CMD curl -H 'X-Api-Key: ${LEAKED.health}' localhost # buildkit`, comment: BUILDKIT },
      { createdBy: `ENTRYPOINT ["app" "--password" "${LEAKED.entrypoint}"]`, comment: BUILDKIT },
      { createdBy: `WORKDIR /srv/${LEAKED.workdir}`, comment: BUILDKIT },
      { createdBy: `LABEL deploy.token=${LEAKED.label}`, comment: BUILDKIT },
    ],
    {
      config: {
        Env: [`DB_PASSWORD=${LEAKED.env}`, `API_KEY=${LEAKED.env}`, `PLAIN=${LEAKED.secondEnv}`],
        Entrypoint: ["app", "--password", LEAKED.entrypoint],
        Healthcheck: { Test: ["CMD-SHELL", `curl -H 'X-Api-Key: ${LEAKED.health}' localhost`] },
        WorkingDir: `/srv/${LEAKED.workdir}`,
        Labels: { "deploy.token": LEAKED.label },
      },
    },
  );

/** Writes the output of `docker save NAME`, and creates its folders. Returns its path. */
export function saveImage(path: string, image: Image, repoTags: readonly string[] = ["example.test/app:1.0"]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, dockerArchive(image, repoTags));
  return path;
}
