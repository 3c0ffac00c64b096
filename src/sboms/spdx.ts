import { listIn, textIn } from "../domain/json/is-object.ts";
import { jsonPieces } from "../domain/json/pieces.ts";
import { type Purl, parsePurl } from "../domain/purl.ts";
import { type Json, objectsIn } from "./document.ts";
import { isMatched, isNamed, nameAsWritten, sourceOf } from "./purls.ts";
import { Listing, NAMED, type Sbom, SOURCED } from "./sbom.ts";

/** Prefixes of ids that are not packages: the scanner's own, and Syft's for the subject itself (`pkg/sbom/spdx`). */
const NO_PACKAGE = /^SPDXRef-(?:Application|ContainerImage|DocumentRoot|Filesystem|OperatingSystem|Repository)\b/;
const SYSTEM = "SPDXRef-OperatingSystem";

/**
 * Reads an SPDX 2 document as JSON, with a copy if the scanner would not read all of the original.
 * @throws JsonFault
 */
export function readSpdx(document: Json): Sbom {
  const all = objectsIn(document.packages);
  const subject = subjectOf(document);
  const listing = new Listing();
  const read = all.map((each) => {
    const id = textIn(each.SPDXID);
    if (id.startsWith(SYSTEM)) listing.addSystem(each.name, each.versionInfo);
    if (id === subject) return each;
    const texts = purlsOf(each);
    if (!isOwnModule(each)) for (const text of texts) listing.purls.set(text, parsePurl(text));
    if (texts.length === 0 && !NO_PACKAGE.test(id)) listing.addNameless(each.name);
    if (!isThing(each)) {
      const [purl = ""] = texts;
      listing.addPackage({ purl, name: textIn(each.name), version: textIn(each.versionInfo) });
    }
    return mend(each, texts[0], listing);
  });
  const system = listing.addNamedSystem();
  const own = { SPDXID: `${SYSTEM}-of-package-urls`, downloadLocation: "NONE" };
  if (system !== undefined) read.push({ ...own, name: system.family, versionInfo: system.name });
  const { packages, purls, nameless, systems } = listing;
  const changes = listing.changes(system);
  return {
    ...{ packages, purls, nameless, systems },
    isImage: all.some(({ primaryPackagePurpose: purpose }) => purpose === "CONTAINER"),
    format: textIn(document.spdxVersion),
    subject: textIn(document.name),
    ...(changes.length > 0 && { copy: { pieces: jsonPieces({ ...document, packages: read }, 1), changes } }),
  };
}

/** Reads an SPDX 2 document as tags and values. Scanners get the original. */
export function readSpdxText(text: string): Sbom {
  const listing = new Listing();
  for (const each of text.split(/^PackageName:/m).slice(1)) {
    const valueAt = (tag: string) => new RegExp(`^${tag}:[ \\t]*(.*)$`, "m").exec(each)?.[1]?.trim();
    if (valueAt("SPDXID")?.startsWith(SYSTEM))
      listing.addSystem(/^.*/.exec(each)?.[0].trim(), valueAt("PackageVersion"));
  }
  for (const [, purl = ""] of text.matchAll(/^ExternalRef:[ \t]*\S+[ \t]+purl[ \t]+(\S+)/gm))
    listing.purls.set(purl, parsePurl(purl));
  const { packages, purls, nameless, systems } = listing;
  if (purls.size === 0) for (const [, name] of text.matchAll(/^PackageName:[ \t]*(.+)$/gm)) listing.addNameless(name);
  const isImage = /^PrimaryPackagePurpose:[ \t]*CONTAINER\b/m.test(text);
  return { format: "SPDX", packages, purls, nameless, systems, isImage };
}

/** The id of the only package that the document describes. Some tools mark every package as described. */
function subjectOf({ SPDXID: own, relationships, documentDescribes }: Json): string | undefined {
  const described = new Set<unknown>(listIn(documentDescribes));
  for (const { spdxElementId: from, relatedSpdxElement: to, relationshipType: kind } of objectsIn(relationships)) {
    if (from === own && kind === "DESCRIBES") described.add(to);
    if (to === own && kind === "DESCRIBED_BY") described.add(from);
  }
  const [only] = described;
  return described.size === 1 ? textIn(only) : undefined;
}

/** All package URLs of a package. The scanner reads the first one in the category for package managers. */
function purlsOf({ externalRefs }: Json): string[] {
  return objectsIn(externalRefs).flatMap(({ referenceType: type, referenceLocator: locator }) =>
    type === "purl" && typeof locator === "string" ? [locator] : [],
  );
}

/** The scanner lists the module that is built there as a package without a version. */
function isOwnModule({ versionInfo, annotations }: Json): boolean {
  if (textIn(versionInfo) !== "") return false;
  return objectsIn(annotations).some(({ comment }) => textIn(comment).startsWith("PkgType: "));
}

/** True for an image, a system or a file. Before SPDX 2.3, only a scanner's ids show the kind of a package. */
function isThing({ primaryPackagePurpose: purpose, SPDXID: id }: Json): boolean {
  if (/^SPDXRef-(?:OperatingSystem|ContainerImage)-/.test(textIn(id))) return true;
  return ["OPERATING-SYSTEM", "CONTAINER", "FILE", "SOURCE"].includes(textIn(purpose).toUpperCase());
}

/** The package in the scanner's form, which is the same object if nothing changes. */
function mend(each: Json, text: string | undefined, listing: Listing): Json {
  const purl: Purl | undefined = text === undefined ? undefined : parsePurl(text);
  if (text === undefined || purl === undefined || !isMatched(purl)) return each;
  const edits: Record<string, unknown> = {};
  if (!isNamed(purl, textIn(each.name))) {
    edits.name = nameAsWritten(text, purl);
    listing.change("package", NAMED);
  }
  const source = sourceOf(purl);
  const version = source?.version ?? purl.version;
  if (source !== undefined && version !== undefined && !textIn(each.sourceInfo).startsWith(SOURCE)) {
    edits.sourceInfo = `${SOURCE}: ${source.name} ${version}`;
    listing.change("package", SOURCED);
  }
  return Object.keys(edits).length === 0 ? each : { ...each, ...edits };
}

/** As the scanner itself writes it, and reads it again. */
const SOURCE = "built package from";
