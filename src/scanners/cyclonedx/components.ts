import { UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { isDigest, referenceParts } from "../../domain/image/reference.ts";
import { memoize } from "../../domain/memoize.ts";
import { PURL_ECOSYSTEMS, parsePurl } from "../../domain/purl.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import { checked, type ReportSource } from "../given-report.ts";
import { type Component, type Document, nestedSchema } from "./schema.ts";

const SYSTEM_TYPES: ReadonlySet<string> = new Set(["apk", "deb", "rpm", "alpm"]);

/** No image has more. They would fill the memory. */
const MOST = 500_000;

/** All components of a document, also those in others, and what it is about. */
export function componentsOf({ metadata, components }: Document, source: ReportSource): readonly Component[] {
  const all: Component[] = [];
  const waiting: unknown[] = [...(components ?? [])].reverse();
  if (metadata?.component !== undefined) waiting.push(metadata.component);
  while (waiting.length > 0 && all.length < MOST) {
    const { components: inner, ...own } = checked(nestedSchema, waiting.pop(), source, ["components"]);
    all.push(own);
    for (const each of inner ?? []) waiting.push(each);
  }
  return all;
}

/** A component as a package. Undefined: it has neither package URL nor version, such as a file or an image. */
export function packageOf({ name, group, version, purl, properties }: Component): InstalledPackage {
  const url = parsedPurl(purl ?? "");
  const type = url?.type ?? UNSPECIFIED_TYPE;
  const ecosystem = PURL_ECOSYSTEMS.get(type);
  const separator = type === "maven" ? ":" : "/";
  return {
    name: `${group ? `${group}${separator}` : ""}${name ?? ""}`,
    version: version ?? "",
    type,
    ...(ecosystem !== undefined && ecosystem !== type && { ecosystem }),
    ...(url !== undefined && { purl: purl as string }),
    ...(SYSTEM_TYPES.has(type) && { system: true }),
    path: properties.find(({ name: key }) => PATH.test(key ?? ""))?.value?.replace(/^\/+/, "") || undefined,
  };
}

/** Scanners' own properties for the place: `…:FilePath`, `syft:location:0:path`. */
const PATH = /:FilePath$|^syft:location:0:path$/;

const parsedPurl = memoize(parsePurl);

/** The distribution: a component of its own, or what the package URLs of its packages say. */
export function systemOf(components: readonly Component[]): { name: string; version: string } | undefined {
  const own = components.find(({ type, name }) => type === "operating-system" && name);
  if (own) return { name: own.name as string, version: own.version ?? "" };
  for (const { purl } of components) {
    const { type = "", namespace = "", qualifiers = {} } = parsedPurl(purl ?? "") ?? {};
    const [, name = namespace, version] = /^([a-z][\w.-]*?)-(\d[\w.]*)$/i.exec(qualifiers.distro ?? "") ?? [];
    if (SYSTEM_TYPES.has(type) && version !== undefined) return { name, version };
  }
  return undefined;
}

/** The digests of the image that a document says it is about. */
export function digestsOf({ version, purl, properties, "bom-ref": ref }: Component): string[] {
  const texts = [
    version ?? "",
    ...[purl ?? "", ref ?? ""].map((each) => parsePurl(each)?.version ?? ""),
    ...properties.flatMap(({ name, value }) =>
      /:RepoDigest$/.test(name ?? "") ? [referenceParts(value ?? "").digest ?? ""] : [],
    ),
  ];
  return [...new Set(texts)].filter(isDigest);
}
