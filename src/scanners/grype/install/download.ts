import { MAX_RELEASE_FILE } from "../../../supply/archive.ts";
import { fetchFile } from "../../../supply/fetch-file.ts";
import { addressOf, loginRemedy, type ReleaseSource } from "../../../supply/release-source.ts";
import { cancelled, GateError, withoutQueries } from "../../../system/errors.ts";
import { get, HttpStatusError, type Request, readBody, retrying } from "../../../system/http.ts";
import type { World } from "../../../system/world.ts";
import { checksumsFile, type Proof } from "./proof.ts";
import type { Release } from "./release.ts";

const MAX_SMALL_BYTES = 1 << 20;

/**
 * Fetches the checksums of a release and their signature.
 * @throws GateError `grype-signature-missing`, `grype-download-…`, `run-cancelled`
 */
export async function fetchProof(
  { version, archive }: Pick<Release, "version" | "archive">,
  source: ReleaseSource,
  world: World,
): Promise<Proof> {
  const text = (name: string) =>
    fetching(addressOf(source, version, name), source, world, async (request) =>
      (await readBody(await get(request), MAX_SMALL_BYTES, request.signal)).toString("utf8"),
    );
  const name = checksumsFile(version);
  try {
    return { bundle: await text(`${name}.sigstore.json`), checksums: await text(name) };
  } catch (error) {
    if (!(error instanceof GateError) || error.code !== MISSING) throw error;
    throw new GateError(
      "grype-signature-missing",
      `The SHA-256 of ${archive} is not compiled in, and there is no signature by which it could be verified at ${addressOf(source, version, "")} (${name}.sigstore.json)`,
      "Copy the checksums and their signature to the mirror, too, or give the archive's SHA-256 as `grype-sha256`. Releases before 0.120.0 have no such signature.",
      { cause: error },
    );
  }
}

/**
 * Downloads a release archive to a file that does not exist yet.
 * @throws GateError `grype-download-…`, `run-cancelled`
 */
export async function downloadArchive(
  { version, archive }: Pick<Release, "version" | "archive">,
  file: string,
  source: ReleaseSource,
  world: World,
): Promise<void> {
  const wanted = { file, maxBytes: MAX_RELEASE_FILE, what: "no release of Grype" };
  await fetching(addressOf(source, version, archive), source, world, (request) => fetchFile(wanted, request));
}

const MISSING = "grype-download-missing";

async function fetching<T>(
  address: string,
  source: ReleaseSource,
  { signal }: World,
  work: (request: Request) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw cancelled();
  const clock = AbortSignal.timeout(Math.max(1, Math.ceil(source.endsAt - performance.now())));
  const both = AbortSignal.any([signal, clock]);
  try {
    return await retrying(() => work({ address, authorization: source.authorization, signal: both }), both);
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (clock.aborted)
      throw new GateError(
        "grype-download-timeout",
        `${address} was not downloaded in time`,
        `${remedy(source)} Or raise \`timeout\`.`,
      );
    throw failed(address, error, source);
  }
}

function failed(address: string, cause: unknown, source: ReleaseSource): GateError {
  const status = cause instanceof HttpStatusError ? cause.httpStatusCode : undefined;
  if (status === 404 || status === 410)
    return new GateError("grype-download-missing", `${address} does not exist (HTTP ${status})`, remedy(source), {
      cause,
    });
  if (status === 401 || status === 403 || status === 407)
    return new GateError(
      "grype-download-denied",
      `${address} was refused (HTTP ${status})`,
      `${remedy(source)} ${loginRemedy(source, "grype")}`,
      { cause },
    );
  const words = status === undefined ? withoutQueries(cause) : `HTTP ${status}`;
  const isCertificate = /certificate|self.signed|CERT_|UNABLE_TO_/i.test(
    `${words} ${(cause as { code?: string }).code}`,
  );
  return new GateError(
    "grype-download-failed",
    `${address} could not be downloaded: ${words}`,
    isCertificate
      ? "The server's certificate is not trusted: name your own authority's file by the environment variable NODE_EXTRA_CA_CERTS."
      : remedy(source),
    { cause },
  );
}

function remedy({ isMirror }: ReleaseSource): string {
  return isMirror
    ? "Check `grype-mirror`, which must serve `v<version>/<archive name>` to this machine."
    : "Check `grype-version`, and open port 443 from this machine to github.com and release-assets.githubusercontent.com (HTTPS_PROXY is honoured), or name a copy by `grype-mirror` or `grype-binary`.";
}
