import { z } from "zod";
import { NOTHING, withReportGap } from "../../../domain/foreign/reported-coverage.ts";
import { isDigest, referenceParts } from "../../../domain/image/reference.ts";
import { type JsonFault, type Keys, misspeltKey, type StrictJson } from "../../../domain/json/parse-strict.ts";
import type { ScanResult } from "../../../domain/target.ts";
import { GateError } from "../../../system/errors.ts";
import { reportTooLarge } from "../../report-too-large.ts";
import type { GivenDocument, ReportReader } from "../../scanner.ts";
import { TRIVY } from "./document.ts";
import { reportOf, toScanResult } from "./report.ts";
import { type GivenTrivyReport, givenSchema } from "./schema.ts";

const digestsSchema = z.object({ Metadata: z.object({ RepoDigests: z.array(z.string()).nullish() }).nullish() });

/** Reads reports that Trivy wrote elsewhere. */
export const trivyReports: ReportReader = {
  name: "Trivy",
  madeBy: "Trivy's JSON (`trivy … --format json`)",
  digests: (document) => {
    const read = digestsSchema.safeParse(document);
    return (read.data?.Metadata?.RepoDigests ?? []).map((each) => referenceParts(each).digest ?? "").filter(isDigest);
  },
  owns: (document) => typeof document === "object" && document !== null && "SchemaVersion" in document,
  // Trivy writes the target's name in the first lines.
  subjectIn(start) {
    const [, text] = /"ArtifactName"\s*:\s*("(?:[^"\\\n]|\\.)*")/.exec(start) ?? [];
    const name: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof name === "string" && name !== "" ? name : undefined;
  },
  given(given, target, { descriptions = false, onReport }) {
    const { value, keys } = jsonOf(given);
    const provenance = { source: "an existing Trivy report" };
    const result = toScanResult(value, target, { provenance, descriptions });
    requireSpelling(keys);
    requireOneImage(value as GivenTrivyReport, result);
    onReport?.(reportOf(value));
    const { coverage } = result;
    const isSilent = coverage !== undefined && saysNothing(value as GivenTrivyReport, result);
    return isSilent ? { ...result, coverage: withReportGap(coverage, NOTHING) } : result;
  },
  earlier: (document, target) => toScanResult(document, target),
};

function jsonOf(document: GivenDocument): StrictJson {
  const { fault } = document;
  if (fault?.kind === "too-large") throw reportTooLarge(TRIVY.name, fault);
  if (fault?.kind === "ambiguous") throw ambiguous(fault.message, fault);
  if (fault !== undefined) throw TRIVY.invalid(fault.message, fault);
  return document;
}

/** Go, and so Trivy's own tools, reads `results` as `Results`; we do not. */
function requireSpelling(keys: Keys): void {
  const meant = misspeltKey(keys, givenSchema);
  if (meant !== undefined) throw ambiguous(`has a key that only some programs read as "${meant}"`);
}

/** @param what a clause that follows `The Trivy report` */
function ambiguous(what: string, cause?: JsonFault): GateError {
  return new GateError(
    "report-ambiguous",
    `The Trivy report ${what}, so programs read it differently`,
    "Trivy writes no such report: make it again with `trivy … --format json`, and find out what has changed it.",
    { cause },
  );
}

/** Trivy ends normally, without a result, if it recognises nothing in an image. */
function saysNothing(
  { ArtifactType: type, Results: results }: GivenTrivyReport,
  { artifact: { os } }: ScanResult,
): boolean {
  return type === "container_image" && !results?.length && os === undefined;
}

/**
 * Requires that a given report is about one image, as far as its parts show: the requested digest, the configuration's
 * layers, and the layers of the findings.
 * @throws GateError `report-contradictory`
 */
function requireOneImage(
  { ArtifactName: name, Metadata: metadata }: GivenTrivyReport,
  { layers, findings }: ScanResult,
): void {
  const asked = /@(sha256:[0-9a-f]{64})$/.exec(name ?? "")?.[1];
  const digests = (metadata?.RepoDigests ?? []).map((each) => each.split("@")[1]);
  if (asked !== undefined && digests.length > 0 && !digests.includes(asked))
    throw contradictory("names an image by digest, and its Metadata has another image's digest");
  const configured = metadata?.ImageConfig?.rootfs?.diff_ids;
  if (configured?.length && layers.length > 0 && configured.join() !== layers.join())
    throw contradictory("has other layers in Metadata.DiffIDs than in Metadata.ImageConfig");
  if (layers.length > 0 && findings.some(({ layer }) => layer !== undefined && layer.number === undefined))
    throw contradictory("has findings in a layer that its image does not have");
}

function contradictory(what: string): GateError {
  return new GateError(
    "report-contradictory",
    `The Trivy report ${what}: it was put together from more than one`,
    "Give the report as Trivy wrote it, for the named image.",
  );
}
