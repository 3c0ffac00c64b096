import { z } from "zod";
import { isDigest, registryHost, repositoryName } from "../../domain/image/reference.ts";
import { FinalError, get, HttpStatusError, readBody, retrying } from "../../system/http.ts";
import { type RegistryDocument, registryDocument } from "./document.ts";

/** The runner's login to one registry. */
export type Credentials =
  | { readonly username: string; readonly password: string }
  /** A refresh token, as `az acr login` leaves it. */
  | { readonly identityToken: string };

export interface RegistryReader {
  /**
   * What a tag or digest of a reference's repository means there. Asked by digest, the bytes are held to it.
   * @param reference any reference of the repository: its own tag and digest do not count
   * @throws RegistryError
   */
  read(reference: string, tagOrDigest: string): Promise<RegistryDocument>;
  /** The same where it has been asked for already; nothing is asked. */
  known(reference: string, tagOrDigest: string): Promise<RegistryDocument> | undefined;
}

/** Why something could not be read: a clause that can stand behind `its registry`. Holds nothing that a server said. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
}

interface ReaderOptions {
  /** Those for a repository's registry; asked for once for each repository, and only where the registry wants a login. */
  readonly credentials: (repository: string) => Promise<Credentials | undefined>;
  readonly signal: AbortSignal;
  /** For each document, whatever has to be asked for it. In milliseconds. */
  readonly deadlineMs?: number;
}

/** What stands in the way of a scan's answer by no more than this. */
const DEADLINE_MS = 10_000;
/** Registries refuse larger manifests (distribution specification, "Pushing Manifests"). */
const MAX_MANIFEST = 4 * 1024 * 1024;
const MAX_TOKEN = 256 * 1024;
const ACCEPT = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Reads manifests from registries, as their specification has it (github.com/opencontainers/distribution-spec), each of
 * them once. A login goes to the registry itself and to the token service that it names, and only in answer to its challenge.
 */
export function registryReader({ credentials, signal, deadlineMs = DEADLINE_MS }: ReaderOptions): RegistryReader {
  const documents = new Map<string, Promise<RegistryDocument>>();
  const sessions = new Map<string, Session>();
  const registries = new Map<string, Registry>();
  const keyOf = (reference: string, tagOrDigest: string) => `${repositoryName(reference)} ${tagOrDigest}`;
  return {
    known: (reference, tagOrDigest) => documents.get(keyOf(reference, tagOrDigest)),
    read(reference, tagOrDigest) {
      const repository = repositoryName(reference);
      const key = keyOf(reference, tagOrDigest);
      const session = sessions.get(repository) ?? newSession(repository, registries, credentials);
      sessions.set(repository, session);
      const known = documents.get(key);
      const reading =
        known ?? readDocument(session, tagOrDigest, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]));
      documents.set(key, reading);
      // What it came to is told to whoever waits for it.
      reading.catch(() => {});
      return reading;
    },
  };
}

/** What all repositories of one host have in common. */
interface Registry {
  readonly host: string;
  /** Found out by the first answer. */
  origin?: URL;
  challenge?: Challenge | undefined;
}

interface Session {
  readonly registry: Registry;
  /** Without the host: `library/alpine`. */
  readonly path: string;
  readonly credentials: () => Promise<Credentials | undefined>;
  authorization?: string | undefined;
  /** Why it was not reached: it is not waited for once more. */
  unreachable?: RegistryError | undefined;
}

function newSession(
  repository: string,
  registries: Map<string, Registry>,
  credentials: ReaderOptions["credentials"],
): Session {
  const host = registryHost(repository);
  const registry = registries.get(host) ?? { host };
  registries.set(host, registry);
  let found: ReturnType<typeof credentials> | undefined;
  return {
    registry,
    path: repository.slice(host.length + 1),
    credentials: () => {
      found ??= credentials(repository);
      return found;
    },
  };
}

async function readDocument(session: Session, tagOrDigest: string, signal: AbortSignal): Promise<RegistryDocument> {
  if (session.unreachable !== undefined) throw session.unreachable;
  let bytes: Buffer;
  try {
    bytes = await manifestBytes(session, tagOrDigest, signal);
  } catch (cause) {
    const error = new RegistryError(reasonOf(cause, signal), { cause });
    if (session.registry.origin === undefined) session.unreachable = error;
    throw error;
  }
  const document = registryDocument(bytes);
  if (document === undefined) throw new RegistryError("holds no image there that could be read");
  if (isDigest(tagOrDigest) && document.digest !== tagOrDigest)
    throw new RegistryError("answered with other bytes than those of the digest");
  return document;
}

function reasonOf(cause: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "did not answer in time";
  if (cause instanceof FinalError || cause instanceof z.ZodError || cause instanceof SyntaxError)
    return "answered with something else than was asked for";
  if (!(cause instanceof HttpStatusError)) return "could not be reached by Image Gate";
  const { httpStatusCode: status } = cause;
  if (status === 401 || status === 403) return "wants a login that Image Gate does not have";
  return status === 404 ? "does not have it" : `answered with HTTP ${status}`;
}

