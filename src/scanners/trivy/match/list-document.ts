import { createHash } from "node:crypto";
import type { ListedPackage, PackageList } from "../../../domain/packages/package-list.ts";
import { type Purl, parsePurl, purlOfVersion } from "../../../domain/purl.ts";

/** A CycloneDX document of packages, the indexes of the lists in it, and their packages by `bom-ref`. */
export type ListDocument = ReturnType<typeof listDocuments>[number];

/** A package of one of several lists. */
interface Entry {
  /** The index of its list. */
  readonly list: number;
  readonly each: ListedPackage;
}

interface ListedComponent {
  /** The packages that it represents; the first one is written. */
  readonly entries: readonly Entry[];
  readonly version: string;
  /** It belongs to the operating system. */
  readonly system: boolean;
}

interface Component {
  readonly type: string;
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl?: string;
  readonly properties: readonly ReturnType<typeof property>[];
}

/**
 * Writes lists into as few documents as possible. Trivy accepts one operating system in each; lists without a system
 * are in the first one. A component has the same fields as in Trivy's own SBOMs (`pkg/sbom/io/encode.go`), so its
 * detectors match as in the image. A package is left out if its package URL is unreadable, or if it belongs to a system
 * that its list does not name.
 */
export function listDocuments(lists: readonly PackageList[]) {
  const numbered = lists.map(({ packages, system }, list) => ({
    list,
    system,
    // Trivy does not match packages from a third party's repository in an image, either.
    entries: packages.flatMap((each) => {
      const canBeAsked = each.thirdParty !== true && (each.system !== true || system !== undefined);
      return canBeAsked ? [{ list, each }] : [];
    }),
  }));
  const bySystem = Map.groupBy(numbered, ({ system }) => system && JSON.stringify([system.family, system.name]));
  const others = bySystem.get(undefined) ?? [];
  bySystem.delete(undefined);
  const [first = [], ...rest] = bySystem.values();
  return [[...first, ...others], ...rest].flatMap((own) => {
    const system = own[0]?.system;
    const entries = own.flatMap((each) => each.entries);
    const document = documentOf(system, entries);
    if (system === undefined && document.components.size === 0) return [];
    return [{ ...document, lists: own.map(({ list }) => list) }];
  });
}

function documentOf(os: PackageList["system"], entries: readonly Entry[]) {
  const known = new Map<string, ListedComponent & { readonly entries: Entry[] }>();
  const components: unknown[] = [];
  for (const entry of entries) {
    const component = componentOf(entry.each);
    if (component === undefined) continue;
    const ref = createHash("sha256").update(identityOf(component, entry.each)).digest("hex");
    const same = known.get(ref);
    if (same !== undefined) {
      same.entries.push(entry);
      continue;
    }
    known.set(ref, { entries: [entry], version: component.version, system: entry.each.system === true });
    components.push({ "bom-ref": ref, ...component });
  }
  const system = os && {
    "bom-ref": "operating-system",
    type: "operating-system",
    name: os.family,
    version: os.name,
    properties: [property("Class", "os-pkgs"), property("Type", os.family)],
  };
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    // Trivy warns about the accuracy of any SBOM that it has not made itself.
    metadata: { tools: { components: [{ type: "application", group: "aquasecurity", name: "trivy" }] } },
    components: [...(system ? [system] : []), ...components],
  };
  return { text: JSON.stringify(document), components: known };
}

/** Undefined: Trivy could not identify it. */
function componentOf(each: ListedPackage): Component | undefined {
  const purl = each.purl === undefined ? undefined : parsePurl(each.purl);
  if (purl === undefined) return undefined;
  return {
    type: "library",
    ...namesOf(each.name, purl),
    version: each.version,
    purl: purlOfVersion(purl, each.version),
    // Without PkgType: Trivy merges packages of the same name and version, whichever lock file they are from.
    properties: [
      ...(each.system ? sourceProperties(each, purl) : []),
      ...(each.modularity ? [property("Modularitylabel", each.modularity)] : []),
    ],
  };
}

/** Trivy reads the name here, since package URLs fold case. Only Maven's has a separate group. */
function namesOf(name: string, { type }: Purl): Pick<Component, "name" | "group"> {
  const cut = type === "maven" ? name.indexOf(":") : -1;
  return cut < 0 ? { name } : { group: name.slice(0, cut), name: name.slice(cut + 1) };
}

/** The kinds of packages whose version may have an epoch and a release. Alpine's release belongs to its version. */
const WITH_RELEASE: ReadonlySet<string> = new Set(["deb", "rpm"]);

function partsOf(version: string, { type }: Purl) {
  if (!WITH_RELEASE.has(type)) return { epoch: "", version, release: "" };
  const [, epoch = "", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const cut = rest.lastIndexOf("-");
  const [upstream, release] = cut < 0 ? [rest, ""] : [rest.slice(0, cut), rest.slice(cut + 1)];
  return { epoch: /^0*$/.test(epoch) ? "" : epoch, version: upstream, release };
}

/** Some distributions' advisories refer to the source. */
function sourceProperties({ name, version, source }: ListedPackage, purl: Purl) {
  const parts = partsOf(source?.version ?? version, purl);
  return [
    property("SrcName", source?.name ?? name),
    property("SrcVersion", parts.version),
    ...(parts.release === "" ? [] : [property("SrcRelease", parts.release)]),
    ...(parts.epoch === "" ? [] : [property("SrcEpoch", parts.epoch)]),
  ];
}

function property(name: string, value: string) {
  return { name: `aquasecurity:trivy:${name}`, value };
}

/**
 * The parts of a component that decide its findings. Debian's and Ubuntu's advisories name sources. Trivy finds the
 * same in all packages of a source in one version (`pkg/detector/ospkg/debian` and `ubuntu`), so one is looked up.
 */
function identityOf({ name, purl, ...rest }: Component, { type, system }: ListedPackage): string {
  const isOfSource = system === true && DEBIAN.has(type);
  return JSON.stringify(isOfSource ? rest : { name, purl, ...rest });
}

const DEBIAN: ReadonlySet<string> = new Set(["debian", "ubuntu"]);
