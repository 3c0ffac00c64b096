import { isObject } from "../../../domain/json/is-object.ts";
import { GateError } from "../../../system/errors.ts";

type Fields = Readonly<Record<string, unknown>>;

const ONE_TARGET = "Each target is judged alone: make a report of it by `trivy … --format json`.";

/** Documents that people take for a report of Trivy's: words that follow `The Trivy report is`, and the remedy. */
const OTHERS: readonly (readonly [is: (document: Fields) => boolean, what: string, remedy: string])[] = [
  [
    (document) => "ClusterName" in document || isOfOperator(document),
    "one of a Kubernetes cluster (`trivy k8s`, Trivy Operator)",
    ONE_TARGET,
  ],
  [
    ({ SummaryControls, ID, Title, runs }) =>
      SummaryControls !== undefined || (isText(ID) && isText(Title)) || Array.isArray(runs),
    "a compliance report or SARIF, which leaves out much of what Trivy found",
    ONE_TARGET,
  ],
  [
    (document) => document.bomFormat === "CycloneDX" || isText(document.spdxVersion),
    "an SBOM (CycloneDX or SPDX), which lists packages and not what was found",
    "Name it in `sbom`, so that it is scanned.",
  ],
  // Nothing says of what they are.
  [(document) => isText(document.Target), "a list of results, as Trivy before 0.20 wrote it", ONE_TARGET],
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
  if (kind === "List" && Array.isArray(items)) return isObject(items[0]) && isOfOperator(items[0]);
  const names = [...Object.keys(rest), isText(apiVersion) ? apiVersion : ""];
  return names.some((each) => /(?:^|reports\.)aquasecurity\.github\.io(?:\/|$)/.test(each));
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
