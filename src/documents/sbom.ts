import type { LicensedPackage } from "../domain/change/license-changes.ts";
import { ecosystemOfType } from "../domain/change/plain-words.ts";
import { UNSPECIFIED_TYPE } from "../domain/finding.ts";
import { isObject, listIn, textIn } from "../domain/json/is-object.ts";
import { parsePurl } from "../domain/purl.ts";

type Json = Readonly<Record<string, unknown>>;

/** What an SBOM lists. */
export interface Sbom {
  /** `CycloneDX 1.6`. */
  readonly format: string;
  /** What it says it is about. Untrusted. */
  readonly subject?: string | undefined;
  /** Which program made it, in lower case and without a version: `syft`. Untrusted. */
  readonly tool?: string | undefined;
  readonly packages: readonly LicensedPackage[];
}

/** Whether JSON is an SBOM: CycloneDX, SPDX 2 or Syft's own. */
export function isSbom(document: Json): boolean {
  return document.bomFormat === "CycloneDX" || "spdxVersion" in document || isSyft(document);
}

function isSyft({ artifacts, descriptor }: Json): boolean {
  return Array.isArray(artifacts) && isObject(descriptor) && descriptor.name === "syft";
}

/**
 * Reads the packages of an SBOM. Those without a package URL are known by type and name.
 * @returns `wrong`: a clause about what is not as its format says
 */
export function readSbom(document: Json): Sbom | { readonly wrong: string } {
  if (document.bomFormat === "CycloneDX") return cycloneDx(document);
  return "spdxVersion" in document ? spdx(document) : syft(document);
}

function cycloneDx(document: Json): Sbom | { readonly wrong: string } {
  const subject = isObject(document.metadata) ? objectOf(document.metadata.component) : undefined;
  const { components = [] } = document;
  if (!Array.isArray(components)) return { wrong: "has components that are no list" };
  const packages = allWithin([...components, ...listIn(subject?.components)]).flatMap((each) => {
    const purl = textIn(each.purl);
    // Files, systems and applications that were built there are no packages unless they have a package URL.
    if (purl === "" && !["library", "framework"].includes(textIn(each.type))) return [];
    const [group, name] = [textIn(each.group), textIn(each.name)];
    const licenses = listIn(each.licenses).filter(isObject).flatMap(cycloneDxLicense);
    return packageOf({ purl, name: group === "" ? name : `${group}/${name}`, version: textIn(each.version), licenses });
  });
  const format = `CycloneDX ${textIn(document.specVersion)}`.trim();
  return { format, subject: textIn(subject?.name), tool: cycloneDxTool(document.metadata), packages };
}

function cycloneDxLicense({ expression, license }: Json): string[] {
  const { id, name } = objectOf(license) ?? {};
  return [textIn(expression) || textIn(id) || textIn(name)].filter((each) => each !== "");
}

/** Until 1.4 the tools are a list, and from 1.5 on components. */
function cycloneDxTool(metadata: unknown): string | undefined {
  const tools = objectOf(metadata)?.tools;
  const [first] = [...listIn(tools), ...listIn(objectOf(tools)?.components)].filter(isObject);
  return textIn(first?.name).toLowerCase() || undefined;
}

/** Components, and those within others. Takes no recursion, since a document may nest deep. */
function allWithin(top: readonly unknown[]): Json[] {
  const all: Json[] = [];
  const waiting = [top];
  for (let list = waiting.pop(); list !== undefined; list = waiting.pop())
    for (const each of list.filter(isObject)) {
      all.push(each);
      if (Array.isArray(each.components)) waiting.push(each.components);
    }
  return all;
}

