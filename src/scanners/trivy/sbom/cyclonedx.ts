import { textIn } from "../../../domain/json/is-object.ts";
import { type Purl, parsePurl } from "../../../domain/purl.ts";
import { addSystem, countOf, type Json, Nameless, objectsIn, type Prepared, partIn, piecesOf } from "./listing.ts";
import { isMatched, isNamed, nameAsWritten, type System, sourceOf, systemIn, withVersion } from "./package-urls.ts";

/**
 * Types of components that Trivy reads (`pkg/sbom/cyclonedx/unmarshal.go`). It skips the others with their packages.
 */
const READ_TYPES: ReadonlySet<unknown> = new Set([
  "application",
  "container",
  "file",
  "framework",
  "library",
  "operating-system",
  "platform",
]);

/** Types of components that are packages. A component of another type may be a lock file or a computer. */
const PACKAGES: ReadonlySet<unknown> = new Set(["framework", "library"]);

/** Of one document: what was changed. */
class Changes {
  nested = 0;
  retyped = 0;
  renamed = 0;
  versioned = 0;
  sourced = 0;
  system: System | undefined;

  clauses(): string[] {
    const { nested, retyped, renamed, versioned, sourced, system } = this;
    return [
      nested > 0 && `${countOf(nested, "component")} within others moved to the top`,
      retyped > 0 && `${countOf(retyped, "component")} of a type that Trivy skips given one that it reads`,
      renamed > 0 && `${countOf(renamed, "package")} named as in the package URL`,
      versioned > 0 && `${countOf(versioned, "package URL")} with the component's version`,
      sourced > 0 && `${countOf(sourced, "package")} with the source package that \`upstream\` names`,
      system !== undefined && `the operating system ${system.family} ${system.name}, which all \`distro=\` name`,
    ].filter((clause) => clause !== false);
  }
}

/**
 * Reads a CycloneDX document, and makes a copy of it if Trivy would not read all of it as it is. Trivy reads the first
 * level of components alone, looks packages up by their component's name, and matches no system's packages without a
 * component for the system.
 * @throws Malformed, Misspelt
 */
export function prepareCycloneDx(document: Json): Prepared {
  const metadata = partIn(document, "metadata");
  const subject = partIn(metadata, "component");
  const changes = new Changes();
  const components = flatten(document.components, subject?.components, changes);
  const nameless = new Nameless();
  const purls = new Map<string, Purl | undefined>();
  const systems: System[] = [];
  // Trivy takes what a document describes for the system, too.
  if (subject?.type === "operating-system") addSystem(systems, subject.name, subject.version);
  const read = components.map((each) => {
    const { type, name } = each;
    if (type === "operating-system") addSystem(systems, name, each.version);
    const text = textIn(each.purl);
    if (text === "" && isPackage(each)) nameless.add(name);
    const purl = text === "" ? undefined : parsePurl(text);
    const mended = mend(each, purl, changes);
    if (text === "" || isSaidElsewhere(mended, purl, each)) return mended;
    const given = textIn(mended.purl);
    if (!purls.has(given)) purls.set(given, given === text ? purl : parsePurl(given));
    return mended;
  });
  const root = subject && mendSubject(subject, changes);
  const system = systems.length === 0 ? systemIn(purls.values()) : undefined;
  if (system !== undefined) {
    changes.system = system;
    systems.push(system);
    read.push({ type: "operating-system", name: system.family, version: system.name });
  }
  const isImage = subject?.type === "container";
  const listing = { purls, nameless, isImage, systems };
  const clauses = changes.clauses();
  if (clauses.length === 0 && root === subject) return { listing };
  const head = root === undefined ? document : { ...document, metadata: { ...metadata, component: root } };
  return { listing, copy: { pieces: piecesOf(head, "components", read), changes: clauses } };
}

/**
 * All components at one level, each before those within it. A component that stands within another and was met before,
 * under the same reference, is left out.
 */
