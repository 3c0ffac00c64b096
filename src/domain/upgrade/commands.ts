import type { InstalledPackage } from "../target.ts";
import { isSameLine } from "./smallest-fix.ts";

/** The program that upgrades an image's system packages. */
export type SystemManager = "apt-get" | "apk" | "dnf" | "microdnf" | "yum" | "tdnf" | "zypper";

/** What can be pasted: a command for a shell, or a line for a file. */
export interface Paste {
  readonly text: string;
  /** For a line: the kind of file that it belongs to. Absent: a command. */
  readonly file?: "requirements.txt" | undefined;
}

/** One package to raise. */
export interface Raised {
  readonly name: string;
  readonly from: string;
  /** Absent: the version is not known. A system's package manager needs none. */
  readonly to?: string | undefined;
  /** The scanner's package type: `npm`, `pip`, `gomod`, … */
  readonly type: string;
}

/** What decides which command is right. */
export interface Situation {
  /** Absent: the packages are not the system's, or no manager is installed. */
  readonly manager?: SystemManager | undefined;
  /** The author's own list names the package. False: only another package brings it in. Absent: not known. */
  readonly direct?: boolean | undefined;
  /** The lock file has the package in other versions, too. */
  readonly severalVersions?: boolean | undefined;
}

/** No real name is longer (npm's limit). */
const NAME = 214;
const VERSION = 100;
/** A longer command is not read before it is pasted. */
const COMMAND = 600;

/**
 * What to paste to raise these packages, which are one decision. It installs exactly the advised version, because that
 * one was scanned, if the tool can: system package managers and `bundle update` cannot. Undefined: the
 * right command is unknown, or a name or a version does not follow its ecosystem's grammar.
 *
 * Names and versions come from strangers, and people paste this into a shell. So each must match a strict grammar
 * without any character that a shell or a program's options could give a meaning: it is never escaped, but left out.
 */
export function pasteFor(packages: readonly Raised[], situation: Situation): Paste | undefined {
  const [first] = packages;
  const { manager } = situation;
  const write = manager === undefined ? LANGUAGES.get(first?.type ?? "") : systemCommand;
  const text = write?.(packages, situation);
  if (text === undefined || text.length > COMMAND) return undefined;
  return manager === undefined && first?.type === "pip" ? { text, file: "requirements.txt" } : { text };
}

/** Upgrades all packages of the system. */
export function upgradeAll(manager: SystemManager): string {
  const { before = "", all } = SYSTEMS[manager];
  return `${before}${manager} ${all}`;
}

interface System {
  /** The packages that have the program. */
  readonly packages: readonly string[];
  /** What must run first. */
  readonly before?: string;
  readonly some: string;
  readonly all: string;
}

/** Sources: the manual pages of the programs. */
const SYSTEMS: Readonly<Record<SystemManager, System>> = {
  "apt-get": {
    packages: ["apt"],
    before: "apt-get update && ",
    some: "install -y --only-upgrade",
    all: "upgrade -y",
  },
  apk: { packages: ["apk-tools"], some: "add --no-cache --upgrade", all: "upgrade --no-cache" },
  dnf: { packages: ["dnf", "dnf5"], some: "upgrade -y", all: "upgrade -y" },
  microdnf: { packages: ["microdnf"], some: "upgrade -y", all: "upgrade -y" },
  yum: { packages: ["yum"], some: "update -y", all: "update -y" },
  tdnf: { packages: ["tdnf"], some: "update -y", all: "update -y" },
  zypper: { packages: ["zypper"], some: "update -y", all: "update -y" },
};

/**
 * The manager among an image's system packages. The first that is installed counts: an image with `dnf` has `yum` only
 * as its name. Undefined: it has none, like a distroless image.
 */
export function managerAmong(packages: readonly InstalledPackage[]): SystemManager | undefined {
  const names = new Set(packages.filter(({ system }) => system).map(({ name }) => name));
  const managers = Object.keys(SYSTEMS) as SystemManager[];
  return managers.find((each) => SYSTEMS[each].packages.some((name) => names.has(name)));
}

/** Debian: policy 5.6.1. A trailing `-` or `+` would be an instruction to apt-get. */
const DEBIAN = /^[a-z0-9][a-z0-9+.-]*[a-z0-9]\+*$/;
const SYSTEM = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;

function systemCommand(packages: readonly Raised[], { manager }: Situation): string | undefined {
  if (manager === undefined || packages.length === 0) return undefined;
  const grammar = manager === "apt-get" ? DEBIAN : SYSTEM;
  const names = [...new Set(packages.map(({ name }) => name))].sort();
  if (!names.every((name) => matches(grammar, name, NAME))) return undefined;
  const { before = "", some } = SYSTEMS[manager];
  return `${before}${manager} ${some} ${names.join(" ")}`;
}

function matches(grammar: RegExp, text: string | undefined, most: number): text is string {
  return text !== undefined && text.length <= most && grammar.test(text);
}

type Write = (packages: readonly Raised[], situation: Situation) => string | undefined;