function spdx(document: Json): Sbom | { readonly wrong: string } {
  if (!Array.isArray(document.packages)) return { wrong: "has no list of packages" };
  const described = new Set(listIn(document.documentDescribes));
  for (const each of listIn(document.relationships).filter(isObject))
    if (each.relationshipType === "DESCRIBES") described.add(each.relatedSpdxElement);
  const named = licenseNames(document);
  const packages = document.packages.filter(isObject).flatMap((each) => {
    if (described.has(each.SPDXID) || isSystem(each)) return [];
    const refs = listIn(each.externalRefs).filter(isObject);
    const purl = textIn(refs.find(({ referenceType }) => referenceType === "purl")?.referenceLocator);
    const licenses = [textIn(each.licenseDeclared), textIn(each.licenseConcluded)].find(isStated) ?? "";
    return packageOf({
      ...{ purl, name: textIn(each.name), version: textIn(each.versionInfo) },
      licenses: [named(licenses)],
    });
  });
  const format = textIn(document.spdxVersion);
  return { format, subject: textIn(document.name), tool: spdxTool(document.creationInfo), packages };
}

function isStated(license: string): boolean {
  return !["", "NOASSERTION", "NONE"].includes(license);
}

/** The names of licences that the document defines itself: the ids that tools make for them say nothing. */
function licenseNames({ hasExtractedLicensingInfos: infos }: Json): (expression: string) => string {
  const names = new Map(
    listIn(infos)
      .filter(isObject)
      .map(({ licenseId, name, extractedText }) => [textIn(licenseId), textIn(name) || textIn(extractedText)]),
  );
  return (expression) => expression.replace(/LicenseRef-[\w.-]+/g, (id) => names.get(id) || id);
}

/** `Tool: syft-1.18.0` */
function spdxTool(info: unknown): string | undefined {
  const tools = listIn(objectOf(info)?.creators).map((each) => /^Tool: (.+?)(?:-v?\d.*)?$/.exec(textIn(each))?.[1]);
  return tools.find((each) => each !== undefined)?.toLowerCase();
}

/** Before SPDX 2.3 nothing has a purpose, and a scanner's ids say what is not a package. */
function isSystem({ primaryPackagePurpose: purpose, SPDXID: id }: Json): boolean {
  if (/^SPDXRef-(?:OperatingSystem|ContainerImage)-/.test(textIn(id))) return true;
  return ["OPERATING-SYSTEM", "CONTAINER", "FILE", "SOURCE"].includes(textIn(purpose).toUpperCase());
}

function syft({ artifacts, source, schema }: Json): Sbom {
  const packages = listIn(artifacts)
    .filter(isObject)
    .flatMap((each) => {
      const [first] = listIn(each.locations).filter(isObject);
      const licenses = listIn(each.licenses).map((one) =>
        isObject(one) ? textIn(one.spdxExpression) || textIn(one.value) : textIn(one),
      );
      const made = packageOf({
        ...{ purl: textIn(each.purl), name: textIn(each.name), version: textIn(each.version) },
        licenses,
      });
      return made.map((one) => ({
        ...one,
        type: one.type === UNSPECIFIED_TYPE ? textIn(each.type) : one.type,
        path: textIn(first?.path).replace(/^\/+/, "") || undefined,
      }));
    });
  const version = isObject(schema) ? textIn(schema.version) : "";
  return {
    format: `Syft JSON ${version}`.trim(),
    subject: isObject(source) ? textIn(source.name) : undefined,
    tool: "syft",
    packages,
  };
}

/** A package by its package URL, else by its name. Absent: it has neither. */
function packageOf(given: {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
}): LicensedPackage[] {
  const licenses = given.licenses.filter((each) => each !== "");
  const parsed = given.purl === "" ? undefined : parsePurl(given.purl);
  if (parsed === undefined)
    return given.name === "" ? [] : [{ name: given.name, version: given.version, type: UNSPECIFIED_TYPE, licenses }];
  return [
    {
      name: given.name || parsed.name,
      version: parsed.version ?? given.version,
      type: parsed.type,
      ecosystem: ecosystemOfType(parsed.type),
      purl: given.purl,
      licenses,
    },
  ];
}

function objectOf(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}
