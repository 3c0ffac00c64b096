import { createHash } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { answer, type Fault, faultPlan, listen } from "../network/http.ts";

/** A scan that Harbor keeps. */
export interface HarborScan {
  /** `Success` by default. */
  readonly status?: string;
  readonly rows?: readonly HarborRow[];
  /** Other fields of the report, or other values of them. */
  readonly report?: Readonly<Record<string, unknown>>;
  /** Other fields of the overview, or other values of them. */
  readonly overview?: Readonly<Record<string, unknown>>;
  /** The only format that the scanner makes. */
  readonly format?: string;
}

/** A vulnerability with the test's values. The rest has Harbor's usual values. */
export interface HarborRow {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly fix?: string;
  readonly severity: string;
  readonly digests?: readonly string[];
}

/** The scanner of all projects: its adapter's metadata, as `/scanners/UUID/metadata` has them. */
export interface HarborScanner {
  readonly name: string;
  readonly vendor: string;
  readonly version: string;
  readonly databaseUpdatedAt?: string;
}

/** An artifact with the test's values. The rest has Harbor's usual values. */
export interface HarborArtifact {
  /** Distinguishes the artifact; its digest is made from it unless {@link digest} is given. */
  readonly id: string;
  readonly digest?: string;
  readonly tags: readonly string[];
  readonly pushed: string;
  /** `IMAGE` by default. */
  readonly type?: string;
  /** An index of these platforms. */
  readonly platforms?: readonly string[];
  /** Absent: it was never scanned. */
  readonly scan?: HarborScan;
}

export interface HarborFault extends Fault {
  /** The whole body. */
  readonly body?: string;
  /** The answer's X-Total-Count; null: none. */
  readonly total?: string | null;
  /** Each page begins at the first entry. */
  readonly samePage?: boolean;
  /** Done before the answer is made. */
  readonly before?: () => void;
}

/**
 * A Harbor that follows its published description (api/v2.0/swagger.yaml): projects, repositories, artifacts, scans and
 * their reports.
 */
export interface Harbor extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly requests: { readonly method: string; readonly path: string; readonly authorization: string | undefined }[];
  /** Repositories by their full names: `shop/backend/api`. */
  readonly repositories: Map<string, HarborArtifact[]>;
  scanner: HarborScanner;
  /** From now on, every request needs this login. */
  requireLogin(username: string, password: string): void;
  /** Simulates a fault if `match` fits the address as it came. */
  fault(match: RegExp, fault: HarborFault): void;
}

const NATIVE_REPORT = "application/vnd.security.vulnerability.report; version=1.1";
export const OLD_REPORT = "application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0";
const SCANNER_UUID = "e8c3d9b2-3f0a-11ee-9f47-0242ac1b0003";

export const digestOf = (id: string): string => `sha256:${createHash("sha256").update(id).digest("hex")}`;

/** The form of Harbor's own answers, including parts that a client does not need. */
function shape({ id, digest = digestOf(id), tags, pushed, type = "IMAGE", platforms }: HarborArtifact, at: number) {
  return {
    accessories: null,
    addition_links: { vulnerabilities: { absolute: false, href: `/api/v2.0/projects/x/${id}` } },
    digest,
    icon: digestOf("icon"),
    id: at + 1,
    labels: null,
    manifest_media_type: platforms
      ? "application/vnd.oci.image.index.v1+json"
      : "application/vnd.oci.image.manifest.v1+json",
    media_type: "application/vnd.oci.image.config.v1+json",
    extra_attrs: platforms ? null : { architecture: "amd64", author: "", config: {}, os: "linux" },
    project_id: 2,
    pull_time: "0001-01-01T00:00:00.000Z",
    push_time: pushed,
    references:
      platforms?.map((platform) => {
        const [os, architecture] = platform.split("/");
        return {
          child_digest: digestOf(id + platform),
          parent_id: at + 1,
          platform: { os, architecture, OsFeatures: null },
        };
      }) ?? null,
    repository_id: 3,
    size: 2_813_316,
    tags:
      tags.length === 0
        ? null
        : tags.map((name, index) => ({
            artifact_id: at + 1,
            id: index + 1,
            immutable: false,
            name,
            pull_time: "0001-01-01T00:00:00.000Z",
            push_time: pushed,
            repository_id: 3,
          })),
    type,
  };
}

