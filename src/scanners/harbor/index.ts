import { z } from "zod";
import { bestFor, parsePlatform, platformMatches } from "../../domain/image/platform.ts";
import { isDigest, registryHost } from "../../domain/image/reference.ts";
import type { LocatedTarget, ScanResult, Target } from "../../domain/target.ts";
import { artifactsPath, type HarborApi, harborApi } from "../../images/harbor/api.ts";
import { basicAuthorization, type ReaderOptions } from "../../images/registry/client.ts";
import { timeLimit } from "../../system/background.ts";
import { cancelled, GateError } from "../../system/errors.ts";
import { HttpStatusError } from "../../system/http.ts";
import type { World } from "../../system/world.ts";
import type { Scanner, ScanSession } from "../scanner.ts";
import {
  artifactSchema,
  type HarborPlatform,
  invalid,
  ownScan,
  type ScannedArtifact,
  type ScanSummary,
} from "./own-scan.ts";
import { bestFormat, type HarborScannerName, REPORT_FORMATS } from "./report.ts";

/** The settings for all reports. */
export interface HarborSettings {
  /** The addresses of the Harbors, by the registry that their images name. */
  readonly origins: ReadonlyMap<string, string>;
  readonly credentials: ReaderOptions["credentials"];
  /** Maximum age of a report, and of the database that it was made with, in milliseconds. */
  readonly maxAgeMs: number;
  /** For each image, in milliseconds. */
  readonly timeoutMs: number;
}

const MAX_ARTIFACT = 4 * 1024 * 1024;
/** Harbor writes the advisories' explanations into it, about 1.5 KB for each finding. */
const MAX_REPORT = 96 * 1024 * 1024;
/** The platform that a registry gives to a client that asks for none. */
const DEFAULT_PLATFORM = "linux/amd64";

/**
 * Takes the results of Harbor's own scans, whichever scanner it has. Nothing is scanned here: an image without a
 * finished scan is an error.
 */
export function harborScanner(settings: HarborSettings): Scanner {
  const databases = new Map<string, Promise<DatabaseOf>>();
  const session: ScanSession = {
    scan: (target, located, _options, world) => scanOf(target, located, { ...settings, databases }, world),
  };
  return { name: "Harbor", session: () => session };
}

type DatabaseOf = (scanner: HarborScannerName) => string | undefined;

interface Run extends HarborSettings {
  /** By project, since each may have its own scanner. */
  readonly databases: Map<string, Promise<DatabaseOf>>;
}

/** An image in a Harbor. */
type HarborImage = Awaited<ReturnType<typeof placeOf>>;

async function scanOf(target: Target, located: LocatedTarget, run: Run, world: World): Promise<ScanResult> {
  const signal = AbortSignal.any([world.signal, timeLimit(run.timeoutMs)]);
  try {
    const [name = "", digest = ""] = located.location.split("@");
    const place = await placeOf(name, run, signal);
    const { artifact, summary } = await scannedImage(place, digest, target, located.platform);
    const path = `${artifactsPath(place.project, place.repository)}/${artifact.digest}/additions/vulnerabilities`;
    const asked = { path, schema: z.record(z.string(), z.unknown()), maxBytes: MAX_REPORT, reports: REPORT_FORMATS };
    const [reports, databaseOf] = await Promise.all([place.api.one(asked), databaseIn(place, run)]);
    const report = bestFormat(reports);
    if (report === undefined) throw unfinished(target, "it has no report on it");
    const { os, architecture } = artifact.extra_attrs ?? {};
    const platform = os && architecture ? `${os}/${architecture}` : undefined;
    const { maxAgeMs } = run;
    const context = { digest: artifact.digest, platform, summary, now: world.now(), maxAgeMs, databaseOf };
    return ownScan(report, target, context);
  } catch (thrown) {
    if (world.signal.aborted) throw cancelled();
    throw thrown instanceof GateError ? thrown : unread(target, thrown, signal);
  }
}

/** @throws GateError `harbor-report-unread` */
async function placeOf(name: string, run: Run, signal: AbortSignal) {
  const host = registryHost(name);
  const origin = run.origins.get(host);
  const [project = "", ...rest] = name.slice(host.length + 1).split("/");
  if (origin === undefined || rest.length === 0) throw new TypeError("its registry is not a Harbor");
  const login = await run.credentials(name);
  const authorization = login && basicAuthorization(login);
  // The repository is named without the project.
  return { api: harborApi(origin, authorization, signal), origin, project, repository: rest.join("/") };
}

/**
 * The image whose scan counts: for an index, the one of the platform.
 * @throws GateError `harbor-scan-unfinished`, `harbor-report-invalid`, `platform-mismatch`
 */
