import type { Exception } from "../../domain/exception.ts";
import { isNamedAsFile, referenceParts, repositoryName } from "../../domain/image/reference.ts";
import type { Report } from "../../domain/report/schema.ts";

/** A product of OpenVEX: a package, or packages within an image. */
export interface Product {
  readonly "@id": string;
  readonly subcomponents?: readonly { readonly "@id": string }[];
}

/** The products that an exception covers, or the reason why OpenVEX could only express it by accepting more. */
export function productsOf(exception: Exception, report: Report | undefined): readonly Product[] | string {
  if (exception.paths !== undefined) return "OpenVEX has no paths";
  if (exception.onlyWhileUnfixed) return "it is valid only while there is no fix, which OpenVEX cannot express";
  return byItself(exception) ?? byReport(exception, report);
}

/** An exception with package URLs and whole images needs no report. */
function byItself({ package: name, images }: Exception): readonly Product[] | undefined {
  const purl = name?.startsWith("pkg:") ? name : undefined;
  if (name !== undefined && purl === undefined) return undefined;
  if (images === undefined) return purl === undefined ? undefined : [itself(purl)];
  if (images.some((glob) => /[*?]/.test(glob))) return undefined;
  const named = images.flatMap((image) => imagePurl(image) ?? []);
  return named.length < images.length
    ? undefined
    : named.map((image) => product(image, purl === undefined ? [] : [purl]));
}

/** The findings of a run that it covers: these packages, in these images if it is limited to some. */
function byReport(exception: Exception, report: Report | undefined): readonly Product[] | string {
  if (report === undefined)
    return "it names no package URL, or images by a glob: a report (--report) would show which ones match";
  const line = report.exceptions.find((each) => isSame(each, exception))?.line;
  if (report.exceptions.filter((each) => each.line === line).length > 1)
    return "the report's policy has several exceptions on its line, which the report does not distinguish";
  const findings = report.findings.filter(
    ({ outcome, exceptions }) => outcome === "accepted" && exceptions?.some((each) => each === line),
  );
  const places = findings.flatMap(({ package: about, target }) =>
    about?.purl === undefined ? [] : [{ purl: about.purl, target }],
  );
  if (places.length === 0) return "the report has no package with a package URL that it covers";
  if (exception.images === undefined) return [...new Set(places.map(({ purl }) => purl))].map(itself);
  const products = [...new Set(places.map(({ target }) => target))].flatMap((target) => {
    const names = report.targets[target]?.artifact?.names ?? [];
    const image = names.flatMap((name) => imagePurl(name) ?? [])[0];
    const within = places.filter((place) => place.target === target).map(({ purl }) => purl);
    return image === undefined ? [] : [product(image, [...new Set(within)])];
  });
  return products.length === 0 ? "the report's images have no names" : products;
}

function isSame(one: Exception, other: Exception): boolean {
  const key = ({ id, package: about, paths, images, reason, expires }: Exception) =>
    JSON.stringify([id, about, paths, images, reason, expires]);
  return key(one) === key(other);
}

/** A package in itself: without subcomponents, its dependencies would be included. */
function itself(purl: string): Product {
  return product(purl, [purl]);
}

function product(image: string, packages: readonly string[]): Product {
  if (packages.length === 0) return { "@id": image };
  return { "@id": image, subcomponents: packages.map((purl) => ({ "@id": purl })) };
}

/** `pkg:oci/app?repository_url=ghcr.io/acme/app`; Docker Hub has the name that scanners use. */
function imagePurl(reference: string): string | undefined {
  if (isNamedAsFile(reference)) return undefined;
  const { tag, digest } = referenceParts(reference);
  const repository = repositoryName(reference);
  if (!/^[\w.:/-]+$/.test(repository)) return undefined;
  const url = repository.replace(/^docker\.io\//, "index.docker.io/");
  const version = digest === undefined ? "" : `@${encodeURIComponent(digest)}`;
  const tagged = tag === undefined ? "" : `&tag=${encodeURIComponent(tag)}`;
  return `pkg:oci/${repository.slice(repository.lastIndexOf("/") + 1)}${version}?repository_url=${url}${tagged}`;
}
