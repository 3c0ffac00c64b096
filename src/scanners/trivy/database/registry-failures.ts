import { shortened } from "../process/process-output.ts";

/** Why a registry gave no database. */
export type Reason =
  | "rate-limit"
  | "login"
  | "not-found"
  | "blob-gone"
  | "server-error"
  | "no-host"
  | "no-connection"
  | "reset"
  | "certificate"
  | "cut-off"
  | "wrong-artifact"
  | "timeout"
  | "disk-full"
  | "other";

interface RegistryFailure {
  readonly reason: Reason;
  readonly match: RegExp;
  /** What happened, as the end of a sentence. */
  readonly cause: string;
  /** How many retries at the same registry may help, besides Trivy's own three after HTTP 429 and 5xx. */
  readonly retries?: number;
}

/**
 * Trivy's messages for problems with a registry, from go-containerregistry and Go's net and crypto packages. Contains
 * the stable part of each. The first match counts.
 */
const REGISTRY_FAILURES: readonly RegistryFailure[] = [
  {
    reason: "rate-limit",
    match: /TOOMANYREQUESTS|status code 429/,
    cause: "it limits how often it may be asked (HTTP 429)",
    retries: 1,
  },
  { reason: "disk-full", match: /no space left on device/, cause: "the disk is full" },
  {
    reason: "certificate",
    match: /x509: |tls: (?!handshake timeout)|certificate (?:is|has|signed)/i,
    cause: "its TLS certificate is not trusted",
  },
  {
    reason: "login",
    match: /UNAUTHORIZED|DENIED|status code 40[137]|authentication required/,
    cause: "it wants a login, or refuses this one (HTTP 401 or 403)",
  },
  {
    reason: "login",
    match: /error getting credentials/,
    cause: "the credential helper that Docker's configuration names for it gave no login",
  },
  {
    reason: "blob-gone",
    match: /BLOB_UNKNOWN/,
    cause: "a part of it is gone from the registry (BLOB_UNKNOWN)",
    retries: 2,
  },
  {
    reason: "not-found",
    match: /MANIFEST_UNKNOWN|NAME_UNKNOWN|NAME_INVALID|status code 404/,
    cause: "it does not exist there (HTTP 404)",
  },
  {
    reason: "server-error",
    match: /status code 5\d\d|UNAVAILABLE|UNKNOWN: (?!manifest|blob|repository)/,
    cause: "the registry has a fault (HTTP 5xx)",
    retries: 1,
  },
  { reason: "no-host", match: /no such host|server misbehaving/, cause: "its name is not found (DNS)" },
  {
    reason: "timeout",
    match: /context deadline exceeded|i\/o timeout|Client\.Timeout|handshake timeout/,
    cause: "it did not answer in time",
  },
  {
    reason: "cut-off",
    match: /unexpected EOF|error verifying (?:sha256|size)|gzip: invalid|flate: corrupt/,
    cause: "what it sent was cut off or damaged",
    retries: 2,
  },
  {
    reason: "wrong-artifact",
    match: /unacceptable media type|must be a single layer|unsupported artifact type|unsupported MediaType/i,
    cause: "what lies there is something else",
  },
  {
    reason: "reset",
    match: /connection reset|broken pipe|: EOF$|: EOF\s/,
    cause: "it cut the connection off",
    retries: 2,
  },
  {
    // Go returns only the text of the proxy's answer (net/http, Transport.dialConn).
    reason: "no-connection",
    match: /": (?:Service Unavailable|Bad Gateway|Gateway Time-?out|Forbidden|Proxy Authentication Required)\s*$/,
    cause: "no connection to it is possible through the proxy, which refuses it",
  },
  {
    reason: "no-connection",
    match: /connection refused|no route to host|network is unreachable|proxyconnect/,
    cause: "no connection to it is possible",
  },
];

/** The registry problem that Trivy's message describes. */
export function registryFailure(message: string): Omit<RegistryFailure, "match"> {
  return REGISTRY_FAILURES.find(({ match }) => match.test(message)) ?? { reason: "other", cause: shortened(message) };
}

/**
 * How long a registry asks us to wait, in milliseconds: ghcr.io's `retry-after: 1.2s` in the text of an HTTP 429, which
 * can have any unit of Go's durations.
 */
export function retryAfterMs(message: string): number | undefined {
  const [, number, unit = ""] = /retry-after: (\d+(?:\.\d+)?)(ns|µs|us|ms|s|m|h)\b/.exec(message) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS_MS[unit] ?? 0);
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  µs: 1e-3,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