/** Severities in Harbor's order. Its None is a scanner's Negligible. */
const SCALE = ["None", "Unknown", "Negligible", "Low", "Medium", "High", "Critical"];
const worst = (rows: readonly HarborRow[]) =>
  SCALE.findLast((each) => rows.some(({ severity }) => severity === each)) ?? "None";

function overviewOf(scan: HarborScan, scanner: HarborScanner) {
  const { rows = [], status = "Success", overview = {}, report } = scan;
  const summary = { total: rows.length, fixable: rows.filter(({ fix }) => fix).length, summary: {} };
  return {
    complete_percent: status === "Success" ? 100 : 0,
    duration: 7,
    end_time: report?.generated_at ?? new Date().toISOString(),
    report_id: "f5a5b1c2-0000-4000-8000-000000000001",
    scan_status: status,
    scanner: { name: scanner.name, vendor: scanner.vendor, version: scanner.version },
    severity: worst(rows),
    start_time: report?.generated_at ?? new Date().toISOString(),
    ...(status === "Success" ? { summary } : {}),
    ...overview,
  };
}

function reportOf({ rows = [], report = {} }: HarborScan, digest: string, scanner: HarborScanner) {
  return {
    generated_at: new Date().toISOString().replace("Z", "123456Z"),
    scanner: { name: scanner.name, vendor: scanner.vendor, version: scanner.version },
    severity: worst(rows),
    vulnerabilities: rows.map(({ id, package: name, version, fix = "", severity, digests = [digest] }) => ({
      artifact_digests: digests,
      cwe_ids: ["CWE-787"],
      description: `${name} writes beyond the end of a buffer.`,
      fix_version: fix,
      id,
      links: [`https://avd.aquasec.com/nvd/${id.toLowerCase()}`],
      package: name,
      preferred_cvss: { score_v2: null, score_v3: 7.8, vector_v2: "", vector_v3: "" },
      severity,
      vendor_attributes: { CVSS: { nvd: { V3Score: 7.8, V3Vector: "" } } },
      version,
    })),
    ...report,
  };
}

const failure = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/**
 * Starts an empty Harbor on a free port. @param registry answers all requests except the API's
 */
