import type { LicensedPackage } from "../domain/change/license-changes.ts";
import { ecosystemOfType } from "../domain/change/plain-words.ts";
import { UNSPECIFIED_TYPE } from "../domain/finding.ts";
import { isObject } from "../domain/json/is-object.ts";
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
  const packages = allWithin([...components, ...listOf(subject?.components)]).flatMap((each) => {
    const purl = textOf(each.purl);
    // Files, systems and applications that were built there are no packages unless they have a package URL.
    if (purl === "" && !["library", "framework"].includes(textOf(each.type))) return [];
    const [group, name] = [textOf(each.group), textOf(each.name)];
    const licenses = listOf(each.licenses).filter(isObject).flatMap(cycloneDxLicense);
    return packageOf({ purl, name: group === "" ? name : `${group}/${name}`, version: textOf(each.version), licenses });
  });
  const format = `CycloneDX ${textOf(document.specVersion)}`.trim();
  return { format, subject: textOf(subject?.name), tool: cycloneDxTool(document.metadata), packages };
}

function cycloneDxLicense({ expression, license }: Json): string[] {
  const { id, name } = objectOf(license) ?? {};
  return [textOf(expression) || textOf(id) || textOf(name)].filter((each) => each !== "");
}

/** Until 1.4 the tools are a list, and from 1.5 on components. */
function cycloneDxTool(metadata: unknown): string | undefined {
  const tools = objectOf(metadata)?.tools;
  const [first] = [...listOf(tools), ...listOf(objectOf(tools)?.components)].filter(isObject);
  return textOf(first?.name).toLowerCase() || undefined;
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
  const described = new Set(listOf(document.documentDescribes));
  for (const each of listOf(document.relationships).filter(isObject))
    if (each.relationshipType === "DESCRIBES") described.add(each.relatedSpdxElement);
  const named = licenseNames(document);
  const all = document.packages.filter((each) => isObject(each) && !isSystem(each)) as Json[];
  const others = all.filter(({ SPDXID: id }) => !described.has(id));
  // Some tools say of every package that the document describes it.
  const packages = (others.length > 0 ? others : all).flatMap((each) => {
    const refs = listOf(each.externalRefs).filter(isObject);
    const purl = textOf(refs.find(({ referenceType }) => referenceType === "purl")?.referenceLocator);
    const licenses = [textOf(each.licenseDeclared), textOf(each.licenseConcluded)].find(isStated) ?? "";
    return packageOf({
      ...{ purl, name: textOf(each.name), version: textOf(each.versionInfo) },
      licenses: [named(licenses)],
    });
  });
  const format = textOf(document.spdxVersion);
  return { format, subject: textOf(document.name), tool: spdxTool(document.creationInfo), packages };
}

function isStated(license: string): boolean {
  return !["", "NOASSERTION", "NONE"].includes(license);
}

/** The names of licences that the document defines itself: the ids that tools make for them say nothing. */
function licenseNames({ hasExtractedLicensingInfos: infos }: Json): (expression: string) => string {
  const names = new Map(
    listOf(infos)
      .filter(isObject)
      .map(({ licenseId, name, extractedText }) => [textOf(licenseId), textOf(name) || textOf(extractedText)]),
  );
  return (expression) => expression.replace(/LicenseRef-[\w.-]+/g, (id) => names.get(id) || id);
}

/** `Tool: syft-1.18.0` */
function spdxTool(info: unknown): string | undefined {
  const tools = listOf(objectOf(info)?.creators).map((each) => /^Tool: (.+?)(?:-v?\d.*)?$/.exec(textOf(each))?.[1]);
  return tools.find((each) => each !== undefined)?.toLowerCase();
}

/** Before SPDX 2.3 nothing has a purpose, and a scanner's ids say what is not a package. */
function isSystem({ primaryPackagePurpose: purpose, SPDXID: id }: Json): boolean {
  if (/^SPDXRef-(?:OperatingSystem|ContainerImage)-/.test(textOf(id))) return true;
  return ["OPERATING-SYSTEM", "CONTAINER", "FILE", "SOURCE"].includes(textOf(purpose).toUpperCase());
}

function syft({ artifacts, source, schema }: Json): Sbom {
  const packages = listOf(artifacts)
    .filter(isObject)
    .flatMap((each) => {
      const [first] = listOf(each.locations).filter(isObject);
      const licenses = listOf(each.licenses).map((one) =>
        isObject(one) ? textOf(one.spdxExpression) || textOf(one.value) : textOf(one),
      );
      const made = packageOf({
        ...{ purl: textOf(each.purl), name: textOf(each.name), version: textOf(each.version) },
        licenses,
      });
      return made.map((one) => ({
        ...one,
        type: one.type === UNSPECIFIED_TYPE ? textOf(each.type) : one.type,
        path: textOf(first?.path).replace(/^\/+/, "") || undefined,
      }));
    });
  const version = isObject(schema) ? textOf(schema.version) : "";
  return {
    format: `Syft JSON ${version}`.trim(),
    subject: isObject(source) ? textOf(source.name) : undefined,
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

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}
