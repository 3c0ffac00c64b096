import type { Sbom } from "../documents/sbom.ts";
import { addTo } from "../domain/collections.ts";
import { parsePurl } from "../domain/purl.ts";
import type { Artifact, InstalledPackage } from "../domain/target.ts";

/**
 * Trivy's types of packages that each lie in a file of their own: stored reports give only the names of their types.
 */
export const OWN_FILE: ReadonlySet<string> = new Set(["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"]);

interface Component {
  readonly "bom-ref": string;
  readonly type: "application" | "container" | "library" | "operating-system";
  readonly name: string;
  readonly group?: string | undefined;
  readonly version?: string | undefined;
  readonly purl?: string | undefined;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

/** A CycloneDX document as Trivy itself writes it, with the parts that Trivy reads again. */
export interface CycloneDx {
  readonly bomFormat: "CycloneDX";
  readonly specVersion: "1.6";
  readonly version: 1;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The input of an SBOM. */
export interface SbomContents {
  readonly name: string;
  readonly os: Artifact["os"];
  readonly packages: readonly InstalledPackage[];
}

/**
 * Returns the packages as a CycloneDX document in which Trivy finds what it found in the image. Trivy's own properties
 * (`aquasecurity:trivy:…`, `pkg/sbom/core/bom.go`) hold what a package URL cannot. The dependencies say what belongs to
 * the system and to which lock file.
 * Leaves out what Trivy would not check either: packages without a package URL, and system packages from third-party
 * repositories.
 */
export function toCycloneDx({ name, os, packages }: SbomContents): CycloneDx {
  const root = component({ "bom-ref": "root", type: "container", name }, { SchemaVersion: "2" });
  const system =
    os &&
    component(
      { "bom-ref": "os", type: "operating-system", name: os.family, version: os.name },
      { Class: "os-pkgs", Type: os.family },
    );
  const files = new Map<string, Component>();
  const libraries: Component[] = [];
  const below = new Map<string, string[]>();
  if (system) addTo(below, root["bom-ref"], system["bom-ref"]);
  for (const [index, each] of packages.entries()) {
    if (each.purl === undefined || each.thirdParty === true) continue;
    const library = libraryOf(each, each.purl, index);
    libraries.push(library);
    if (each.system === true) addTo(below, "os", library["bom-ref"]);
    else if (OWN_FILE.has(each.type)) addTo(below, root["bom-ref"], library["bom-ref"]);
    else
      addTo(
        below,
        fileOf(each, files, (ref) => addTo(below, root["bom-ref"], ref)),
        library["bom-ref"],
      );
  }
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: root },
    components: [...(system ? [system] : []), ...files.values(), ...libraries],
    dependencies: [...below].map(([ref, dependsOn]) => ({ ref, dependsOn })),
  };
}

/**
 * Returns the packages of an SBOM as a CycloneDX document of no tool. What their package URLs say of the system and the
 * source package is added as to any other SBOM that Trivy gets. Leaves out packages without a package URL, for which
 * Trivy has no advisories.
 */
export function asCycloneDx({ subject, packages }: Pick<Sbom, "subject" | "packages">): object {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { "bom-ref": "root", type: "container", name: subject ?? "" } },
    components: packages.flatMap(({ name, version, purl }, index) =>
      purl === undefined ? [] : [{ "bom-ref": `package-${index}`, type: "library", name, version, purl }],
    ),
  };
}

/** The lock file or program that lists a package. */
function fileOf({ type, path = "" }: InstalledPackage, files: Map<string, Component>, added: (ref: string) => void) {
  const key = `${type}\0${path}`;
  const known = files.get(key);
  if (known !== undefined) return known["bom-ref"];
  const made = component(
    { "bom-ref": `file-${files.size}`, type: "application", name: path },
    { Class: "lang-pkgs", Type: type },
  );
  files.set(key, made);
  added(made["bom-ref"]);
  return made["bom-ref"];
}

function libraryOf(each: InstalledPackage, purl: string, index: number): Component {
  const [epoch, version] = splitEpoch(each.source?.version ?? "");
  const properties = {
    FilePath: OWN_FILE.has(each.type) ? each.path : undefined,
    LayerDiffID: each.diffId,
    Modularitylabel: each.modularity,
    PkgID: each.id,
    PkgType: each.type,
    SrcName: each.source?.name,
    SrcVersion: version || undefined,
    SrcEpoch: epoch,
  };
  const { name, group } = nameOf(each.name, purl);
  return component(
    { "bom-ref": `package-${index}`, type: "library", name, group, version: each.version, purl },
    properties,
  );
}

/** Trivy joins group and name again. */
function nameOf(name: string, purl: string): { name: string; group?: string | undefined } {
  const parsed = parsePurl(purl);
  return parsed?.type === "maven" || parsed?.type === "npm" ? { name: parsed.name, group: parsed.namespace } : { name };
}

function splitEpoch(version: string): readonly [epoch: string | undefined, version: string] {
  const colon = version.indexOf(":");
  return colon === -1 ? [undefined, version] : [version.slice(0, colon), version.slice(colon + 1)];
}

function component(
  about: Omit<Component, "properties">,
  properties: Readonly<Record<string, string | undefined>>,
): Component {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [{ name: `aquasecurity:trivy:${key}`, value }],
  );
  return { ...about, properties: given };
}
