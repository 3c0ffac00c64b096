import type { Finding, Layer } from "../finding.ts";
import { placeOf } from "../json/checked.ts";
import { isObject } from "../json/is-object.ts";
import type { ScanResult, Target } from "../target.ts";
import { REPORT_VERSION, type Report, reportSchema } from "./schema.ts";

export type ReportTarget = Report["targets"][number];
export type ReportFinding = Report["findings"][number];

/** True if parsed JSON is Image Gate's own report, of any version. */
export function isReport(document: Readonly<Record<string, unknown>>): boolean {
  return "version" in document && "targets" in document;
}

/**
 * Reads Image Gate's own report with the writer's schema. Ignores fields that a newer gate adds.
 * @param document parsed JSON
 * @returns the report, or why it cannot be read: a clause about the document, without any text from it. `isOther`: the
 * report has another version number
 */
export function readReport(document: unknown): Report | { readonly wrong: string; readonly isOther?: true } {
  if (!isObject(document) || !isReport(document)) return { wrong: "is not a report of Image Gate" };
  if (document.version !== REPORT_VERSION)
    return { wrong: `is an Image Gate report of another version than ${REPORT_VERSION}`, isOther: true };
  const { data, error } = reportSchema.safeParse(document);
  if (data === undefined) return { wrong: `has a wrong value at \`${placeOf(error.issues[0]?.path ?? [])}\`` };
  return isWhole(data) ? data : { wrong: "names a target, a layer or an exception that is not in it" };
}

function isWhole({ targets, findings, exceptions }: Report): boolean {
  const lines = new Set(exceptions.map(({ line }) => line));
  const layers = targets.map((target) => new Set(target.layers?.map(({ diffId }) => diffId)));
  const isException = (line: number | undefined) => line === undefined || lines.has(line);
  return (
    targets.length > 0 &&
    targets.every(({ coverage }) => coverage?.gaps.every((gap) => isException(gap.accepted)) !== false) &&
    findings.every(
      ({ target, layer, exceptions: held = [], ended }) =>
        target < targets.length &&
        held.every(isException) &&
        isException(ended) &&
        (layer === undefined || layers[target]?.has(layer)),
    )
  );
}

/** Extracts one target of a report without its verdict. If the verdict was an error, it has no findings. */
export function toScan({ targets, findings }: Report, index: number) {
  /** Each finding as the report has it. */
  const reported: Map<Finding, ReportFinding> = new Map();
  const { label, kind, input, as, platform, ...target } = targets[index] as ReportTarget;
  const layers = new Map(target.layers?.map((layer) => [layer.diffId, layer]));
  for (const each of findings) if (each.target === index) reported.set(findingOf(each, layers), each);
  const { artifact, packages = [], coverage, provenance } = target;
  const scan: ScanResult = {
    artifact: { names: as === undefined ? [input] : [as, input], ...artifact, packages: artifact?.packages },
    packages,
    layers: [],
    findings: [...reported.keys()],
    suppressed: target.suppressed ?? 0,
    ...(coverage && {
      coverage: { rows: coverage.rows, gaps: coverage.gaps.map(({ accepted: _, ended: __, ...gap }) => gap) },
    }),
    opinions: target.opinions,
    provenance: provenance ?? { scanner: "" },
  };
  const judged: Target = { kind, input, as, label, platform };
  return { target: judged, scan, reported };
}

function findingOf(one: ReportFinding, layers: ReadonlyMap<string, Layer>): Finding {
  const { kind, id, aliases, severity, title, url, package: about, fixedVersions, status, path, line } = one;
  const { owner, opinions, missedBy } = one;
  return {
    ...{ kind, id, aliases, severity, title, url, package: about, fixedVersions, status, path, line },
    ...{ owner, opinions, missedBy, layer: one.layer === undefined ? undefined : layers.get(one.layer) },
  };
}
