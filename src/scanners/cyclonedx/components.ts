import { z } from "zod";
import { UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { NAMED } from "../../domain/foreign/advisory-ids.ts";
import { type NamedSystem, systemNamed } from "../../domain/foreign/systems.ts";
import { referenceParts } from "../../domain/image/reference.ts";
import { memoize } from "../../domain/memoize.ts";
import { PURL_ECOSYSTEMS, parsePurl } from "../../domain/purl.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import { SYSTEM_TYPES } from "../applications.ts";
import { listOf, pathIn, ReportSource, word, words } from "../given-report.ts";

export const CYCLONEDX = new ReportSource({
  name: "CycloneDX",
  remedy:
    "Let the scanner write its findings and its components into one CycloneDX file, and give it as it was written.",
  lowest: /^(?:info|negligible|none)$/i,
});

// The parts of CycloneDX from 1.4 on that a report of vulnerabilities needs.

const componentSchema = z.object({
  ...words("type", "name", "group", "version"),
  purl: z.string().max(10_000).nullish(),
  "bom-ref": z.string().max(10_000).nullish(),
  properties: listOf(z.object({ name: word.nullish(), value: z.string().nullish() })),
});
export type Component = z.output<typeof componentSchema>;

/** A component's own fields. Nested components are read separately, since they may nest deep. */
export const nestedSchema = componentSchema.extend({ components: z.array(z.unknown()).nullish() });

const ratingSchema = z.object({
  ...words("severity", "method", "vector"),
  source: z.object(words("name")).nullish(),
  score: z.number().min(0).max(10).nullish(),
});
export type Rating = z.output<typeof ratingSchema>;

const vulnerabilitySchema = z.object({
  id: z.string().regex(NAMED).max(1000),
  references: listOf(z.object(words("id"))),
  ratings: listOf(ratingSchema),
  description: z.string().nullish(),
  recommendation: z.string().max(200_000).nullish(),
  ...words("published"),
  source: z.object({ url: z.string().nullish() }).nullish(),
  advisories: listOf(z.object({ url: z.string().nullish() })),
  affects: listOf(
    z.object({
      ref: z.string().max(10_000),
      versions: listOf(z.object(words("range", "status"))),
    }),
  ),
  analysis: z.object(words("state")).nullish(),
});
export type Vulnerability = z.output<typeof vulnerabilitySchema>;

const toolSchema = z.object(words("name", "version"));

export const documentSchema = z.object({
  ...words("serialNumber"),
  specVersion: word,
  metadata: z
    .object({
      ...words("timestamp"),
      // A list until 1.4, later an object.
      tools: z.union([z.array(toolSchema), z.object({ components: listOf(toolSchema) })]).nullish(),
      component: z.unknown().optional(),
    })
    .nullish(),
  components: z.array(z.unknown()).nullish(),
  vulnerabilities: z.array(vulnerabilitySchema).min(1).max(500_000),
});
export type Document = z.output<typeof documentSchema>;

/** No image has more. They would fill the memory. */
const MOST = 500_000;

/** All components of a document, including nested ones, and the subject of the document. */
export function componentsOf({ metadata, components }: Document): readonly Component[] {
  const all: Component[] = [];
  const waiting: unknown[] = [...(components ?? [])].reverse();
  if (metadata?.component !== undefined) waiting.push(metadata.component);
  while (waiting.length > 0) {
    if (all.length === MOST) throw CYCLONEDX.invalid("has more than 500,000 components");
    const { components: inner, ...own } = CYCLONEDX.checked(nestedSchema, waiting.pop(), ["components"]);
    all.push(own);
    for (const each of inner ?? []) waiting.push(each);
  }
  return all;
}

/** A component as a package. Undefined: it has neither a package URL nor a version, such as a file or an image. */
export function packageOf({ name, group, version, purl, properties }: Component): InstalledPackage {
  const url = parsedPurl(purl ?? "");
  const type = url?.type ?? UNSPECIFIED_TYPE;
  const ecosystem = PURL_ECOSYSTEMS.get(type);
  const isSystem = SYSTEM_TYPES.has(type);
  const separator = type === "maven" ? ":" : "/";
  return {
    name: `${group ? `${group}${separator}` : ""}${name ?? ""}`,
    version: isSystem ? withEpoch(version ?? "", url?.qualifiers.epoch) : (version ?? ""),
    type,
    ...(ecosystem !== undefined && ecosystem !== type && { ecosystem }),
    ...(url !== undefined && { purl: purl as string }),
    // A distribution's package has the path of a list, or of any of its files.
    ...(isSystem
      ? { system: true }
      : { path: pathIn(properties.find(({ name: key }) => PATH.test(key ?? ""))?.value) }),
  };
}

/** Some scanners have the epoch in the package URL alone, and others in the version. */
function withEpoch(version: string, epoch = ""): string {
  return /^\d+$/.test(epoch) && !version.includes(":") ? `${epoch}:${version}` : version;
}

/** Scanners' own properties for the place: `…:FilePath`, `syft:location:0:path`. */
const PATH = /:FilePath$|^syft:location:0:path$/;

const parsedPurl = memoize(parsePurl);

/** The distribution in a package URL: `distro=debian-12`. */
function distroOf({ purl }: Component): NamedSystem | undefined {
  const { type = "", namespace = "", qualifiers = {} } = parsedPurl(purl ?? "") ?? {};
  const [, name = namespace, version] = /^([a-z][\w.-]*?)-(\d[\w.]*)$/i.exec(qualifiers.distro ?? "") ?? [];
  return SYSTEM_TYPES.has(type) && version !== undefined ? { name, version } : undefined;
}

/**
 * The reason why the packages might belong to another release than the named one, as a clause: their URLs, or a second
 * system. Undefined: there is no sign of that.
 */
export function otherRelease(system: NamedSystem, components: readonly Component[]): string | undefined {
  const systems = components.filter(({ type, name }) => type === "operating-system" && name);
  const [, second] = systems;
  if (second !== undefined && !systems.every((each) => isSameRelease(releaseOf(each), system)))
    return `it names ${systems.length} of them, such as ${system.name} ${system.version} and ${second.name} ${second.version ?? ""}`.trim();
  const named = components.flatMap((each) => distroOf(each) ?? []);
  const others = named.filter((each) => !isSameRelease(each, system));
  const [first] = others;
  return first && others.length * 2 > named.length
    ? `it says that it is ${system.name} ${system.version}, but ${others.length} of its package URLs are of ${first.name} ${first.version}`
    : undefined;
}

function releaseOf({ name, version }: Component): NamedSystem {
  return { name: name ?? "", version: version ?? "" };
}

/** `12` is a part of `12.8`. Versions that are not numbers are not compared. */
function isSameRelease(a: NamedSystem, b: NamedSystem): boolean {
  const [one, other] = [a, b].map(({ name }) => systemNamed(name)?.name ?? name.toLowerCase());
  const [mine, theirs] = [a, b].map(({ version }) => /^\d+(?:\.\d+)*/.exec(version)?.[0]);
  if (mine === undefined || theirs === undefined) return one === other;
  return one === other && (`${mine}.`.startsWith(`${theirs}.`) || `${theirs}.`.startsWith(`${mine}.`));
}

/** The distribution: its own component, or the one in the package URLs. */
export function systemOf(components: readonly Component[]): NamedSystem | undefined {
  const own = components.find(({ type, name }) => type === "operating-system" && name);
  if (own) return releaseOf(own);
  for (const each of components) {
    const named = distroOf(each);
    if (named !== undefined) return named;
  }
  return undefined;
}

/** The digests of the image that a document says it is about. */
export function digestsOf({ version, purl, properties, "bom-ref": ref }: Component) {
  return [
    version,
    ...[purl ?? "", ref ?? ""].map((each) => parsePurl(each)?.version),
    ...properties.flatMap(({ name, value }) =>
      /:RepoDigest$/.test(name ?? "") ? [referenceParts(value ?? "").digest] : [],
    ),
  ];
}