function flatten(top: unknown, ofSubject: unknown, changes: Changes): Json[] {
  const flat: Json[] = [];
  const seen = new Set<string>();
  for (const { component, level } of walk(top)) {
    if (level > 0) changes.nested += 1;
    if (isNew(component, seen) || level === 0) flat.push(component);
  }
  for (const { component } of walk(ofSubject)) {
    changes.nested += 1;
    if (isNew(component, seen)) flat.push(component);
  }
  return flat;
}

/** Takes no recursion: a document may nest 100,000 levels. */
function* walk(top: unknown): Generator<{ readonly component: Json; readonly level: number }> {
  const open = [objectsIn(top).values()];
  for (let list = open.at(-1); list !== undefined; list = open.at(-1)) {
    const { value: component, done } = list.next();
    if (done) {
      open.pop();
      continue;
    }
    yield { component, level: open.length - 1 };
    const within = objectsIn(component.components);
    if (within.length > 0) open.push(within.values());
  }
}

/** Many tools name what they recognised by a CPE alone. */
function isPackage({ type, cpe }: Json): boolean {
  return PACKAGES.has(type) || (type !== "operating-system" && textIn(cpe) !== "");
}

/** Two different components may have one reference, by mistake or to hide one of them. */
function isNew({ "bom-ref": ref, purl, group, name, version }: Json, seen: Set<string>): boolean {
  if (textIn(ref) === "") return true;
  const key = JSON.stringify([ref, purl, group, name, version]);
  return seen.size < seen.add(key).size;
}

/** The component as Trivy must get it. The same object if it can stay as it is. */
function mend(component: Json, purl: Purl | undefined, changes: Changes): Json {
  const edits: Record<string, unknown> = {};
  const text = textIn(component.purl);
  if (purl !== undefined && !READ_TYPES.has(component.type)) {
    edits.type = "library";
    changes.retyped += 1;
  }
  const name = properName(component, purl);
  if (name !== undefined) {
    Object.assign(edits, name);
    changes.renamed += 1;
  }
  if (purl !== undefined && isMatched(purl)) {
    if (purl.version === undefined && textIn(component.version) !== "") {
      edits.purl = withVersion(text, textIn(component.version));
      changes.versioned += 1;
    }
    const properties = sourceProperties(component, sourceOf(purl));
    if (properties !== undefined) {
      edits.properties = properties;
      changes.sourced += 1;
    }
  }
  const isFlat = component.components === undefined;
  if (isFlat && Object.keys(edits).length === 0) return component;
  const { components: _within, pedigree: _others, ...flat } = component;
  return { ...flat, ...edits };
}

/** The name of the package URL, if Trivy would look the component up by another one. */
function properName(component: Json, purl: Purl | undefined): Json | undefined {
  if (purl === undefined || !isMatched(purl)) return undefined;
  const [group, own] = [textIn(component.group), textIn(component.name)];
  if (isNamed(purl, group === "" ? own : `${group}/${own}`)) return undefined;
  return { group: "", name: nameAsWritten(textIn(component.purl), purl) };
}

/** Start of the names of Trivy's own properties (`pkg/sbom/core/bom.go`). */
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
 * without a version that is built there. Trivy writes those as libraries.
 */
function isSaidElsewhere(mended: Json, purl: Purl | undefined, given: Json): boolean {
  if (purl?.type === "oci" || purl?.type === "docker") return objectsIn(given.components).length > 0;
  if (purl === undefined || purl.version !== undefined || mended.purl !== given.purl) return false;
  const { type, properties } = given;
  return type === "application" || objectsIn(properties).some(({ name }) => textIn(name).startsWith(TRIVYS));
}

/** What a document describes has its own place. Trivy gives up if it does not know its type. */
function mendSubject(subject: Json, changes: Changes): Json {
  const { components, ...flat } = subject;
  const isKnown = READ_TYPES.has(subject.type);
  if (!isKnown) changes.retyped += 1;
  const name = properName(subject, parsePurl(textIn(subject.purl)));
  if (name !== undefined) changes.renamed += 1;
  if (objectsIn(components).length === 0 && isKnown && name === undefined) return subject;
  return { ...flat, ...name, ...(!isKnown && { type: "application" }) };
}
