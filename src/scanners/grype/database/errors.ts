import type { Fault } from "../../../supply/kept.ts";
import { isCertificateError } from "../../../system/authorities.ts";
import { GateError } from "../../../system/errors.ts";
import { HttpStatusError } from "../../../system/http.ts";
import { placesError } from "../../database-fault.ts";

/** The reason why a source gave no database. */
export type Reason = keyof typeof REMEDIES;

/** The failure of a source. */
export class PlaceFailure extends Error {
  override readonly name = "PlaceFailure";
  readonly reason: Reason;

  /** @param cause the end of a sentence that starts with the source */
  constructor(reason: Reason, cause: string, options?: ErrorOptions) {
    super(cause, options);
    this.reason = reason;
  }
}

/** The failure of a source, from an error that was thrown while it was asked. */
export function failureOf(thrown: unknown): Omit<Fault, "place"> {
  if (thrown instanceof PlaceFailure) return { reason: thrown.reason, why: thrown.message };
  if (thrown instanceof HttpStatusError) {
    const { httpStatusCode: status } = thrown;
    return { reason: STATUSES[status] ?? "server", why: `HTTP ${status}` };
  }
  // In a redirect's target, the query often contains a login.
  const why = (thrown as Error).message.replace(/\?\S*/g, "").slice(0, 300);
  return { reason: isCertificateError(thrown) ? "certificate" : "connection", why };
}

const STATUSES: Readonly<Record<number, Reason>> = {
  ...{ 401: "denied", 403: "denied", 407: "denied" },
  ...{ 404: "not-found", 410: "not-found" },
};

/** `offline` is set, and no source within the user's own network is named. */
export function offlineWithoutDatabase(): GateError {
  return new GateError(
    "grype-database-offline",
    "This machine has no usable Grype database, and `offline` forbids asking its public host",
    "Set `grype-db` to a mirror within your network, or to an archive with its SHA-256: docs/scanners.md shows how.",
  );
}

/**
 * The error if no place gave a usable database.
 * @param untried the number of places for which no time was left
 * @returns GateError `grype-database-hash-mismatch`, `-timeout`, `-stale`, `-schema`, `-unavailable`
 */
export function databaseError(faults: readonly Fault[], untried: number, timeoutMs: number): GateError {
  const raise = `Or raise \`timeout\`, which is ${Math.round(timeoutMs / 1000)} s.`;
  const remedies = { ...REMEDIES, timeout: [REMEDIES.timeout, raise] };
  const what = "No Grype database could be downloaded";
  return placesError({ what, codes: CODES, remedies, otherwise: CHECK }, faults, untried);
}

const CODES = {
  replaced: "grype-database-hash-mismatch",
  timeout: "grype-database-timeout",
  stale: "grype-database-stale",
  schema: "grype-database-schema",
  unavailable: "grype-database-unavailable",
};

const CHECK = "Check `grype-db`: a mirror serves `v6/latest.json` and the archive that it names, unchanged.";
const REACH =
  "Check that this machine can reach the host (HTTPS_PROXY is honoured), or set `grype-db` to your own copy.";

const REMEDIES = {
  ...{ connection: REACH, server: REACH },
  ...{ "not-found": CHECK, listing: CHECK, damaged: CHECK, empty: CHECK },
  timeout:
    "Open port 443 from this machine to the host (HTTPS_PROXY is honoured), or set `grype-db` to a copy that it can reach.",
  certificate: "Name the file of your certificate authority in the environment variable NODE_EXTRA_CA_CERTS.",
  "disk-full": "Free some disk space: the database needs about 2 GB.",
  schema: "Use a Grype and a database that fit each other: `grype-version` and `grype-db` name them.",
  stale: "Refresh the copy that `grype-db` names, or accept an older one with a higher `max-db-age`.",
  replaced:
    "Run again. If it happens again, it was replaced: compare `grype-db` with the archive publisher's own information, and find out who can write there.",
  checksum:
    "Set `grype-db` to a mirror whose listing has the SHA-256 of its archive, or to an archive with its SHA-256.",
  denied:
    "If it needs a login, log this machine in to its host (`docker login`): a host that `grype-db` names gets the Docker login for that host. Check that the login may read.",
};
