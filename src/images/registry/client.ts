import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { z } from "zod";
import { registryHost, repositoryName } from "../../domain/image/reference.ts";
import { memoize } from "../../domain/memoize.ts";
import { timeLimit, untilAborted } from "../../system/background.ts";
import { get, HttpStatusError, RedirectError, readBody, retrying } from "../../system/http.ts";
import { hostKind, isWithin, type Reach, reachFrom } from "../../system/reach.ts";
import {
  type Descriptor,
  type ImageIndexDocument,
  type ImageManifestDocument,
  indexWith,
  readDocument,
  sha256Of,
  withoutArtifacts,
} from "../oci/documents.ts";
import { isUnexpectedAnswer, otherBytes, RegistryFault, registryFault } from "./fault.ts";

/** The runner's login to one registry. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  /** A refresh token, such as `az acr login` stores. */
  | { readonly identityToken: string };

/** A document of a registry. */
export type RegistryDocument = (ImageIndexDocument | ImageManifestDocument) & {
  /** Computed from the bytes, not from a header. */
  readonly digest: string;
  readonly bytes: Buffer;
};

export interface RegistryReader {
  /**
   * Reads the document of a tag or digest. If a digest is given, the bytes must have it.
   * @param reference any reference of the repository; its own tag and digest do not count
   * @throws ImageFault
   */
  read(reference: string, tagOrDigest: string): Promise<RegistryDocument>;
}

export interface ReaderOptions {
  /** The login for a repository's registry. Called once for each repository, and only if the registry wants a login. */
  readonly credentials: (repository: string) => Promise<Credentials | undefined>;
  readonly signal: AbortSignal;
  /**
   * True if every registry may be asked over plain HTTP if TLS does not answer. Otherwise only some hosts may, see
   * {@link mayBePlain}.
   */
  readonly allowHttp?: boolean | undefined;
  /** Milliseconds for each document, with all requests that it needs. */
  readonly deadlineMs?: number;
}

/** A registry delays a scan's answer by at most this time. */
const DEADLINE_MS = 10_000;
/** Registries refuse larger manifests (distribution specification, "Pushing Manifests"). */
const MAX_MANIFEST = 4 * 1024 * 1024;
const MAX_TOKEN = 256 * 1024;
export const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Reads manifests from registries according to their specification (github.com/opencontainers/distribution-spec), each
 * once. A login is sent only to the registry and to the token service that it names, and only after its challenge.
 */
export function registryReader(options: ReaderOptions): RegistryReader {
  const { signal, allowHttp = false, deadlineMs = DEADLINE_MS } = options;
  const registryOf = memoize((host: string): Registry => ({ host, allowHttp }));
  const documentsOf = memoize((repository: string) => {
    const session = newSession(repository, options, registryOf);
    return memoize((tagOrDigest: string) => {
      const limited = AbortSignal.any([signal, timeLimit(deadlineMs)]);
      const reading = readManifests(session, tagOrDigest, limited).then((found) =>
        withImages(found, repository, reader),
      );
      // The caller handles the failure, so it must not count as unhandled.
      reading.catch(() => {});
      return reading;
    });
  });
  const reader: RegistryReader = {
    read: (reference, tagOrDigest) => documentsOf(repositoryName(reference))(tagOrDigest),
  };
  return reader;
}

/** An index without entries that no engine runs. An entry that cannot be read counts as an image. */
async function withImages(found: RegistryDocument, repository: string, reader: RegistryReader) {
  if (found.kind !== "index") return found;
  const read = async ({ digest }: Descriptor) => (await reader.read(repository, digest).catch(() => undefined))?.bytes;
  const kept = await withoutArtifacts(found.manifests, read);
  return kept.length === found.manifests.length ? found : { ...found, ...indexWith(kept, found.annotations) };
}

