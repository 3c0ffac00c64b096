import { isObject } from "../../../domain/json/is-object.ts";
import { GateError } from "../../../system/errors.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A document that people take for a report of Trivy's, and how to get one instead. */
interface OtherDocument {
  /** Words that follow `The Trivy report is`. */
  readonly what: string;
  readonly remedy: string;
}

const JSON_REPORT = "`trivy … --format json`";

/** A cluster has many images, and each target is judged alone. */
const KUBERNETES: OtherDocument = {
  what: "one of a Kubernetes cluster (`trivy k8s`), which is about many images at once",
  remedy:
    "Each image is judged alone: name the cluster's images in `image`, or give a report of each by `trivy image --format json`.",
};

/** Before 0.20, Trivy wrote the results alone: nothing says of what they are. */
const RESULTS_ALONE: OtherDocument = {
  what: "a list of results, as Trivy wrote it before 0.20: it does not say which image they are about",
  remedy: `Make it again with a Trivy from 0.63 to 0.76, as ${JSON_REPORT}.`,
};

const COMPLIANCE: OtherDocument = {
  what: "a compliance report, which lists checks and not what was found",
  remedy: `Make it by ${JSON_REPORT} without \`--compliance\`.`,
};

const SARIF: OtherDocument = {
  what: "SARIF, which leaves out much of what Trivy found",
  remedy: `Make it by ${JSON_REPORT}; \`trivy convert\` makes SARIF of it.`,
};

const SBOM: OtherDocument = {
  what: "an SBOM (CycloneDX or SPDX), which lists packages and not what was found",
  remedy: "Name it in `sbom`, so that it is scanned.",
};

function operators(kind: string): OtherDocument {
  return {
    what: `a resource of the Trivy Operator${kind}, and not what Trivy itself writes`,
    remedy: "Name the image in `image`, or give a report of it by `trivy image --format json`.",
  };
}

/**
 * Refuses, by name, a document that is well known and no report of Trivy's on one target.
 * @param document parsed JSON; of an object, the lists of rows may be missing
 * @throws GateError `report-unsupported`
 */
export function refuseOtherDocument(document: unknown): void {
  const other = otherDocument(document);
  if (other !== undefined) throw new GateError("report-unsupported", `The Trivy report is ${other.what}`, other.remedy);
}

function otherDocument(document: unknown): OtherDocument | undefined {
  if (Array.isArray(document)) return ofList(document);
  if (!isObject(document)) return undefined;
  // Whatever else it has: this is what makes a report.
  if (typeof document.ArtifactType === "string" && document.SchemaVersion !== undefined) return undefined;
  if ("ClusterName" in document) return KUBERNETES;
  if (isOfOperator(document)) return operators(kindOf(document));
  if ("SummaryControls" in document || (isText(document.ID) && isText(document.Title))) return COMPLIANCE;
  if (Array.isArray(document.runs)) return SARIF;
  if (document.bomFormat === "CycloneDX" || isText(document.spdxVersion)) return SBOM;
  return undefined;
}

function ofList(list: readonly unknown[]): OtherDocument | undefined {
  const [first] = list;
  if (!isObject(first)) return undefined;
  if (isOfOperator(first)) return operators(kindOf(first));
  return isText(first.Target) ? RESULTS_ALONE : undefined;
}

/** A resource, a `kubectl get` of several, or several kinds keyed by their names. */
function isOfOperator({ apiVersion, kind, items, ...rest }: Fields): boolean {
  if (isText(apiVersion) && apiVersion.startsWith("aquasecurity.github.io/")) return true;
  if (kind === "List" && Array.isArray(items))
    return isObject(items[0]) && isOfOperator({ ...items[0], items: undefined });
  return Object.keys(rest).some((key) => key.endsWith("reports.aquasecurity.github.io"));
}

/** The kind, if it is one: the document's text is never quoted otherwise. */
function kindOf({ kind }: Fields): string {
  return isText(kind) && /^[A-Z][A-Za-z]{0,40}Report$/.test(kind) ? ` (${kind})` : "";
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
