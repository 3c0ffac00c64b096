import { isObject } from "../../../domain/json/is-object.ts";
import { GateError } from "../../../system/errors.ts";

type Fields = Readonly<Record<string, unknown>>;

const JSON_REPORT = "`trivy … --format json`";
const OF_ONE_IMAGE = "Name the image in `image`, or give a report of it by `trivy image --format json`.";

/** Documents that people take for a report of Trivy's: words that follow `The Trivy report is`, and the remedy. */
const OTHERS: readonly (readonly [is: (document: Fields) => boolean, what: string, remedy: string])[] = [
  [
    (document) => "ClusterName" in document,
    "one of a Kubernetes cluster (`trivy k8s`), which is about many images at once",
    "Each image is judged alone: name the cluster's images in `image`, or give a report of each by `trivy image --format json`.",
  ],
  [isOfOperator, "a resource of the Trivy Operator, and not what Trivy itself writes", OF_ONE_IMAGE],
  [
    (document) => "SummaryControls" in document || (isText(document.ID) && isText(document.Title)),
    "a compliance report, which lists checks and not what was found",
    `Make it by ${JSON_REPORT} without \`--compliance\`.`,
  ],
  [
    ({ runs }) => Array.isArray(runs),
    "SARIF, which leaves out much of what Trivy found",
    `Make it by ${JSON_REPORT}; \`trivy convert\` makes SARIF of it.`,
  ],
  [
    (document) => document.bomFormat === "CycloneDX" || isText(document.spdxVersion),
    "an SBOM (CycloneDX or SPDX), which lists packages and not what was found",
    "Name it in `sbom`, so that it is scanned.",
  ],
  [
    // Before 0.20, Trivy wrote the results alone: nothing says of what they are.
    (document) => isText(document.Target),
    "a list of results, as Trivy wrote it before 0.20: it does not say which image they are about",
    `Make it again with a Trivy from 0.63 to 0.76, as ${JSON_REPORT}.`,
  ],
];

/**
 * Refuses, by name, a document that is well known and no report of Trivy's on one target.
 * @param document parsed JSON
 * @throws GateError `report-unsupported`
 */
export function refuseOtherDocument(document: unknown): void {
  const [first] = Array.isArray(document) ? (document as unknown[]) : [document];
  // What makes a report, whatever else it has.
  if (!isObject(first) || (isText(first.ArtifactType) && first.SchemaVersion !== undefined)) return;
  const other = OTHERS.find(([is]) => is(first));
  if (other !== undefined) throw new GateError("report-unsupported", `The Trivy report is ${other[1]}`, other[2]);
}

/** A resource, a `kubectl get` of several, or several kinds keyed by their names. */
function isOfOperator({ apiVersion, kind, items, ...rest }: Fields): boolean {
  if (isText(apiVersion) && apiVersion.startsWith("aquasecurity.github.io/")) return true;
  if (kind === "List" && Array.isArray(items))
    return isObject(items[0]) && isOfOperator({ ...items[0], items: undefined });
  return Object.keys(rest).some((key) => key.endsWith("reports.aquasecurity.github.io"));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