/** State that all repositories of one host share. */
export interface Registry {
  readonly host: string;
  readonly allowHttp: boolean;
  /** Known after the first answer. */
  origin?: URL;
  /** The networks to which it may redirect us, given its own network. Undefined: only a proxy knows its address. */
  reach?: Reach;
  challenge?: Challenge | undefined;
  /** Number of failed requests since its last answer. See {@link MAX_SILENCES}. */
  silences?: number;
  /** The last failure's cause. */
  silence?: unknown;
}

/** State that the requests for one repository share. */
export interface Session {
  readonly registry: Registry;
  /** Without the host: `library/alpine`. */
  readonly path: string;
  readonly credentials: () => Promise<Credentials | undefined>;
  authorization?: string | undefined;
  /** The version check and login, which requests at the same time share. */
  preparing?: Promise<unknown> | undefined;
  /** The same for a token that replaces an expired one. */
  renewing?: Promise<void> | undefined;
}

/**
 * Begins with a repository, by its canonical name. Sends no request.
 * @param registryOf state of each host, shared by the sessions of one reader
 */
export function newSession(
  repository: string,
  { credentials, allowHttp = false }: Pick<ReaderOptions, "credentials" | "allowHttp">,
  registryOf = (host: string): Registry => ({ host, allowHttp }),
): Session {
  const host = registryHost(repository);
  const login = memoize(credentials);
  return { registry: registryOf(host), path: repository.slice(host.length + 1), credentials: () => login(repository) };
}

/** A host that gives no answer for this many documents in a row is given up for the whole run. */
const MAX_SILENCES = 3;

async function readManifests(session: Session, tagOrDigest: string, signal: AbortSignal): Promise<RegistryDocument> {
  const { registry } = session;
  const { silences = 0, silence: cause } = registry;
  if (silences >= MAX_SILENCES)
    throw new RegistryFault("registry-unreachable", "has not answered this run, so that it is not asked again", {
      cause,
    });
  let answer: RegistryAnswer;
  try {
    const question = { path: `manifests/${tagOrDigest}`, accept: ACCEPT, maxBytes: MAX_MANIFEST };
    answer = await askRegistry(session, question, signal);
    registry.silences = 0;
  } catch (cause) {
    if (hasAnswered(cause)) registry.silences = 0;
    // Requests that were sent at the same time count once.
    else if ((registry.silences ?? 0) === silences) Object.assign(registry, { silences: silences + 1, silence: cause });
    throw registryFault(cause, { signal });
  }
  const { body, headers } = answer;
  // A tag has no colon.
  if (tagOrDigest.includes(":") && sha256Of(body) !== tagOrDigest) throw otherBytes();
  return registryDocument(body, headers["content-type"]?.split(";")[0]?.trim());
}

/**
 * @param mediaType by which it was sent
 * @throws ImageFault `image-inconsistent` if it is neither an image nor an index of images, or if readers disagree on
 * it
 */
export function registryDocument(bytes: Buffer, mediaType?: string): RegistryDocument {
  return { ...readDocument(bytes, { mediaType }), digest: sha256Of(bytes), bytes };
}

/** True if the server answered, even with an unusable answer. */
function hasAnswered(cause: unknown): boolean {
  return cause instanceof HttpStatusError || isUnexpectedAnswer(cause);
}

interface RegistryQuestion {
  /** Within the repository: `tags/list?n=100`. Or an address of the registry's origin: the login goes there. */
  readonly path: string;
  readonly accept: string;
  /** The offset of the first wanted byte; absent: 0. */
  readonly rangeFrom?: number | undefined;
  /** Only the registry itself may answer. Content that is checked against a digest may come from anywhere. */
  readonly atHome?: boolean | undefined;
  /** Statuses besides 200 whose answer is wanted, too. */
  readonly alsoTakes?: readonly number[] | undefined;
}

