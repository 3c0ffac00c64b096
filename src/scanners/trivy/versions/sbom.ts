import { createHash } from "node:crypto";
import { type Purl, parsePurl, purlOfVersion } from "../../../domain/purl.ts";
import type { VersionQuestion } from "../../../domain/upgrade/proof/version-question.ts";

/** An SBOM of packages in versions that are not installed, and which of its components answers which question. */
export interface VersionsSbom {
  /** CycloneDX, as JSON. */
  readonly text: string;
  /** By the component's `bom-ref`. */
  readonly components: ReadonlyMap<string, AskedComponent>;
}

interface AskedComponent {
  /** The indexes of the questions that it answers. */
  readonly questions: readonly number[];
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
  readonly properties: readonly Property[];
}

interface Property {
  readonly name: string;
  readonly value: string;
}

/**
 * Writes the questions into as few SBOMs as possible: Trivy accepts one operating system in each, and packages of other
 * ecosystems beside it. A component has what Trivy's own SBOMs have (`pkg/sbom/io/encode.go`), so that its detectors
 * match as in the image. A package without a package URL that we can read is in none.
 */
export function versionsSboms(questions: readonly VersionQuestion[]): VersionsSbom[] {
  const asked = questions.map((question, index) => ({ index, system: systemOf(question), question }));
  const bySystem = Map.groupBy(asked, ({ system }) => system?.key);
  const others = bySystem.get(undefined) ?? [];
  bySystem.delete(undefined);
  const [first = [], ...rest] = bySystem.values();
  return [[...first, ...others], ...rest].flatMap((each) => {
    const os = each.find(({ system }) => system !== undefined)?.system;
    const sbom = sbomOf(os, each);
    return sbom.components.size === 0 ? [] : [sbom];
  });
}

interface System {
  readonly key: string;
  readonly family: string;
  readonly name: string;
}

/** The operating system that decides about the package's advisories. Undefined: it does not belong to one. */
function systemOf({ installed, os }: VersionQuestion): System | undefined {
  if (!installed?.system || os === undefined) return undefined;
  const { family, name } = os;
  return { key: JSON.stringify([family, name]), family, name };
}

function sbomOf(
  os: System | undefined,
  asked: readonly { readonly index: number; readonly question: VersionQuestion }[],
): VersionsSbom {
  const known = new Map<string, AskedComponent & { readonly questions: number[] }>();
  const components: unknown[] = [];
  for (const { index, question } of asked) {
    const component = componentOf(question);
    if (component === undefined) continue;
    const ref = createHash("sha256").update(identityOf(component, question)).digest("hex");
    const same = known.get(ref);
    if (same !== undefined) {
      same.questions.push(index);
      continue;
    }
    known.set(ref, { questions: [index], version: component.version, system: question.installed?.system === true });
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
    // Only of its own SBOMs does Trivy say nothing about their accuracy.
    metadata: { tools: { components: [{ type: "application", group: "aquasecurity", name: "trivy" }] } },
    components: [...(system ? [system] : []), ...components],
  };
  return { text: JSON.stringify(document), components: known };
}

/**
 * What decides about a component's findings. Debian's and Ubuntu's advisories name sources: Trivy finds the same in all
 * packages of a source in one version (`pkg/detector/ospkg/debian` and `ubuntu`), so that one of them is asked about.
 */
function identityOf({ name, purl, ...rest }: Component, { package: about, installed }: VersionQuestion): string {
  const isOfSource = installed?.system === true && DEBIAN.has(about.type);
  return JSON.stringify(isOfSource ? rest : { name, purl, ...rest });
}

const DEBIAN: ReadonlySet<string> = new Set(["debian", "ubuntu"]);

/** Undefined: Trivy could not identify it. */
function componentOf(question: VersionQuestion): Component | undefined {
  const { package: about, installed } = question;
  const purl = about.purl === undefined ? undefined : parsePurl(about.purl);
  if (purl === undefined) return undefined;
  const version = question.version === undefined ? about.version : likeInstalled(question.version, about.version, purl);
  return {
    type: "library",
    ...namesOf(about.name, purl),
    version,
    purl: purlOfVersion(purl, version),
    // No PkgType: Trivy takes packages of the same name and version for one, whichever lock file they are from.
    properties: [
      ...(installed?.system ? sourceProperties(question, version, purl) : []),
      ...(installed?.modularity ? [property("Modularitylabel", installed.modularity)] : []),
    ],
  };
}

/** Trivy takes the name from here, since package URLs fold case. Only Maven's has its group apart. */
function namesOf(name: string, { type }: Purl): Pick<Component, "name" | "group"> {
  const cut = type === "maven" ? name.indexOf(":") : -1;
  return cut < 0 ? { name } : { group: name.slice(0, cut), name: name.slice(cut + 1) };
}

/** Go's modules have a `v` before the version, which advisories leave out. */
function likeInstalled(version: string, installed: string, { type }: Purl): string {
  return type === "golang" && /^v\d/.test(installed) && /^\d/.test(version) ? `v${version}` : version;
}

/** The kinds of packages whose version may have an epoch and a release. Alpine's release belongs to its version. */
const WITH_RELEASE: ReadonlySet<string> = new Set(["deb", "rpm"]);

interface Parts {
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
}

function partsOf(version: string, { type }: Purl): Parts {
  if (!WITH_RELEASE.has(type)) return { epoch: "", version, release: "" };
  const [, epoch = "", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const cut = rest.lastIndexOf("-");
  const [upstream, release] = cut < 0 ? [rest, ""] : [rest.slice(0, cut), rest.slice(cut + 1)];
  return { epoch: /^0*$/.test(epoch) ? "" : epoch, version: upstream, release };
}

/**
 * Advisories of some distributions refer to the source. One version that they name is the source's and the package's.
 */
function sourceProperties({ package: about, installed, version: asked }: VersionQuestion, version: string, purl: Purl) {
  const source = installed?.source;
  const parts = partsOf(asked === undefined ? (source?.version ?? version) : version, purl);
  return [
    property("SrcName", source?.name ?? about.name),
    property("SrcVersion", parts.version),
    ...(parts.release === "" ? [] : [property("SrcRelease", parts.release)]),
    ...(parts.epoch === "" ? [] : [property("SrcEpoch", parts.epoch)]),
  ];
}

function property(name: string, value: string): Property {
  return { name: `aquasecurity:trivy:${name}`, value };
}
