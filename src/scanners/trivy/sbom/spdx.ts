import { textIn } from "../../../domain/json/is-object.ts";
import { type Purl, parsePurl } from "../../../domain/purl.ts";
import {
  addSystem,
  countOf,
  type Json,
  type Listing,
  Nameless,
  objectsIn,
  type Prepared,
  piecesOf,
} from "./listing.ts";
import { isMatched, isNamed, nameAsWritten, type System, sourceOf, systemIn } from "./package-urls.ts";

/** Starts of the ids of what is not a package: Trivy's own, and Syft's for the thing itself (`pkg/sbom/spdx`). */
const NO_PACKAGE = /^SPDXRef-(?:Application|ContainerImage|DocumentRoot|Filesystem|OperatingSystem|Repository)\b/;
const SYSTEM = "SPDXRef-OperatingSystem";

/**
 * Reads an SPDX 2 document as JSON, and makes a copy of it if Trivy would not read all of it as it is.
 * @throws Malformed, Misspelt
 */
export function prepareSpdx(document: Json): Prepared {
  const packages = objectsIn(document.packages);
  const subject = subjectOf(document);
  const nameless = new Nameless();
  const purls = new Map<string, Purl | undefined>();
  const systems: System[] = [];
  const changes = { renamed: 0, sourced: 0 };
  const read = packages.map((each) => {
    const id = textIn(each.SPDXID);
    if (id.startsWith(SYSTEM)) addSystem(systems, each.name, each.versionInfo);
    const texts = purlsOf(each);
    if (id === subject) return each;
    if (!isOwnModule(each)) for (const text of texts) purls.set(text, parsePurl(text));
    if (texts.length === 0 && !NO_PACKAGE.test(id)) nameless.add(each.name);
    return mend(each, texts[0], changes);
  });
  const system = systems.length === 0 ? systemIn(purls.values()) : undefined;
  if (system !== undefined) {
    systems.push(system);
    read.push(systemPackage(system));
  }
  const isImage = packages.some(({ primaryPackagePurpose: purpose }) => purpose === "CONTAINER");
  const listing: Listing = { purls, nameless, isImage, systems };
  const clauses = [
    changes.renamed > 0 && `${countOf(changes.renamed, "package")} named as in the package URL`,
    changes.sourced > 0 && `${countOf(changes.sourced, "package")} with the source package that \`upstream\` names`,
    system !== undefined && `the operating system ${system.family} ${system.name}, which all \`distro=\` name`,
  ].filter((clause) => clause !== false);
  if (clauses.length === 0) return { listing };
  return { listing, copy: { pieces: piecesOf(document, "packages", read), changes: clauses } };
}

/** Reads an SPDX 2 document as tags and values. Trivy gets it as it is. */
export function prepareSpdxText(text: string): Prepared {
  const purls = new Map<string, Purl | undefined>();
  const systems: System[] = [];
  for (const each of text.split(/^PackageName:/m).slice(1)) {
    const valueAt = (tag: string) => new RegExp(`^${tag}:[ \\t]*(.*)$`, "m").exec(each)?.[1]?.trim();
    if (valueAt("SPDXID")?.startsWith(SYSTEM))
      addSystem(systems, /^.*/.exec(each)?.[0].trim(), valueAt("PackageVersion"));
  }
  for (const [, purl = ""] of text.matchAll(/^ExternalRef:[ \t]*\S+[ \t]+purl[ \t]+(\S+)/gm))
    purls.set(purl, parsePurl(purl));
  const nameless = new Nameless();
  if (purls.size === 0) for (const [, name] of text.matchAll(/^PackageName:[ \t]*(.+)$/gm)) nameless.add(name);
  const isImage = /^PrimaryPackagePurpose:[ \t]*CONTAINER\b/m.test(text);
  return { listing: { purls, nameless, isImage, systems } };
}

/**
 * The id of the package that the document describes, if it is one. A document may say that it describes all of them.
 */
function subjectOf(document: Json): string | undefined {
  const { relationships, documentDescribes } = document;
  const described = new Set<unknown>(Array.isArray(documentDescribes) ? documentDescribes : []);
  for (const { spdxElementId: from, relatedSpdxElement: to, relationshipType: kind } of objectsIn(relationships) ??
    []) {
    if (from === document.SPDXID && kind === "DESCRIBES") described.add(to);
    if (to === document.SPDXID && kind === "DESCRIBED_BY") described.add(from);
  }
  const [only] = described;
  return described.size === 1 ? textIn(only) : undefined;
}

/** All package URLs of a package. Trivy reads the first of those that a package manager is said to know. */
function purlsOf({ externalRefs }: Json): string[] {
  return objectsIn(externalRefs).flatMap(({ referenceType: type, referenceLocator: locator }) =>
    type === "purl" && typeof locator === "string" ? [locator] : [],
  );
}

/** Trivy writes the module that is built there as a package without a version. */
function isOwnModule({ versionInfo, annotations }: Json): boolean {
  if (textIn(versionInfo) !== "") return false;
  return objectsIn(annotations).some(({ comment }) => textIn(comment).startsWith("PkgType: "));
}

/** The package as Trivy must get it. The same object if it can stay as it is. */
function mend(each: Json, text: string | undefined, changes: { renamed: number; sourced: number }): Json {
  const purl = text === undefined ? undefined : parsePurl(text);
  if (text === undefined || purl === undefined || !isMatched(purl)) return each;
  const edits: Record<string, unknown> = {};
  if (!isNamed(purl, textIn(each.name))) {
    edits.name = nameAsWritten(text, purl);
    changes.renamed += 1;
  }
  const source = sourceOf(purl);
  const version = source?.version ?? purl.version;
  if (source !== undefined && version !== undefined && !textIn(each.sourceInfo).startsWith(SOURCE)) {
    edits.sourceInfo = `${SOURCE}: ${source.name} ${version}`;
    changes.sourced += 1;
  }
  return Object.keys(edits).length === 0 ? each : { ...each, ...edits };
}

/** As Trivy itself writes it, and reads it again. */
const SOURCE = "built package from";

function systemPackage({ family, name }: System): Json {
  return { SPDXID: `${SYSTEM}-of-package-urls`, name: family, versionInfo: name, downloadLocation: "NONE" };
}
