import { hostKind, isWithin, reachFrom } from "../../system/reach.ts";

/** The login that a registry wants, from its answer's header `WWW-Authenticate`. */
export type Challenge =
  | { readonly scheme: "basic" }
  /** By a token service that is not asked. */
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
  // What names lead to is seen when they are looked up for the connection.
  return isWithin(kind, reachFrom([own]));
}
