import { addTo } from "../domain/collections.ts";
import { UNSPECIFIED_TYPE } from "../domain/finding.ts";
import { textIn } from "../domain/json/is-object.ts";
import { ecosystemOfType, type Purl, parsePurl } from "../domain/purl.ts";
import type { InstalledPackage } from "../domain/target.ts";
import { type System, systemIn } from "./purls.ts";

/** The contents of an SBOM. All texts are untrusted. */
export interface Sbom {
  /** `CycloneDX 1.6`. */
  readonly format: string;
  /** Its subject, as it claims. */
  readonly subject?: string | undefined;
  /** Packages without a package URL are identified by type and name. */
  readonly packages: readonly InstalledPackage[];
  /** The package URLs that a scanner gets, without the subject's own. Undefined: it is invalid. */
  readonly purls: ReadonlyMap<string, Purl | undefined>;
  /** Libraries without a package URL, which no scanner can look up: their number, and some of the names. */
  readonly nameless: { readonly count: number; readonly examples: readonly string[] };
  /** It claims to describe an image: CycloneDX by its subject, SPDX by one of its packages. */
  readonly isImage: boolean;
  /** The different operating systems that it names. */
  readonly systems: readonly System[];
  /** The document with all parts that scanners would otherwise not read. Absent: they read all of the original. */
  readonly copy?: Copy | undefined;
}

interface Copy {
  /** The pieces of its text. */
  readonly pieces: Iterable<string>;
  /** How it differs from the original, as clauses. */
  readonly changes: readonly string[];
}

/** Highest number of examples that a message names. */
export const MOST_EXAMPLES = 3;
/** More than one system is a mistake, so a few of many are enough. */
const MOST_SYSTEMS = 10;

/** Collects the contents of a document. */
export class Listing {
  readonly packages: InstalledPackage[] = [];
  readonly purls = new Map<string, Purl | undefined>();
  readonly nameless = { count: 0, examples: [] as string[] };
  readonly systems: System[] = [];
  readonly #changes = new Map<string, string[]>();

  addNameless(name: unknown): void {
    this.nameless.count += 1;
    if (this.nameless.examples.length < MOST_EXAMPLES && typeof name === "string") this.nameless.examples.push(name);
  }

  addSystem(family: unknown, name: unknown): void {
    const system = { family: textIn(family), name: textIn(name) };
    const isKnown = this.systems.some((each) => each.family === system.family && each.name === system.name);
    if (this.systems.length < MOST_SYSTEMS && !isKnown) this.systems.push(system);
  }

  /** Adds the system that all package URLs name, if the document names none itself. */
  addNamedSystem(): System | undefined {
    const system = this.systems.length === 0 ? systemIn(this.purls.values()) : undefined;
    if (system !== undefined) this.systems.push(system);
    return system;
  }

  /** A package by its package URL, otherwise by its name. A package with neither is left out. */
  addPackage(given: {
    readonly purl: string;
    readonly name: string;
    readonly version: string;
    readonly type?: string;
    readonly path?: string | undefined;
  }): void {
    const { name, version, purl, path, type = UNSPECIFIED_TYPE } = given;
    const parsed = parsePurl(purl);
    const own = { name, version, type, ...(path !== undefined && { path }) };
    if (parsed === undefined) {
      if (name !== "") this.packages.push(own);
      return;
    }
    const named = { name: name || parsed.name, version: parsed.version ?? version };
    this.packages.push({ ...own, ...named, type: parsed.type, purl, ecosystem: ecosystemOfType(parsed.type) });
  }

  /** Counts a change of the copy: `2 components moved to the top level`. */
  change(noun: string, what: string): void {
    addTo(this.#changes, what, noun);
  }

  /** Clauses about the copy. */
  changes(system: System | undefined): string[] {
    const counted = [...this.#changes].map(
      ([what, { length, 0: noun }]) => `${length} ${noun}${length === 1 ? "" : "s"} ${what}`,
    );
    if (system === undefined) return counted;
    return [...counted, `the operating system ${system.family} ${system.name}, which all \`distro=\` qualifiers name`];
  }
}

/** Changes of a copy that both formats need. */
export const NAMED = "named as in the package URL";
export const SOURCED = "with the source package that `upstream` names";