async function manifestBytes(session: Session, tagOrDigest: string, signal: AbortSignal): Promise<Buffer> {
  const origin = await open(session.registry, signal);
  const address = new URL(`/v2/${session.path}/manifests/${tagOrDigest}`, origin).href;
  const ask = async () => {
    const { authorization } = session;
    return readBody(await get({ address, authorization, headers: { accept: ACCEPT }, signal }), MAX_MANIFEST, signal);
  };
  const { challenge: first } = session.registry;
  if (first !== undefined) session.authorization ??= await authorizationFor(first, session, signal);
  try {
    return await retrying(ask, signal);
  } catch (error) {
    // A token of minutes ago, or a registry that only asks for a login where one is needed.
    if (!(error instanceof HttpStatusError) || error.httpStatusCode !== 401) throw error;
    const challenge = readChallenge(error.challenge, origin) ?? first;
    session.authorization = challenge && (await authorizationFor(challenge, session, signal));
    if (session.authorization === undefined) throw error;
    return await retrying(ask, signal);
  }
}

/**
 * Finds out by the specification's version check where the registry answers and whether it wants a login: over TLS, and over
 * plain HTTP only where the scanner speaks it, too.
 */
async function open(registry: Registry, signal: AbortSignal): Promise<URL> {
  if (registry.origin !== undefined) return registry.origin;
  // The name by which the scanner asks Docker Hub, so that one rule of a firewall is enough for both.
  const host = registry.host === "docker.io" ? "index.docker.io" : registry.host;
  const secure = new URL(`https://${host}`);
  const check = async (origin: URL): Promise<URL> => {
    try {
      (await get({ address: new URL("/v2/", origin).href, signal })).destroy();
    } catch (error) {
      if (!(error instanceof HttpStatusError) || error.httpStatusCode >= 500) throw error;
      registry.challenge = readChallenge(error.challenge, origin);
    }
    registry.origin = origin;
    return origin;
  };
  if (!mayBePlain(secure.hostname)) return retrying(() => check(secure), signal);
  return check(secure).catch((error: unknown) => {
    if (error instanceof HttpStatusError || signal.aborted) throw error;
    return retrying(() => check(new URL(`http://${host}`)), signal);
  });
}

/** Hosts that the scanner asks over plain HTTP where TLS does not answer (go-containerregistry, pkg/name/registry.go). */
function mayBePlain(hostname: string): boolean {
  return (
    /(?:^|\.)localhost$|\.local$/.test(hostname) ||
    ["127.0.0.1", "[::1]"].includes(hostname) ||
    /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2,3}$/.test(hostname)
  );
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** (distribution's token specification; OAuth 2 for refresh tokens) */
async function authorizationFor(
  challenge: Challenge,
  session: Session,
  signal: AbortSignal,
): Promise<string | undefined> {
  const login = await session.credentials();
  if (challenge.scheme === "basic") return login && "username" in login ? basic(login) : undefined;
  const { realm, service } = challenge;
  const asked = { ...(service === undefined ? {} : { service }), scope: `repository:${session.path}:pull` };
  const request =
    login && "identityToken" in login
      ? { address: realm.href, form: { ...asked, grant_type: "refresh_token", refresh_token: login.identityToken } }
      : { address: withQuery(realm, asked), authorization: login && basic(login) };
  const body = await retrying(async () => readBody(await get({ ...request, signal }), MAX_TOKEN, signal), signal);
  const { token, access_token: other } = tokenSchema.parse(JSON.parse(body.toString("utf8")));
  const found = token || other;
  return found === undefined ? undefined : `Bearer ${found}`;
}

function withQuery(address: URL, query: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

/** How a registry wants to be logged in to: its answer's header `WWW-Authenticate`. */
type Challenge =
  | { readonly scheme: "basic" }
  | { readonly scheme: "bearer"; readonly realm: URL; readonly service: string | undefined };

/**
 * Reads a challenge. The token service is named by the registry, and the registry by the user, so that it is asked as every
 * client does; but not over plain HTTP where the registry is asked over TLS, and not in this machine or its network where
 * the registry is elsewhere.
 * @returns undefined where there is none that may be followed
 */
export function readChallenge(header: string | undefined, registry: URL): Challenge | undefined {
  const [, bearer] = /(?:^|,\s*)Bearer\s+(.*)$/is.exec(header ?? "") ?? [];
  if (bearer === undefined) return /(?:^|,\s*)Basic\b/i.test(header ?? "") ? { scheme: "basic" } : undefined;
  const realm = parameterOf(bearer, "realm");
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.username !== "" || url.password !== "" || !isAllowed(url, registry)) return undefined;
  return { scheme: "bearer", realm: url, service: parameterOf(bearer, "service") };
}

function parameterOf(parameters: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(parameters) ?? [];
  return quoted ?? plain;
}

function isAllowed(realm: URL, registry: URL): boolean {
  if (realm.hostname === registry.hostname) return realm.protocol === "https:" || realm.protocol === registry.protocol;
  if (realm.protocol !== "https:" && !(realm.protocol === "http:" && registry.protocol === "http:")) return false;
  return !isWithinNetwork(realm.hostname) || isWithinNetwork(registry.hostname);
}

/** An address of this machine, of a private network or of the link, as it is written; names are not looked up. */
function isWithinNetwork(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (/(?:^|\.)localhost$/.test(host) || host.endsWith(".local")) return true;
  if (host.includes(":")) return !/^[23]/.test(host);
  const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
  if (parts === null) return false;
  const [a, b] = [Number(parts[1]), Number(parts[2])];
  return (
    [0, 10, 127].includes(a) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}