async function scannedImage(place: HarborImage, digest: string, target: Target, wanted: string | undefined) {
  const top = await artifactAt(place, digest, target);
  const children = top.references ?? [];
  const platform = wanted ?? DEFAULT_PLATFORM;
  if (children.length === 0) {
    const { os, architecture } = top.extra_attrs ?? {};
    const isOther =
      os && architecture && !platformMatches(target.platform ?? `${os}/${architecture}`, nameOf({ os, architecture }));
    if (isOther) throw wrongPlatform(target, target.platform ?? "", "has another platform's image");
    return { artifact: top, summary: finishedScan(top, target) };
  }
  const named = children.flatMap((child) => {
    const of = parsePlatform(nameOf(child.platform ?? {}));
    return of === undefined ? [] : [{ child, of }];
  });
  const child = bestFor(platform, named, ({ of }) => of)[0]?.child;
  if (child === undefined) throw wrongPlatform(target, platform, `lists ${children.length} other images of it`);
  const artifact = await artifactAt(place, child.child_digest, target);
  if ((artifact.references ?? []).length > 0)
    throw invalid(target, "is about the image of its platform, which is an index again");
  return { artifact, summary: finishedScan(artifact, target) };
}

function nameOf({ os, architecture, variant }: HarborPlatform): string {
  return [os ?? "", architecture ?? "", ...(variant ? [variant] : [])].join("/");
}

/** @param has Harbor's content in its place */
function wrongPlatform({ label }: Target, platform: string, has: string): GateError {
  return new GateError(
    "platform-mismatch",
    `${label} does not exist for ${platform}: Harbor ${has}`,
    "Build the image for this platform, or state in the source which platform runs.",
  );
}

async function artifactAt({ api, project, repository }: HarborImage, digest: string, target: Target) {
  if (!isDigest(digest)) throw invalid(target, "is about an image without a digest in Harbor");
  const path = `${artifactsPath(project, repository)}/${digest}?with_scan_overview=true`;
  const asked = { path, schema: artifactSchema, maxBytes: MAX_ARTIFACT, reports: REPORT_FORMATS };
  const artifact = await api.one(asked);
  if (artifact.digest !== digest) throw invalid(target, "is about another digest");
  return artifact;
}

/** @throws GateError `harbor-scan-unfinished` */
function finishedScan({ scan_overview: overview }: ScannedArtifact, target: Target): ScanSummary {
  const summary = bestFormat(overview);
  if (summary === undefined) throw unfinished(target, "it has not scanned it");
  const { scan_status: status, complete_percent: percent } = summary;
  // Pending, Scheduled, Running, Stopped or Error (its src/jobservice/job/status.go).
  if (status !== "Success") throw unfinished(target, `its scan has the status ${JSON.stringify(status.slice(0, 40))}`);
  if (percent != null && percent < 100) throw unfinished(target, "a part of its scan is missing");
  return summary;
}

/** @param why a clause about `it`, the Harbor */
function unfinished({ label }: Target, why: string): GateError {
  return new GateError(
    "harbor-scan-unfinished",
    `Harbor has no finished scan of ${label}: ${why}`,
    "Scan it in Harbor (Scan Vulnerability), or let Harbor scan on push and every day; its log says why a scan failed. Or scan it here: remove `harbor-report`.",
  );
}

const registrationSchema = z.object({ uuid: z.string().regex(/^[\w-]{1,64}$/) });
const metadataSchema = z.object({
  scanner: z.object({ name: z.string(), version: z.string() }),
  properties: z.record(z.string(), z.string()).nullish(),
});
const UPDATED_AT = "harbor.scanner-adapter/vulnerability-database-updated-at";

/** Asked once for each project. Some logins lack the permission: the date is then unknown. */
function databaseIn({ api, origin, project }: HarborImage, { databases }: Run): Promise<DatabaseOf> {
  const key = `${origin}/${project}`;
  const asked = databases.get(key) ?? askDatabase(api, project).catch(() => () => undefined);
  databases.set(key, asked);
  return asked;
}

async function askDatabase(api: HarborApi, project: string): Promise<DatabaseOf> {
  const ask = <T>(path: string, schema: z.ZodType<T>) => api.one({ path, schema, maxBytes: MAX_ARTIFACT });
  const { uuid } = await ask(`/projects/${project}/scanner`, registrationSchema);
  const { scanner, properties } = await ask(`/scanners/${uuid}/metadata`, metadataSchema);
  // The report may come from an earlier scanner.
  return ({ name, version }) =>
    name === scanner.name && version === scanner.version ? properties?.[UPDATED_AT] : undefined;
}

/** The remedy if the cause is unknown. */
const WAY =
  "Check Harbor's address, and the network in between: proxy, firewall, certificate authority (NODE_EXTRA_CA_CERTS). Or raise `timeout`.";
const LOGIN =
  "Log in first (`docker login`) with an account that may read artifacts and their additions (for a robot account: Artifact read, Artifact Addition read).";

/** Explains why a report could not be read at all, without any text from the server. */
function unread({ label }: Target, cause: unknown, { aborted }: AbortSignal): GateError {
  const status = cause instanceof HttpStatusError ? cause.httpStatusCode : undefined;
  const told =
    status === undefined
      ? "Harbor does not answer, or sends an unexpected answer"
      : `Harbor answers with HTTP ${status}`;
  const why = aborted ? "Harbor did not answer in time" : told;
  const remedy = !aborted && (status === 401 || status === 403) ? LOGIN : WAY;
  return new GateError("harbor-report-unread", `Harbor's report on ${label} cannot be read: ${why}`, remedy, { cause });
}