export interface RegistryAnswer {
  readonly address: URL;
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Asks a repository's registry, and again once after a temporary fault. */
export function askRegistry(
  session: Session,
  asked: RegistryQuestion & { readonly maxBytes: number },
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  return retrying(async () => {
    const { message, address } = await askOnce(session, asked, signal);
    const { statusCode: status, headers } = message;
    return { address, status, headers, body: await readBody(message, asked.maxBytes, signal) };
  }, signal);
}

/**
 * Asks with the login that the registry wants, and without a second try after a fault. Only a 401 is answered by one
 * new token and one more request. Requests at the same time share the version check and the tokens.
 * @returns the answer with status 200 (or 206 if `rangeFrom` is above 0), its body unread
 * @throws HttpStatusError, FinalError, the signal's reason, errors of the system
 */
export async function askOnce(
  session: Session,
  asked: RegistryQuestion,
  signal: AbortSignal,
): Promise<{ readonly message: IncomingMessage; readonly address: URL }> {
  // Another request's failure is not this one's: it then prepares for itself.
  if (session.preparing !== undefined)
    await untilAborted(session.preparing, signal).catch(() => signal.throwIfAborted());
  const preparing = prepare(session, signal).finally(() => {
    session.preparing = undefined;
  });
  session.preparing = preparing;
  const origin = await preparing;
  const address = new URL(asked.path, new URL(`/v2/${session.path}/`, origin));
  const used = session.authorization;
  const ask = async () => {
    const { accept, rangeFrom, atHome, alsoTakes } = asked;
    // The exact bytes of a digest are wanted, not bytes that were packed again on the way.
    const headers = { accept, "accept-encoding": "identity" };
    const how = { authorization: session.authorization, headers, atHome, alsoTakes, rangeFrom, signal };
    return { message: await get({ address: address.href, reach: reachOf(session.registry), ...how }), address };
  };
  try {
    return await ask();
  } catch (error) {
    // The token has expired, or the registry wants a login only for some repositories.
    if (!(error instanceof HttpStatusError) || error.httpStatusCode !== 401) throw error;
    if (session.authorization === used) {
      const challenge = readChallenge(error.challenge, origin) ?? session.registry.challenge;
      if (challenge?.scheme === "refused") throw new RedirectError("it names a token service that is not asked");
      session.renewing ??= renew(session, challenge, signal);
      await untilAborted(session.renewing, signal);
    }
    if (session.authorization === undefined || session.authorization === used) throw error;
    return await ask();
  }
}

async function prepare(session: Session, signal: AbortSignal): Promise<URL> {
  const origin = await open(session.registry, signal);
  const { challenge } = session.registry;
  if (challenge !== undefined) session.authorization ??= await authorizationFor(challenge, session, signal);
  return origin;
}

async function renew(session: Session, challenge: Challenge | undefined, signal: AbortSignal): Promise<void> {
  try {
    session.authorization = challenge && (await authorizationFor(challenge, session, signal));
  } finally {
    session.renewing = undefined;
  }
}

/**
 * Finds the registry's origin and whether it wants a login, with the specification's version check. It uses TLS, and
 * plain HTTP only for hosts for which the scanner does so, too.
 */
async function open(registry: Registry, signal: AbortSignal): Promise<URL> {
  if (registry.origin !== undefined) return registry.origin;
  // The scanner uses this name for Docker Hub, so that one firewall rule is enough for both.
  const host = registry.host === "docker.io" ? "index.docker.io" : registry.host;
  const secure = new URL(`https://${host}`);
  const check = async (origin: URL): Promise<URL> => {
    try {
      const onReached = (reach: Reach): void => {
        registry.reach = reach;
      };
      (await get({ address: new URL("/v2/", origin).href, onReached, signal })).destroy();
    } catch (error) {
      if (!(error instanceof HttpStatusError) || error.httpStatusCode >= 500) throw error;
      registry.challenge = readChallenge(error.challenge, origin);
    }
    registry.origin = origin;
    return origin;
  };
  if (!registry.allowHttp && !mayBePlain(secure.hostname)) return check(secure);
  return check(secure).catch((error: unknown) => {
    if (error instanceof HttpStatusError || signal.aborted) throw error;
    return check(new URL(`http://${host}`));
  });
}

/** Hosts for which the scanner uses plain HTTP if TLS does not answer (go-containerregistry, pkg/name/registry.go). */
function mayBePlain(hostname: string): boolean {
  return (
    /(?:^|\.)localhost$|\.local$/.test(hostname) ||
    ["127.0.0.1", "[::1]"].includes(hostname) ||
    /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3}$/.test(hostname)
  );
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** Follows distribution's token specification, and OAuth 2 for refresh tokens. */
async function authorizationFor(
  challenge: Challenge,
  session: Session,
  signal: AbortSignal,
): Promise<string | undefined> {
  // The repository may be one that needs no login.
  if (challenge.scheme === "refused") return undefined;
  const login = await session.credentials();
  if (challenge.scheme === "basic") return login && basicAuthorization(login);
  const { realm, service } = challenge;
  const asked = { ...(service === undefined ? {} : { service }), scope: `repository:${session.path}:pull` };
  const address = new URL(realm);
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  const request =
    login && "identityToken" in login
      ? { address: realm.href, send: refreshing(asked, login.identityToken) }
      : { address: address.href, authorization: login && basicAuthorization(login) };
  const { reach = "public" } = session.registry;
  const body = await readBody(await get({ ...request, reach, signal }), MAX_TOKEN, signal);
  const { token, access_token: other } = tokenSchema.parse(JSON.parse(body.toString("utf8")));
  const found = token || other;
  return found === undefined ? undefined : `Bearer ${found}`;
}

function refreshing(asked: Readonly<Record<string, string>>, token: string) {
  const form = { ...asked, grant_type: "refresh_token", refresh_token: token };
  return {
    method: "POST",
    text: new URLSearchParams(form).toString(),
    type: "application/x-www-form-urlencoded",
  } as const;
}

/** The header for a login. Undefined for a refresh token, which only a token service takes. */
export function basicAuthorization(login: Credentials): string | undefined {
  if (!("username" in login)) return undefined;
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
}

/** A registry outside of private networks may never redirect into one, whatever address its name has later. */
function reachOf({ reach = "public" }: Registry): Reach {
  return reach === "public" ? "public" : "any";
}

/** The login that a registry wants, from its answer's header `WWW-Authenticate`. */
type Challenge =
  | { readonly scheme: "basic" }
  /** The token service is not one that may be asked. */
  | { readonly scheme: "refused" }
  | { readonly scheme: "bearer"; readonly realm: URL; readonly service: string | undefined };

/**
 * Reads a challenge. The user names the registry, and the registry names the token service, which every client then
 * uses. But it is not used over plain HTTP if the registry uses TLS, and not on this machine or its network if the
 * registry is elsewhere.
 * @returns undefined if there is none
 */
export function readChallenge(header: string | undefined, registry: URL): Challenge | undefined {
  const [, bearer] = /(?:^|,\s*)Bearer\s+(.*)$/is.exec(header ?? "") ?? [];
  if (bearer === undefined) return /(?:^|,\s*)Basic\b/i.test(header ?? "") ? { scheme: "basic" } : undefined;
  const realm = parameterOf(bearer, "realm");
  if (realm === undefined || !URL.canParse(realm)) return { scheme: "refused" };
  const url = new URL(realm);
  if (url.username !== "" || url.password !== "" || !isAllowed(url, registry)) return { scheme: "refused" };
  return { scheme: "bearer", realm: url, service: parameterOf(bearer, "service") };
}

function parameterOf(parameters: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(parameters) ?? [];
  return quoted ?? plain;
}

function isAllowed(realm: URL, registry: URL): boolean {
  if (realm.hostname === registry.hostname) return realm.protocol === "https:" || realm.protocol === registry.protocol;
  if (realm.protocol !== "https:" && !(realm.protocol === "http:" && registry.protocol === "http:")) return false;
  const [kind = "public", own = "public"] = [hostKind(realm.hostname), hostKind(registry.hostname)];
  // The addresses behind names are checked when they are looked up for the connection.
  return isWithin(kind, reachFrom([own]));
}
