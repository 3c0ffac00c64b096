import { listIn, textIn } from "../domain/json/is-object.ts";
import { jsonPieces } from "../domain/json/pieces.ts";
import { type Purl, parsePurl } from "../domain/purl.ts";
import { type Json, objectIn, objectsIn } from "./document.ts";
import { isMatched, isNamed, nameAsWritten, sourceOf, withVersion } from "./purls.ts";
import { Listing, NAMED, type Sbom, SOURCED } from "./sbom.ts";

/**
 * Types of components that Trivy reads (`pkg/sbom/cyclonedx/unmarshal.go`). It skips the others with their packages.
 */
const READ_TYPES: ReadonlySet<unknown> = new Set(
  "application container file framework library operating-system platform".split(" "),
);

/** Types of components that are packages. A component of another type may be a lock file or a computer. */
const PACKAGES: ReadonlySet<unknown> = new Set(["framework", "library"]);

const MOVED = "moved to the top level";
const RETYPED = "changed from a type that Trivy skips to one that it reads";

/**
 * Reads a CycloneDX document, with a copy if Trivy would not read all of the original. Trivy reads only the first level
 * of components, looks packages up by their component's name, and matches a system's packages only with a component for
 * the system.
 * @throws JsonFault
 */
export function readCycloneDx(document: Json): Sbom {
  const metadata = objectIn(document.metadata);
  const subject = objectIn(metadata?.component);
  const listing = new Listing();
  // Trivy also accepts the document's subject as the system.
  if (subject?.type === "operating-system") listing.addSystem(subject.name, subject.version);
  const read = flatten(document.components, subject?.components, listing).map((each) => readComponent(each, listing));
  const root = subject && mendSubject(subject, listing);
  const system = listing.addNamedSystem();
  if (system !== undefined) read.push({ type: "operating-system", name: system.family, version: system.name });
  const { packages, purls, nameless, systems } = listing;
  const changes = listing.changes(system);
  const head = root === undefined ? document : { ...document, metadata: { ...metadata, component: root } };
  return {
    ...{ packages, purls, nameless, systems, isImage: subject?.type === "container" },
    format: `CycloneDX ${textIn(document.specVersion)}`.trim(),
    subject: textIn(subject?.name),
    ...((changes.length > 0 || root !== subject) && {
      copy: { pieces: jsonPieces({ ...head, components: read }, 1), changes },
    }),
  };
}

/**
 * All components at one level, each before the components in it. A nested component with the reference of an earlier
 * one is left out.
 */
function flatten(top: unknown, ofSubject: unknown, listing: Listing): Json[] {
  const flat: Json[] = [];
  const seen = new Set<string>();
  const add = (list: unknown, isTop: boolean): void => {
    for (const component of objectsIn(list)) {
      if (!isTop) listing.change("component", MOVED);
      if (isNew(component, seen) || isTop) flat.push(component);
      add(component.components, false);
    }
  };
  add(top, true);
  add(ofSubject, false);
  return flat;
}

/** Two different components may have the same reference, by mistake or to hide one of them. */
function isNew({ "bom-ref": ref, purl, group, name, version }: Json, seen: Set<string>): boolean {
  if (textIn(ref) === "") return true;
  const key = JSON.stringify([ref, purl, group, name, version]);
  return seen.size < seen.add(key).size;
}

/** Adds a component to the listing. Returns it in Trivy's form, which is the same object if nothing changes. */
function readComponent(component: Json, listing: Listing): Json {
  const { type, name } = component;
  if (type === "operating-system") listing.addSystem(name, component.version);
  const text = textIn(component.purl);
  const purl = text === "" ? undefined : parsePurl(text);
  // Files, systems and applications built in the same place are not packages unless they have a package URL.
  if (text !== "" || PACKAGES.has(type))
    listing.addPackage({
      purl: text,
      name: fullName(component),
      version: textIn(component.version),
    });
  // Many tools give only a CPE to a component that they recognised.
  const isPackage = PACKAGES.has(type) || (type !== "operating-system" && textIn(component.cpe) !== "");
  if (text === "" && isPackage) listing.addNameless(name);
  const mended = mend(component, purl, listing);
  const given = textIn(mended.purl);
  if (text !== "" && !isSaidElsewhere(mended, purl, component) && !listing.purls.has(given))
    listing.purls.set(given, given === text ? purl : parsePurl(given));
  return mended;
}

