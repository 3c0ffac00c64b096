import { gunzipSync } from "node:zlib";
import type { Contract } from "./github-contract.ts";

/** The parts of SARIF that code scanning and the tests read. */
export interface Sarif {
  readonly runs: readonly SarifRun[];
}

export interface SarifRun {
  readonly automationDetails: { readonly id: string };
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly SarifRule[] } };
  readonly results: readonly SarifResult[];
  readonly invocations: readonly {
    readonly toolExecutionNotifications?: readonly { readonly message: { text: string } }[];
  }[];
}

export interface SarifRule {
  readonly id: string;
  readonly name: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly helpUri?: string;
  readonly help: { readonly text: string; readonly markdown: string };
  readonly defaultConfiguration: { readonly level: string };
  readonly properties: Readonly<Record<string, unknown>> & { readonly tags: readonly string[] };
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
    readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[];
  }[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
  readonly suppressions?: readonly { readonly kind: string; readonly status: string; readonly justification: string }[];
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Status {
  readonly processing_status: "pending" | "complete" | "failed";
  readonly errors?: readonly string[];
}

export interface UploadedSarif {
  readonly id: string;
  readonly commit: string;
  readonly ref: string;
  readonly tool: string | undefined;
  readonly sarif: Sarif;
  /** Compressed, in bytes. */
  readonly size: number;
}

/** Uploads that code scanning has, and its answers about them. */
export interface CodeScanningState {
  readonly uploads: UploadedSarif[];
  /** The next answers, one for each request. After these, GitHub's own rules decide. */
  readonly statuses: Status[];
}

export const codeScanningState = (): CodeScanningState => ({ uploads: [], statuses: [] });

/** Bytes of one upload, compressed (SARIF support for code scanning). */
const MOST_BYTES = 10 * 1024 * 1024;

interface UploadBody {
  readonly sarif?: string;
  readonly commit_sha?: string;
  readonly ref?: string;
  readonly tool_name?: string;
}

/** Accepts an upload as GitHub does. Returns the status and, if it was accepted, its id. */
export function takeSarif(state: CodeScanningState, body: UploadBody): { status: 202 | 400 | 413; id: string } {
  const bytes = Buffer.from(body.sarif ?? "", "base64");
  const id = `47177e22-5596-11eb-80a1-${String(state.uploads.length).padStart(12, "0")}`;
  if (bytes.length > MOST_BYTES) return { status: 413, id };
  try {
    const sarif = JSON.parse(gunzipSync(bytes).toString()) as Sarif;
    const { commit_sha: commit = "", ref = "", tool_name: tool } = body;
    state.uploads.push({ id, commit, ref, tool, sarif, size: bytes.length });
    return { status: 202, id };
  } catch {
    return { status: 400, id };
  }
}

/** The state of an upload; undefined: no upload has that id. */
export function sarifStatus(contract: Contract, state: CodeScanningState, id: string): object | undefined {
  const upload = state.uploads.find((each) => each.id === id);
  if (upload === undefined) return undefined;
  const errors = refusals(upload.sarif);
  const processed: Status =
    errors.length === 0 ? { processing_status: "complete" } : { processing_status: "failed", errors };
  return { ...contract.example<object>("code-scanning-sarif-upload-status"), ...(state.statuses.shift() ?? processed) };
}

/** The limits of the upload's page and of the page "SARIF support for code scanning". */
function refusals({ runs }: Sarif): string[] {
  const categories = runs.map(({ automationDetails: { id } }) => id.slice(0, id.lastIndexOf("/")));
  return [
    ...(runs.length > 20 ? [`rejecting SARIF, as there are more runs than allowed (${runs.length} > 20)`] : []),
    ...(new Set(categories).size < runs.length ? ["multiple SARIF runs with the same category"] : []),
    ...runs.flatMap(({ results, tool: { driver } }) => [
      ...(results.length > 25_000 ? [`there are more results per run than allowed (${results.length} > 25000)`] : []),
      ...(driver.rules.length > 25_000 ? [`there are more rules than allowed (${driver.rules.length} > 25000)`] : []),
      ...driver.rules.flatMap(ruleRefusals),
      ...(results.some(({ locations }) => locations.length === 0) ? ["expected at least one location"] : []),
    ]),
  ];
}

function ruleRefusals({ id, shortDescription, fullDescription, help, properties }: SarifRule): string[] {
  return [
    ...(id === "" ? ["expected a rule id"] : []),
    ...(shortDescription.text.length > 1024 || fullDescription.text.length > 1024 ? ["description is too long"] : []),
    ...(help.text === "" ? ["expected help text"] : []),
    ...(properties.tags.length > 10 ? ["too many tags"] : []),
  ];
}
