import { z } from "zod";
import { parsePurl } from "../../../domain/purl.ts";
import type { InstalledPackage } from "../../../domain/target.ts";
import { ecosystemNamed, SYSTEM_TYPES } from "../../applications.ts";
import { word, words } from "../../given-report.ts";
import { GRYPE } from "../report/schema.ts";

// Grype's own report lists only packages with a finding. Its CycloneDX lists all packages.

const long = z.string().max(10_000);
const componentSchema = z.object({
  ...words("version"),
  ...{ type: word, name: word },
  purl: long.nullish(),
  properties: z.array(z.object({ name: word, value: long })).nullish(),
});
const documentSchema = z.object({
  bomFormat: z.literal("CycloneDX"),
  components: z.array(z.unknown()).max(500_000).nullish(),
});

/** A package that Grype has seen. */
export interface SeenByGrype extends InstalledPackage {
  /** Other paths by which it was recognised. */
  readonly paths: readonly string[];
}

/**
 * The packages in Grype's CycloneDX.
 * @throws GateError `report-invalid`
 */
export function packagesIn(value: unknown): readonly SeenByGrype[] {
  const { components } = GRYPE.checked(documentSchema, value);
  return (components ?? []).flatMap((each, index) => {
    const { name, version, purl, properties } = GRYPE.checked(componentSchema, each, ["components", index]);
    const told = new Map((properties ?? []).map((property) => [property.name, property.value]));
    const type = told.get("syft:package:type");
    // Files and the operating system are components, too.
    if (type === undefined) return [];
    const paths = pathsIn(told);
    const isSystem = SYSTEM_TYPES.has(type);
    const source = isSystem && type !== "rpm" ? upstreamIn(purl ?? undefined, version ?? "") : undefined;
    return [
      {
        name,
        version: version ?? "",
        type,
        ecosystem: ecosystemNamed(type),
        purl: purl || undefined,
        path: isSystem ? undefined : paths[0],
        paths,
        diffId: told.get("syft:location:0:layerID"),
        ...(isSystem && { system: true }),
        ...(source && { source }),
      },
    ];
  });
}

/** For a jar in an archive, the location is the archive's; the jar's own path continues within it. */
function pathsIn(told: ReadonlyMap<string, string>): string[] {
  const virtual = told.get("syft:metadata:virtualPath")?.replaceAll(":", "/");
  const located: string[] = virtual === undefined ? [] : [virtual];
  for (let index = 0; ; index++) {
    const path = told.get(`syft:location:${index}:path`);
    if (path === undefined) break;
    located.push(path);
  }
  return [...new Set(located.map((path) => path.replace(/^\/+/, "")))];
}

/** `upstream=openssl` or `upstream=glibc%402.36-9`. Without a version, it is the package's own. */
function upstreamIn(purl: string | undefined, version: string): InstalledPackage["source"] {
  const upstream = purl === undefined ? undefined : parsePurl(purl)?.qualifiers.upstream;
  if (upstream === undefined) return undefined;
  const at = upstream.lastIndexOf("@");
  return at > 0 ? { name: upstream.slice(0, at), version: upstream.slice(at + 1) } : { name: upstream, version };
}
