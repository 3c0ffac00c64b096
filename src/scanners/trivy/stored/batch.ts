import { addTo } from "../../../domain/collections.ts";
import type { ReportDocument } from "../report/document.ts";
import type { UnpackedSbom } from "./stored-sbom.ts";

type Row = Readonly<Record<string, unknown>>;

/** The SBOMs of several images in one document: Trivy's start takes longer than its look at one of them. */
export interface Batch {
  readonly text: string;
  /** What a reference in it stands for: in which SBOM, and under which reference. */
  readonly meant: ReadonlyMap<string, readonly Meant[]>;
}

interface Meant {
  readonly sbom: number;
  readonly ref: string;
}

interface Document {
  readonly metadata?: Row;
  readonly components?: readonly Row[];
  readonly dependencies?: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const SYSTEM = "system";
const ROOT = "root";
const FILE_PATH = "aquasecurity:trivy:FilePath";
/** What of a system's package depends on the image that it is in. */
const OF_IMAGE = /^aquasecurity:trivy:Layer/;

/**
 * Writes SBOMs of the same operating system into one. Trivy takes a system's packages of one name and version for one,
 * so such a package stands in it once. Files have their image's number before their path, as they would else be the
 * same file.
 */
export function batchOf(sboms: readonly UnpackedSbom[]): Batch {
  const batch = new Joined();
  const documents = sboms.map(({ text }) => JSON.parse(text) as Document);
  for (const [sbom, document] of documents.entries()) batch.add(sbom, document);
  const [first] = documents;
  return { text: JSON.stringify({ ...first, ...batch.content(first?.metadata) }), meant: batch.meant };
}

class Joined {
  readonly meant = new Map<string, Meant[]>();
  readonly #components = new Map<string, Row>();
  readonly #edges = new Map<string, Set<string>>([[ROOT, new Set([SYSTEM])]]);
  /** By all that is in them except their image's layers. */
  readonly #systemPackages = new Map<string, string>();

  add(sbom: number, { components = [], dependencies = [] }: Document): void {
    const refs = new Map(components.map((each) => [String(each["bom-ref"]), this.#component(sbom, each)]));
    for (const { ref, dependsOn = [] } of dependencies) {
      const from = refs.get(ref);
      if (from === undefined) continue;
      const to = this.#edges.get(from) ?? new Set();
      for (const each of dependsOn) to.add(refs.get(each) ?? each);
      this.#edges.set(from, to);
    }
  }

  content(metadata: Row = {}) {
    const { component } = metadata as { component?: Row };
    const known = this.#components;
    const dependencies = [...this.#edges].map(([ref, to]) => ({
      ref,
      dependsOn: [...to].filter((each) => known.has(each)),
    }));
    const components = [...known.values()];
    return { metadata: { ...metadata, component: { ...component, "bom-ref": ROOT } }, components, dependencies };
  }

  /** Adds a component unless there is one that means the same. Returns its new reference. */
  #component(sbom: number, component: Row): string {
    const ref = String(component["bom-ref"]);
    const name = this.#nameOf(component, `${sbom}:${ref}`);
    addTo(this.meant, name, { sbom, ref });
    if (!this.#components.has(name)) this.#components.set(name, inImage(component, sbom, name));
    return name;
  }

  #nameOf(component: Row, own: string): string {
    if (component.type === "operating-system") return SYSTEM;
    if (isFile(component)) return own;
    const key = JSON.stringify({ ...component, ...propertiesOf(component), "bom-ref": "" });
    const known = this.#systemPackages.get(key) ?? own;
    this.#systemPackages.set(key, known);
    return known;
  }
}

/** A lock file, or a package that lies in a file of its own or in one. */
function isFile({ type, purl }: Row): boolean {
  return type === "application" || !/^pkg:(?:deb|apk|rpm)\//.test(String(purl));
}

function propertiesOf({ properties }: Row): { readonly properties: readonly unknown[] } {
  const list = Array.isArray(properties) ? (properties as readonly Row[]) : [];
  return { properties: list.filter(({ name }) => !OF_IMAGE.test(String(name))) };
}

function inImage(component: Row, sbom: number, ref: string): Row {
  const list = Array.isArray(component.properties) ? (component.properties as readonly Row[]) : [];
  const properties = list.map((each) => (each.name === FILE_PATH ? { ...each, value: `${sbom}/${each.value}` } : each));
  const name = component.type === "application" ? { name: `${sbom}/${component.name}` } : {};
  return { ...component, ...name, properties, "bom-ref": ref };
}

/** The report about a batch as one report for each of its SBOMs. */
export function split({ head, results }: ReportDocument, { meant }: Batch, count: number): ReportDocument[] {
  const parts = Array.from({ length: count }, () => [] as ReportDocument["results"][number][]);
  for (const { fields, rows } of results) {
    const own = parts.map(() => new Map<string, Row[]>());
    for (const [key, list] of rows) {
      const field = key === "Packages" ? "Identifier" : "PkgIdentifier";
      for (const row of list) {
        const identifier = (row as Row)[field] as Row | undefined;
        for (const { sbom, ref } of meant.get(String(identifier?.BOMRef)) ?? []) {
          const part = own[sbom];
          const copies = part?.get(key) ?? [];
          copies.push({ ...(row as Row), [field]: { ...identifier, BOMRef: ref } });
          part?.set(key, copies);
        }
      }
    }
    for (const [sbom, part] of own.entries()) if (part.size > 0) parts[sbom]?.push({ fields, rows: part });
  }
  return parts.map((part) => ({ head, results: part }));
}
