import { unique } from "../collections.ts";
import type { Plan, Upgrade, UpgradeStep } from "../fix-plan.ts";
import type { InstalledPackage } from "../target.ts";
import { isSameLine } from "./smallest-fix.ts";

/** The program that upgrades an image's system packages. */
export type SystemManager = "apt-get" | "apk" | "dnf" | "microdnf" | "yum" | "tdnf" | "zypper";

/** A package to upgrade. */
export interface PackageUpgrade {
  readonly name: string;
  readonly from: string;
  /** Absent: the version is unknown. A system's package manager does not need it. */
  readonly to?: string | undefined;
  /** The scanner's package type: `npm`, `pip`, `gomod`, … */
  readonly type: string;
}

/** The facts that the right command depends on. */
export interface Situation {
  /** Absent: the packages are not the system's, or no package manager is installed. */
  readonly manager?: SystemManager | undefined;
  /** The author's own list contains each package. */
  readonly isDirect?: boolean | undefined;
}

/** No genuine name is longer (npm's limit). */
const NAME = 214;
const VERSION = 100;
/** Users do not read a longer command before they paste it. */
const COMMAND = 600;

/**
 * The text to paste for upgrading these packages, which are one decision: a command, or a line for a file. It installs
 * exactly the advised version, since that one was scanned, if the tool can: system package managers and `bundle update`
 * cannot. Undefined: the right command is unknown, or a name or a version does not follow its ecosystem's grammar.
 *
 * Names and versions come from strangers, and users paste this into a shell. So each must match a strict grammar
 * without any character that has a meaning for a shell or a program's options. Other names are left out, not escaped.
 */
export function pasteFor(
  packages: readonly PackageUpgrade[],
  situation: Situation,
): Pick<UpgradeStep, "command" | "line"> | undefined {
  const text =
    situation.manager === undefined ? projectText(packages, situation) : systemText(packages, situation.manager);
  if (text === undefined || text.length > COMMAND) return undefined;
  const isLine = situation.manager === undefined && packages[0]?.type === "pip";
  return isLine ? { line: { text, file: "requirements.txt" } } : { command: text };
}

/** Upgrades all packages of the system. */
export function upgradeAll(manager: SystemManager): string {
  const { before = "", all } = SYSTEMS[manager];
  return `${before}${manager} ${all}`;
}

