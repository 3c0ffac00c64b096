/** How a registry wants to be logged in to: its answer's header `WWW-Authenticate`. */
export type Challenge =
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