/** For ecosystems in which a command raises a single package. */
function single(
  names: RegExp,
  versions: RegExp,
  write: (name: string, to: string, from: string, situation: Situation) => string | undefined,
): Write {
  return ([raised, ...others], situation) => {
    const to = raised?.to?.replace(/^v(?=\d)/, "");
    if (raised === undefined || others.length > 0) return undefined;
    const isSafe = matches(names, raised.name, NAME) && matches(versions, to, VERSION);
    return isSafe ? write(raised.name, to, raised.from, situation) : undefined;
  };
}

/** The same, only for what the author's own list names. */
function direct(names: RegExp, versions: RegExp, write: (name: string, to: string) => string): Write {
  return single(names, versions, (name, to, _, situation) => (situation.direct ? write(name, to) : undefined));
}

const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
const NUMBERS = /^\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
/** docs.npmjs.com, package.json: `name`. Old names have capitals. */
const NPM = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** PEP 508 and PEP 440, without epochs and local versions. */
const PYPI = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const PEP440 = /^\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?$/;
/** go.dev/ref/mod#module-path: a host with a dot, then elements that do not begin with a dot. */
const GO = /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;
const GO_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?(?:\+incompatible)?$/;
const MAVEN = /^[A-Za-z0-9_][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const MAVEN_VERSION = /^[0-9A-Za-z][0-9A-Za-z._-]*$/;
const CARGO = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** getcomposer.org/doc/04-schema.md#name */
const COMPOSER = /^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/;
/** guides.rubygems.org and learn.microsoft.com/nuget have the same letters. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** `cargo update --precise` and the like obey the author's ranges, which end at the next incompatible version. */
const go = single(GO, GO_VERSION, (name, to, from) => {
  const major = Number(to.split(".", 1)[0]);
  const suffix = /\/v(\d+)$/.exec(name)?.[1];
  // A module's path changes with its major version: go.dev/ref/mod#major-version-suffixes.
  const fits = suffix === undefined ? major < 2 || from.endsWith("+incompatible") : Number(suffix) === major;
  return fits ? `go get ${name}@v${to}` : undefined;
});

const cargo = single(CARGO, SEMVER, (name, to, from, { severalVersions }) => {
  if (!isInUsualRange(from, to)) return undefined;
  const which = severalVersions ? `${name}@${from}` : name;
  return severalVersions && !SEMVER.test(from) ? undefined : `cargo update -p ${which} --precise ${to}`;
});

const composer = single(COMPOSER, NUMBERS, (name, to, from, situation) => {
  if (situation.direct) return `composer require ${name}:${to}`;
  return situation.direct === false && isInUsualRange(from, to)
    ? `composer update ${name} --with ${name}:${to}`
    : undefined;
});

const bundler = single(PLAIN, NUMBERS, (name, to, from) =>
  isInUsualRange(from, to) ? `bundle update --conservative ${name}` : undefined,
);

const nuget = single(PLAIN, NUMBERS, (name, to) =>
  // The runtime's own packages come with the SDK.
  /^(?:Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App|runtime)\b/i.test(name)
    ? undefined
    : `dotnet add package ${name} --version ${to}`,
);

/**
 * The goal changes what the project's own files declare, hence only direct dependencies. Several may share a version.
 */
function maven(packages: readonly Raised[], { direct }: Situation): string | undefined {
  const [to, ...others] = new Set(packages.map((each) => each.to));
  const names = [...new Set(packages.map(({ name }) => name))].sort();
  if (direct !== true || others.length > 0 || !matches(MAVEN_VERSION, to, VERSION)) return undefined;
  if (!names.every((name) => matches(MAVEN, name, NAME))) return undefined;
  return `mvn versions:use-dep-version -Dincludes=${names.join(",")} -DdepVersion=${to}`;
}

const LANGUAGES: ReadonlyMap<string, Write> = new Map(
  Object.entries({
    npm: direct(NPM, SEMVER, (name, to) => `npm install ${name}@${to}`),
    // pnpm.io/cli/update: `pnpm up foo@2`.
    pnpm: direct(NPM, SEMVER, (name, to) => `pnpm update ${name}@${to}`),
    yarn: direct(NPM, SEMVER, (name, to) => `yarn add ${name}@${to}`),
    bun: direct(NPM, SEMVER, (name, to) => `bun add ${name}@${to}`),
    pip: single(PYPI, PEP440, (name, to) => `${name}==${to}`),
    "python-pkg": single(PYPI, PEP440, (name, to) => `pip install ${name}==${to}`),
    poetry: direct(PYPI, PEP440, (name, to) => `poetry add ${name}==${to}`),
    // docs.astral.sh/uv/concepts/projects/sync: it stays within the project's own limits.
    uv: single(PYPI, PEP440, (name, to) => `uv lock --upgrade-package ${name}==${to}`),
    gomod: go,
    pom: maven,
    cargo,
    composer,
    bundler,
    nuget,
  }),
);

/** Whether the author's usual range (`^1.2.3`) around the installed version allows the new one. */
function isInUsualRange(from: string, to: string): boolean {
  return isSameLine("", from, to);
}
