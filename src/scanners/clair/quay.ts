import { z } from "zod";
import { unspecifiedCoverage } from "../../domain/coverage/gaps.ts";
import type { Coverage, Gap } from "../../domain/coverage.ts";
import { UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { advisoriesOf, idsInLinks, NAMED } from "../../domain/foreign/advisory-ids.ts";
import { fixesIn } from "../../domain/foreign/fixes.ts";
import { withReportGap } from "../../domain/foreign/reported-coverage.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { type Json, type ReportedParts, type ReportedRow, ReportSource, word, words } from "../given-report.ts";

const QUAY = new ReportSource({
  name: "Quay",
  remedy:
    "Wait until Quay has scanned the image, and give its whole answer to `GET …/manifest/DIGEST/security?vulnerabilities=true`.",
  lowest: /^negligible$/i,
});

// Clair's report as Quay's own API returns it (quay/quay `endpoints/api/secscan.py`, `data/secscan_model`).

const vulnerabilitySchema = z.object({
  ...words("NamespaceName"),
  Severity: word,
  Link: z.string().max(200_000).nullish(),
  FixedBy: z.string().max(20_000).nullish(),
  Description: z.string().nullish(),
  Name: z.string().regex(NAMED).max(5000),
  Metadata: z.object(words("DistroName")).nullish(),
});

const featureSchema = z.object({
  Name: word,
  Version: word.nullish(),
  // Without the list, the request did not ask for vulnerabilities.
  Vulnerabilities: z.array(vulnerabilitySchema),
});
type Feature = z.output<typeof featureSchema>;

const layerSchema = z.object({ Name: word, Features: z.array(featureSchema).max(200_000) });

/** Reads the answer of Quay's security API. */
export const quayReports = QUAY.reader({
  madeBy: "Quay's security answer (`GET …/manifest/DIGEST/security?vulnerabilities=true`)",
  owns: (document) => isAnswer(document) || (isObject(document.Layer) && "Features" in document.Layer),
  digests: ({ data }) => (isObject(data) && isObject(data.Layer) ? [data.Layer.Name] : []),
  parts: partsOf,
});

/** `{status, data}`, where `data` is `null` until there is a report. */
function isAnswer(document: Json): boolean {
  if (typeof document.status !== "string" || !("data" in document)) return false;
  return document.data === null || (isObject(document.data) && "Layer" in document.data);
}

/** @throws GateError `report-unfinished`, `report-invalid` */
function partsOf({ status, data }: Json): ReportedParts {
  QUAY.requireEnded("status", status, /^scanned$/);
  const layer = QUAY.checked(layerSchema, isObject(data) ? data.Layer : undefined, ["data", "Layer"]);
  // It lists packages without their kinds, so they have no package URLs.
  return {
    digest: layer.Name,
    rows: rowsOf(layer.Features),
    looked: coverageOf(layer.Features),
    provenance: { source: "an existing answer of Quay's security API" },
  };
}

function* rowsOf(features: readonly Feature[]): Generator<ReportedRow> {
  for (const [index, { Name: name, Version: version, Vulnerabilities: all }] of features.entries())
    for (const { Severity: word, Name: title, Link: links, Description: description, FixedBy: fix } of all) {
      const at = ["data", "Layer", "Features", name.slice(0, 80), "Severity"];
      const advisories = advisoriesOf(title, idsInLinks(links ?? ""));
      const about = { name, version: version ?? "", type: UNSPECIFIED_TYPE };
      const said = { title, links, description, severity: QUAY.severityOfWord(word, at), fix: fixesIn(fix ?? "") };
      yield { place: String(index), advisories, about, ...said };
    }
}

/** Names of the sources that have a distribution's advisories (claircore's updaters). */
const SYSTEM_SOURCE = /^(?:alpine|aws|amazon|chainguard|debian|oracle|photon|rhel|suse|ubuntu|wolfi)\b/i;

function coverageOf(features: readonly Feature[]): Coverage {
  const unspecified = unspecifiedCoverage();
  const isMatched = features.some(({ Vulnerabilities: all }) =>
    all.some(({ NamespaceName: source, Metadata: more }) => more?.DistroName || SYSTEM_SOURCE.test(source ?? "")),
  );
  if (isMatched) return unspecified;
  return withReportGap(unspecified, features.length === 0 ? NOTHING : UNMATCHED);
}

const NOTHING: Gap = {
  code: "os-unknown",
  what: "Quay's answer lists no package, so there is no sign that its scanner recognised anything in the image",
  remedy:
    "Check that Clair knows the image's distribution. An image that contains only its own program can be accepted.",
};

const UNMATCHED: Gap = {
  code: "os-unknown",
  what: "Quay's answer neither names the distribution nor has a finding by its advisories, and Clair does not report an unknown distribution",
  remedy: "Give Clair's own report (`clairctl report -o json`), which names the distribution.",
};
