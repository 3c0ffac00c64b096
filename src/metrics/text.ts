import { Gauge, type OpenMetricsContentType, Registry } from "prom-client";
import { isAnyKnown, type Numbers, type Window } from "../domain/metrics/numbers.ts";
import { type SeverityName, URGENT } from "../domain/severity.ts";

/** All metrics with their help texts and their labels, in addition to `repository`. */
const METRICS = {
  image_gate_open_findings: {
    help: "Findings of the last scan that are not accepted.",
    labels: ["image", "severity"],
  },
  image_gate_open_findings_by_age: {
    help: "Open findings by the time since the scan that saw them first. Each is in one group.",
    labels: ["severity", "age"],
  },
  image_gate_oldest_unpatched_finding_seconds: {
    help: `Longest time that an open ${URGENT.join(" or ")} finding of the image has had a fix; 0 if there is none.`,
    labels: ["image"],
  },
  image_gate_oldest_unpatched_image_seconds: {
    help: `Longest time that an open ${URGENT.join(" or ")} finding has had a fix; 0 if there is none.`,
    labels: [],
  },
  image_gate_mean_time_to_remediation_seconds: {
    help: "Mean time from the scan that first saw a finding to the first without it, of those fixed within the window.",
    labels: ["severity", "window"],
  },
  image_gate_remediations: { help: "Findings that were fixed within the window.", labels: ["severity", "window"] },
  image_gate_overdue_findings: {
    help: "Open findings that have a fix and are past the deadline of the policy.",
    labels: ["image", "severity"],
  },
  image_gate_exceptions: { help: "Exceptions of the policy.", labels: ["state"] },
  image_gate_coverage_gaps: { help: "Accepted coverage gaps at the last scan.", labels: ["image"] },
  image_gate_database_age_seconds: {
    help: "Time since the vulnerability database of the last run was built, as that run saw it.",
    labels: [],
  },
  image_gate_last_scan_timestamp_seconds: {
    help: "When all that runs of the image was last scanned, as Unix time; 0 if it never was.",
    labels: ["image"],
  },
} as const;

type Name = keyof typeof METRICS;
type Labels = Readonly<Record<string, string>>;
/** Adds to a metric's value. */
type Add = (name: Name, value: number, labels?: Labels) => void;

/**
 * The numbers as OpenMetrics text, which Prometheus' older text format reads too. Unknown values have no sample, since
 * zero would be a claim.
 * @param repository the label that all samples have
 */
export function metricsText(numbers: Numbers, repository: string): Promise<string> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const gauges = new Map<string, Gauge>();
  for (const [name, { help, labels }] of Object.entries(METRICS)) {
    const labelNames = ["repository", ...labels];
    gauges.set(name, new Gauge({ name, help, labelNames, registers: [registry] }));
  }
  const label = labelValue(repository);
  const add: Add = (name, value, labels = {}) => gauges.get(name)?.inc({ repository: label, ...labels }, value);
  addTotals(numbers, add);
  addImages(numbers, add);
  if (isAnyKnown(numbers)) addAges(numbers, add);
  return registry.metrics();
}

function addTotals({ images, oldestUnpatched, remediations, exceptions, databaseAge }: Numbers, add: Add): void {
  if (isAnyKnown({ images })) add("image_gate_oldest_unpatched_image_seconds", (oldestUnpatched?.age ?? 0) / 1000);
  for (const window of Object.keys(remediations) as Window[])
    for (const severity of Object.keys(remediations[window]) as SeverityName[]) {
      const { count, mean } = remediations[window][severity];
      add("image_gate_remediations", count, { severity, window });
      if (mean !== undefined) add("image_gate_mean_time_to_remediation_seconds", mean / 1000, { severity, window });
    }
  for (const [state, count] of Object.entries(exceptions)) add("image_gate_exceptions", count, { state });
  if (databaseAge !== undefined) add("image_gate_database_age_seconds", databaseAge / 1000);
}

function addImages({ images }: Numbers, add: Add): void {
  for (const { image: name, known, lastScan } of images) {
    const image = labelValue(name);
    add("image_gate_last_scan_timestamp_seconds", lastScan === undefined ? 0 : Date.parse(lastScan) / 1000, { image });
    if (known === undefined) continue;
    add("image_gate_oldest_unpatched_finding_seconds", (known.unpatched ?? 0) / 1000, { image });
    if (known.gaps !== undefined) add("image_gate_coverage_gaps", known.gaps, { image });
    for (const [severity, count] of Object.entries(known.open))
      add("image_gate_open_findings", count, { image, severity });
    for (const [severity, count] of Object.entries(known.overdue))
      add("image_gate_overdue_findings", count, { image, severity });
  }
}

function addAges({ ages }: Numbers, add: Add): void {
  for (const [index, { upTo, open }] of ages.entries()) {
    const more = ages[index - 1]?.upTo ?? 0;
    const age = upTo === undefined ? `over-${more}d` : `${more}-${upTo}d`;
    for (const [severity, count] of Object.entries(open))
      add("image_gate_open_findings_by_age", count, { severity, age });
  }
}

/**
 * A text as a label's value. Lone surrogates would all be written alike, and a sample that is there twice makes the
 * server refuse everything. So they are escaped as in JSON, and so are characters that control a terminal. Different
 * texts stay different.
 */
function labelValue(text: string): string {
  return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\\]|\p{Cs}/u.test(text) ? JSON.stringify(text) : text;
}