export async function startHarbor(registry?: RequestListener): Promise<Harbor> {
  const repositories: Harbor["repositories"] = new Map();
  const requests: Harbor["requests"] = [];
  const faults = faultPlan<HarborFault>();
  let login: string | undefined;
  let scanner: HarborScanner = {
    name: "Trivy",
    vendor: "Aqua Security",
    version: "v0.58.1",
    databaseUpdatedAt: new Date(Date.now() - 3_600_000).toISOString(),
  };

  /** An answer that is not a list. Undefined: not found. */
  function thingFor(url: URL, accepted: string): unknown {
    const path = decodeURIComponent(url.pathname);
    const { databaseUpdatedAt, ...named } = scanner;
    if (/^\/api\/v2\.0\/projects\/[^/]+\/scanner$/.test(path))
      return {
        auth: "",
        health: "healthy",
        is_default: true,
        name: named.name,
        url: "http://trivy-adapter:8080",
        uuid: SCANNER_UUID,
      };
    if (path === `/api/v2.0/scanners/${SCANNER_UUID}/metadata`)
      return {
        scanner: named,
        capabilities: [{ consumes_mime_types: [], produces_mime_types: [NATIVE_REPORT] }],
        properties: {
          "harbor.scanner-adapter/scanner-type": "os-package-vulnerability",
          ...(databaseUpdatedAt && { "harbor.scanner-adapter/vulnerability-database-updated-at": databaseUpdatedAt }),
        },
      };
    const [, project, name = "", digest, addition] =
      /^\/api\/v2\.0\/projects\/([^/]+)\/repositories\/([^/]+)\/artifacts\/([^/]+)(\/additions\/vulnerabilities)?$/.exec(
        path,
      ) ?? [];
    const artifacts = repositories.get(`${project}/${decodeURIComponent(name)}`) ?? [];
    const at = artifacts.findIndex((each) => (each.digest ?? digestOf(each.id)) === digest);
    const artifact = artifacts[at];
    if (artifact === undefined || digest === undefined) return undefined;
    const { scan } = artifact;
    const format = scan?.format ?? NATIVE_REPORT;
    const isKnown = scan !== undefined && accepted.split(/,\s*/).includes(format);
    if (addition === undefined) {
      const isWanted = url.searchParams.get("with_scan_overview") === "true" && isKnown;
      return { ...shape(artifact, at), ...(isWanted && { scan_overview: { [format]: overviewOf(scan, scanner) } }) };
    }
    return isKnown && (scan.status ?? "Success") === "Success" ? { [format]: reportOf(scan, digest, scanner) } : {};
  }

  /** Undefined: there is no such thing. */
  function entriesFor(url: URL): readonly unknown[] | undefined {
    // A repository's slashes are encoded twice; Harbor routes by the path that is decoded once.
    const [, project = "", encoded] =
      /^\/api\/v2\.0\/projects\/([^/]+)\/repositories(?:\/([^/]+)\/artifacts)?$/.exec(
        decodeURIComponent(url.pathname),
      ) ?? [];
    const names = [...repositories.keys()].filter((name) => name.startsWith(`${project}/`));
    if (project === "" || names.length === 0) return undefined;
    if (encoded === undefined)
      return names.map((name, id) => ({ artifact_count: repositories.get(name)?.length, id, name, project_id: 2 }));
    const artifacts = repositories.get(`${project}/${decodeURIComponent(encoded)}`);
    const isTaggedOnly = url.searchParams.get("q") === "tags=*";
    return artifacts?.filter(({ tags }) => !isTaggedOnly || tags.length > 0).map(shape);
  }

  function send(url: URL, accepted: string, response: ServerResponse, fault: HarborFault | undefined) {
    const thing = thingFor(url, accepted);
    if (thing !== undefined) return answer(response, 200, fault?.body ?? JSON.stringify(thing), JSON_TYPE);
    const entries = entriesFor(url);
    if (entries === undefined) return answer(response, 404, failure("NOT_FOUND", "not found"), JSON_TYPE);
    const size = Number(url.searchParams.get("page_size") ?? 10);
    const page = fault?.samePage ? 1 : Number(url.searchParams.get("page") ?? 1);
    if (size > 100) return answer(response, 422, failure("UNPROCESSABLE_ENTITY", "page_size"), JSON_TYPE);
    const total = fault?.total === undefined ? String(entries.length) : fault.total;
    const body = fault?.body ?? JSON.stringify(entries.slice((page - 1) * size, page * size));
    answer(response, 200, body, { ...JSON_TYPE, ...(total === null ? {} : { "x-total-count": total }) });
  }

  function handle(request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? "/";
    if (registry && !path.startsWith("/api/")) return registry(request, response);
    const { authorization } = request.headers;
    requests.push({ method: request.method ?? "", path, authorization });
    const fault = faults.take(path);
    fault?.before?.();
    if (fault?.hang) return;
    if (fault?.reset) return void request.socket.destroy();
    if (fault?.status)
      return answer(response, fault.status, failure("X", "the test says so"), { ...JSON_TYPE, ...fault.headers });
    if (login !== undefined && authorization !== login)
      return answer(response, 401, failure("UNAUTHORIZED", "unauthorized"), JSON_TYPE);
    const accepted = String(request.headers["x-accept-vulnerabilities"] ?? OLD_REPORT);
    send(new URL(path, "http://harbor.test"), accepted, response, fault);
  }

  const { port, close } = await listen(handle);
  return {
    host: `127.0.0.1:${port}`,
    requests,
    repositories,
    get scanner() {
      return scanner;
    },
    set scanner(other) {
      scanner = other;
    },
    requireLogin(username, password) {
      login = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    },
    fault: (match, fault) => faults.add(match, fault),
    [Symbol.asyncDispose]: close,
  };
}