function fullName({ group, name }: Json): string {
  return textIn(group) === "" ? textIn(name) : `${textIn(group)}/${textIn(name)}`;
}

function mend(component: Json, purl: Purl | undefined, listing: Listing): Json {
  const edits: Record<string, unknown> = {};
  const text = textIn(component.purl);
  if (purl !== undefined && !READ_TYPES.has(component.type)) {
    edits.type = "library";
    listing.change("component", RETYPED);
  }
  Object.assign(edits, properName(component, purl, listing));
  if (purl !== undefined && isMatched(purl)) {
    if (purl.version === undefined && textIn(component.version) !== "") {
      edits.purl = withVersion(text, textIn(component.version));
      listing.change("package URL", "with the component's version");
    }
    const properties = sourceProperties(component, sourceOf(purl));
    if (properties !== undefined) {
      edits.properties = properties;
      listing.change("package", SOURCED);
    }
  }
  if (component.components === undefined && Object.keys(edits).length === 0) return component;
  const { components: _within, pedigree: _others, ...flat } = component;
  return { ...flat, ...edits };
}

/** The name in the package URL, if Trivy would look the component up under another one. */
function properName(component: Json, purl: Purl | undefined, listing: Listing): Json | undefined {
  if (purl === undefined || !isMatched(purl) || isNamed(purl, fullName(component))) return undefined;
  listing.change("package", NAMED);
  return { group: "", name: nameAsWritten(textIn(component.purl), purl) };
}

/** Prefix of the names of Trivy's own properties (`pkg/sbom/core/bom.go`). */
const TRIVYS = "aquasecurity:trivy:";
const SOURCE_NAME = `${TRIVYS}SrcName`;

function sourceProperties({ properties }: Json, source: ReturnType<typeof sourceOf>): readonly Json[] | undefined {
  const known = objectsIn(properties);
  if (source === undefined || known.some(({ name }) => name === SOURCE_NAME)) return undefined;
  const [, epoch, version] = /^(?:(\d{1,9}):)?(.*)$/.exec(source.version ?? "") ?? [];
  return [
    ...known,
    { name: SOURCE_NAME, value: source.name },
    ...(version ? [{ name: `${TRIVYS}SrcVersion`, value: version }] : []),
    ...(version && epoch !== undefined ? [{ name: `${TRIVYS}SrcEpoch`, value: epoch }] : []),
  ];
}

/**
 * A component that is not a package to look up: an image whose own components are listed, or the module or application
 * without a version that is built there. Trivy writes these as libraries.
 */
function isSaidElsewhere(mended: Json, purl: Purl | undefined, given: Json): boolean {
  if (purl?.type === "oci" || purl?.type === "docker") return objectsIn(given.components).length > 0;
  if (purl === undefined || purl.version !== undefined || mended.purl !== given.purl) return false;
  return given.type === "application" || hasTrivysProperties(given);
}

/** True if Trivy itself wrote the component. */
function hasTrivysProperties({ properties }: Json): boolean {
  return objectsIn(properties).some(({ name }) => textIn(name).startsWith(TRIVYS));
}

/** True if Trivy made the document. Its properties then contain the packages' paths. */
export function isTrivys({ components }: Json): boolean {
  return objectsIn(components).some(hasTrivysProperties);
}

/** The document's subject has a separate place. Trivy fails if it does not know its type. */
function mendSubject(subject: Json, listing: Listing): Json {
  const { components, ...flat } = subject;
  const isKnown = READ_TYPES.has(subject.type);
  if (!isKnown) listing.change("component", RETYPED);
  const name = properName(subject, parsePurl(textIn(subject.purl)), listing);
  if (listIn(components).length === 0 && isKnown && name === undefined) return subject;
  return { ...flat, ...name, ...(!isKnown && { type: "application" }) };
}
