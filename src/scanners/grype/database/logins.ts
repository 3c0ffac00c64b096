import { registryHost } from "../../../domain/image/reference.ts";
import { credentialsFor } from "../../../images/registry/credentials.ts";
import { authorizationOf } from "../../../supply/release-source.ts";
import type { World } from "../../../system/world.ts";

/**
 * The runner's Docker login for the host of an address, as the header `Authorization`; it is masked in the log from
 * here on. Undefined: there is no login, or it is a token for a registry alone.
 */
export type LoginTo = (address: string) => Promise<string | undefined>;

/** Finds the runner's logins. Its configuration is read once, and only if an address could have one. */
export function loginsTo(world: World): LoginTo {
  const credentials = credentialsFor(world);
  const warned = new Set<string>();
  return async (address) => {
    const { protocol, host, port, pathname } = new URL(address);
    // A login without a port is one for port 443, and a host without a dot would be read as a name at Docker Hub.
    if ((protocol !== "https:" && port === "") || registryHost(`${host}/`) !== host) return undefined;
    const login = await credentials(`${host}${pathname}`);
    if (login === undefined || !("username" in login)) return undefined;
    if (protocol !== "https:" && !warned.has(host)) {
      warned.add(host);
      world.log.warning(`The Docker login of ${host} is sent unencrypted, as \`grype-db\` names it by http.`);
    }
    return authorizationOf(`${login.username}:${login.password}`, world.log);
  };
}