interface System {
  /** The packages that contain the program. */
  readonly packages: readonly string[];
  /** A command that must run first. */
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
 * The manager among an image's system packages. The first installed one counts: an image with `dnf` has `yum` only as
 * an alias. Undefined: it has none, like a distroless image.
 */
export function managerAmong(packages: readonly InstalledPackage[]): SystemManager | undefined {
  const names = new Set(packages.filter(({ system }) => system).map(({ name }) => name));
  const managers = Object.keys(SYSTEMS) as SystemManager[];
  return managers.find((each) => SYSTEMS[each].packages.some((name) => names.has(name)));
}

/** Debian: policy 5.6.1. A trailing `-` or `+` would be an instruction to apt-get. */
const DEBIAN = /^[a-z0-9][a-z0-9+.-]*[a-z0-9]\+*$/;
const SYSTEM = /^[A-Za-z0-9][A-Za-z0-9+._-]*$/;

function systemText(packages: readonly PackageUpgrade[], manager: SystemManager): string | undefined {
  const names = namesIn(packages, manager === "apt-get" ? DEBIAN : SYSTEM);
  const { before = "", some } = SYSTEMS[manager];
  return names && `${before}${manager} ${some} ${names.join(" ")}`;
}

/** The names, without duplicates. Undefined: there are none, or one of them is not harmless. */
function namesIn(packages: readonly PackageUpgrade[], grammar: RegExp): string[] | undefined {
  const names = unique(packages.map(({ name }) => name)).sort();
  return names.length > 0 && names.every((name) => name.length <= NAME && grammar.test(name)) ? names : undefined;
}

/** How to upgrade a language's package in the project's source. */
interface Rule {
  /** The grammar of names, and the grammar of versions without a leading `v`. */
  readonly names: RegExp;
  readonly versions: RegExp;
  /** With placeholders NAME, VERSION and, for the installed version, FROM. */
  readonly text: string;
  /** Absent: the command is always right. */
  readonly isRight?: (raised: PackageUpgrade, to: string, situation: Situation) => boolean;
  /** It upgrades several packages to one version. */
  readonly raisesSeveral?: true;
}

function projectText(packages: readonly PackageUpgrade[], situation: Situation): string | undefined {
  const [first, ...others] = packages;
  const rule = RULES.get(first?.type ?? "");
  if (rule === undefined || first?.to === undefined || packages.some(({ to }) => to !== first.to)) return undefined;
  const to = rule.raisesSeveral ? first.to : first.to.replace(/^v(?=\d)/, "");
  const names = namesIn(packages, rule.names);
  if (names === undefined || to.length > VERSION || !rule.versions.test(to)) return undefined;
  if (others.length > 0 && !rule.raisesSeveral) return undefined;
  if (rule.isRight?.(first, to, situation) === false) return undefined;
  if (rule.text.includes("FROM") && !rule.versions.test(first.from)) return undefined;
  const words: Readonly<Record<string, string>> = { NAME: names.join(","), FROM: first.from, VERSION: to };
  return rule.text.replace(/NAME|FROM|VERSION/g, (word) => words[word] ?? word);
}

const isDirect: Rule["isRight"] = (_raised, _to, situation) => situation.isDirect === true;
/** `cargo update --precise` and similar commands obey the author's ranges (`^1.2.3`), each within one line. */
const isInRange: Rule["isRight"] = ({ from }, to) => isSameLine("", from, to);

const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
const NUMBERS = /^\d+(?:\.\d+){0,3}(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/;
/** docs.npmjs.com, package.json: `name`. Old names have upper-case letters. */
const NPM = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** PEP 508 and PEP 440, without epochs and local versions. */
const PYPI = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const PEP440 = /^\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?(?:\.post\d+)?(?:\.dev\d+)?$/;

const RULES: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    npm: { names: NPM, versions: SEMVER, text: "npm install NAME@VERSION", isRight: isDirect },
    // pnpm.io/cli/update: `pnpm up foo@2`.
    pnpm: { names: NPM, versions: SEMVER, text: "pnpm update NAME@VERSION", isRight: isDirect },
    yarn: { names: NPM, versions: SEMVER, text: "yarn add NAME@VERSION", isRight: isDirect },
    bun: { names: NPM, versions: SEMVER, text: "bun add NAME@VERSION", isRight: isDirect },
    pip: { names: PYPI, versions: PEP440, text: "NAME==VERSION" },
    "python-pkg": { names: PYPI, versions: PEP440, text: "pip install NAME==VERSION" },
    poetry: { names: PYPI, versions: PEP440, text: "poetry add NAME==VERSION", isRight: isDirect },
    // docs.astral.sh/uv/concepts/projects/sync: it stays within the project's own limits.
    uv: { names: PYPI, versions: PEP440, text: "uv lock --upgrade-package NAME==VERSION" },
    gomod: {
      // go.dev/ref/mod#module-path: a host with a dot, then elements that do not begin with a dot.
      names: /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/,
      versions: /^\d+\.\d+\.\d+(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?(?:\+incompatible)?$/,
      text: "go get NAME@vVERSION",
      // A module's path changes with its major version: go.dev/ref/mod#major-version-suffixes.
      isRight: ({ name, from }, to) => {
        const major = Number(to.split(".", 1)[0]);
        const suffix = /\/v(\d+)$/.exec(name)?.[1];
        return suffix === undefined ? major < 2 || from.endsWith("+incompatible") : Number(suffix) === major;
      },
    },
    pom: {
      names: /^[A-Za-z0-9_][A-Za-z0-9._-]*:[A-Za-z0-9_][A-Za-z0-9._-]*$/,
      versions: /^[0-9A-Za-z][0-9A-Za-z._-]*$/,
      text: "mvn versions:use-dep-version -Dincludes=NAME -DdepVersion=VERSION",
      isRight: isDirect,
      raisesSeveral: true,
    },
    cargo: {
      names: /^[A-Za-z][A-Za-z0-9_-]*$/,
      versions: SEMVER,
      text: "cargo update -p NAME@FROM --precise VERSION",
      isRight: isInRange,
    },
    composer: {
      // getcomposer.org/doc/04-schema.md#name
      names: /^[a-z0-9][a-z0-9._-]*\/[a-z0-9][a-z0-9._-]*$/,
      versions: NUMBERS,
      text: "composer require NAME:VERSION",
      isRight: isDirect,
    },
    bundler: {
      names: /^[A-Za-z0-9_][A-Za-z0-9._-]*$/,
      versions: NUMBERS,
      text: "bundle update --conservative NAME",
      isRight: isInRange,
    },
    nuget: {
      // The runtime's own packages come with the SDK.
      names: /^(?!(?:Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App|runtime)\b)[A-Za-z0-9_][A-Za-z0-9._-]*$/i,
      versions: NUMBERS,
      text: "dotnet add package NAME --version VERSION",
    },
  }),
);

/** Adds to each step the text to paste, if the right command is known. */
export function withCommands(plan: Plan, packages: readonly InstalledPackage[]): Plan {
  const byPath = Map.groupBy(packages, ({ path }) => path);
  const manager = managerAmong(packages);
  const situationOf = (members: readonly Upgrade[]): Situation =>
    members[0]?.source === undefined
      ? { isDirect: members.every((each) => isDirectIn(byPath.get(each.paths[0]) ?? [], each)) }
      : { manager };
  const steps = plan.steps.map((step) => {
    if (step.kind !== "upgrade" || !step.members.every(isProjects)) return step;
    const raised = step.members.map(({ package: name, from, to, type }) => {
      // A program is upgraded in its source code.
      return { name, from, to: step.to ?? to, type: { gobinary: "gomod", rustbinary: "cargo" }[type] ?? type };
    });
    return { ...step, ...pasteFor(raised, situationOf(step.members)) };
  });
  return { ...plan, steps };
}

/** False for a package that another one bundles, or that is a tool's copy: the project cannot upgrade it. */
function isProjects({ owner, place, type, paths }: Upgrade): boolean {
  if (owner !== undefined || place.tool !== undefined) return false;
  return type !== "nuget" || paths.every((path) => /(?:^|\/)packages\.lock\.json$/.test(path));
}

/** True if the file's own project lists the package. With several projects in a file, it is unknown which one does. */
function isDirectIn(beside: readonly InstalledPackage[], { package: name, from }: Upgrade): boolean {
  const isWorkspace = beside.some(({ relationship }) => relationship === "workspace");
  const own = beside.find((each) => each.name === name && each.version === from);
  return !isWorkspace && own?.relationship === "direct";
}
