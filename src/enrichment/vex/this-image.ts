import { registryHost } from "../../domain/image/reference.ts";
import type { Purl } from "../../domain/purl.ts";
import type { Artifact } from "../../domain/target.ts";

interface Reference {
  /** With registry: `docker.io/library/alpine`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/**
 * Whether a package URL of an image (`pkg:oci/app@sha256:…?repository_url=ghcr.io/acme/app`) means the one that was scanned.
 * Its repository must be named, or its digest; what else is given (digest, tag, architecture) must agree. As the specification
 * of `oci` has it, `repository_url` ends with the name; some write what stands before it.
 * (https://github.com/package-url/purl-spec/blob/main/types/oci-definition.json)
 */
export function isThisImage({ type, namespace, name, version, qualifiers }: Purl, artifact: Artifact): boolean {
  if (type !== "oci" || namespace !== undefined) return false;
  const { repository_url: url, tag, arch } = qualifiers;
  if (url === undefined && version === undefined) return false;
  if (version !== undefined && version !== artifact.digest && version !== artifact.index?.digest) return false;
  if (arch !== undefined && arch !== artifact.platform?.split("/")[1]) return false;
  const references = artifact.names.flatMap((each) => referenceOf(each) ?? []);
  return references.some(
    ({ repository, tag: own }) => isRepository(repository, name, url) && (tag === undefined || tag === own),
  );
}

function isRepository(repository: string, name: string, url: string | undefined): boolean {
  if (!repository.endsWith(`/${name}`)) return false;
  if (url === undefined) return true;
  const wanted = referenceOf(url.replace(/^https?:\/\//i, "").replace(/\/+$/, ""))?.repository;
  const whole = referenceOf(`${url.replace(/^https?:\/\//i, "").replace(/\/+$/, "")}/${name}`)?.repository;
  return repository === wanted || repository === whole;
}

/**
 * Repository, tag and digest of a reference as typed; undefined: it is a file. A colon is a tag's only behind the last slash.
 * (Grammar: https://pkg.go.dev/github.com/distribution/reference)
 */
export function referenceOf(text: string): Reference | undefined {
  if (/^\.{0,2}\//.test(text)) return undefined;
  const [tagged = "", digest] = text.split("@", 2);
  const [tag = ""] = /:[^/]*$/s.exec(tagged) ?? [];
  const path = tagged.slice(0, tagged.length - tag.length);
  const host = registryHost(path);
  const first = path.split("/")[0] ?? "";
  const isNamed = path.includes("/") && /[.:]|^localhost$/.test(first);
  const rest = isNamed ? path.slice(first.length + 1) : path;
  const repository = host === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  return { repository: `${host}/${repository}`, tag: tag === "" ? undefined : tag.slice(1), digest };
}
