import { addTo } from "../../../domain/collections.ts";
import type { PackageList } from "../../../domain/packages/package-list.ts";
import { parsePurl, plainPurl } from "../../../domain/purl.ts";
import type { Artifact, InstalledPackage } from "../../../domain/target.ts";

// Another scanner's list of packages, as Grype reads one: a package URL on each line.

/** The distributions whose name in a list is not the `ID` in os-release, by which Grype knows them. */
const IDS: Readonly<Record<string, string>> = {
  alma: "almalinux",
  amazon: "amzn",
  "cbl-mariner": "mariner",
  oracle: "ol",
  redhat: "rhel",
};

/** The distribution's `ID` in os-release. */
export function distributionId(family: string): string {
  return Object.hasOwn(IDS, family) ? (IDS[family] as string) : family;
}

/** Grype's kinds of packages by the type of their package URL, if they are not the same. */
const KINDS: Readonly<Record<string, string>> = {
  cargo: "rust-crate",
  composer: "php-composer",
  golang: "go-module",
  maven: "java-archive",
  nuget: "dotnet",
  pub: "dart-pub",
  pypi: "python",
};

/** A list for Grype. */
export interface PurlList {
  readonly lines: readonly string[];
  /** The `ref` of the packages behind each line, by {@link keyOf}. */
  readonly refs: ReadonlyMap<string, readonly string[]>;
  /** Grype's kinds of those that belong to no distribution. */
  readonly kinds: ReadonlySet<string>;
  /** The `ref` of packages without a package URL, which cannot be matched. */
  readonly unnamed: readonly string[];
}

/** Package and version, without what only says where it came from. Undefined: it names neither. */
export function keyOf(purl: string | undefined): string | undefined {
  const parsed = purl === undefined ? undefined : parsePurl(purl);
  return parsed?.version === undefined ? undefined : plainPurl(parsed);
}

/**
 * The list as Grype reads it. Advisories of distributions are about source packages, so that a URL without `upstream=`
 * loses most of its findings.
 */
export function purlList({ packages, system }: PackageList): PurlList {
  const lines = new Set<string>();
  const refs = new Map<string, string[]>();
  const kinds = new Set<string>();
  const unnamed: string[] = [];
  for (const each of packages) {
    const key = keyOf(each.purl);
    const type = each.purl === undefined ? undefined : parsePurl(each.purl)?.type;
    if (key === undefined || type === undefined) {
      // One without a version is a separate project, which no advisory is about.
      if (each.version !== "") unnamed.push(each.ref);
    } else {
      addTo(refs, key, each.ref);
      lines.add(each.system === true ? systemLine(each, system) : (each.purl as string));
      if (each.system !== true) kinds.add(kindOf(type));
    }
  }
  return { lines: [...lines], refs, kinds, unnamed };
}

/** Grype's kind of a package by the type of its package URL. */
export function kindOf(type: string): string {
  return Object.hasOwn(KINDS, type) ? (KINDS[type] as string) : type;
}

function systemLine({ purl = "", source, version }: InstalledPackage, os: Artifact["os"]): string {
  const [base = "", query = ""] = purl.split("#")[0]?.split("?") ?? [];
  const qualifiers = new URLSearchParams(query);
  if (os !== undefined) qualifiers.set("distro", `${distributionId(os.family)}-${os.name.split(" ")[0]}`);
  if (source !== undefined && source.name !== "") qualifiers.set("upstream", upstreamOf(source, version, base));
  return `${base}?${[...qualifiers].map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}

/** An RPM names the file of its source. */
function upstreamOf(source: NonNullable<InstalledPackage["source"]>, version: string, base: string): string {
  if (base.startsWith("pkg:rpm/")) return `${source.name}-${source.version.replace(/^\d+:/, "")}.src.rpm`;
  return source.version === "" || source.version === version ? source.name : `${source.name}@${source.version}`;
}
