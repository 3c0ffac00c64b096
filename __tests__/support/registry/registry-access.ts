import { randomBytes } from "node:crypto";

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface TokenOptions {
  /** Address of the token endpoint, such as `https://ghcr.io/token`. */
  readonly realm: string;
  readonly service: string;
}

/** Rights to read in a registry: by a login at each request, or by the Bearer token that it hands out for one. */
export interface Access {
  requireLogin(match: RegExp, login: Login): void;
  requireToken(options: TokenOptions): void;
  /** Path of the token endpoint, if there is one. */
  tokenPath(): string | undefined;
  /** The `www-authenticate` of a 401; undefined: it may be read. Without a repository: the version check. */
  challenge(repository: string | undefined, authorization: string | undefined): string | undefined;
  /** A new token for the request's scopes; undefined if the login is wrong. */
  token(scopes: readonly string[], authorization: string | undefined): string | undefined;
}

const basic = ({ username, password }: Login): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

export function createAccess(): Access {
  const logins: { match: RegExp; authorization: string }[] = [];
  const granted = new Map<string, ReadonlySet<string>>();
  let tokens: TokenOptions | undefined;

  const isKnown = (authorization: string | undefined) => logins.some((login) => login.authorization === authorization);
  const mayRead = (repository: string, authorization: string | undefined) => {
    const login = logins.find(({ match }) => match.test(repository));
    return login === undefined || login.authorization === authorization;
  };

  function basicChallenge(repository: string | undefined, authorization: string | undefined): string | undefined {
    // A registry with any private repository challenges at the version check, which is where clients learn how to log
    // in.
    const isFree =
      repository === undefined ? logins.length === 0 || isKnown(authorization) : mayRead(repository, authorization);
    return isFree ? undefined : 'Basic realm="test registry"';
  }

  /** As on ghcr.io and Docker Hub, everything needs a token (distribution's token specification). */
  function bearerChallenge(
    { realm, service }: TokenOptions,
    repository: string | undefined,
    authorization: string | undefined,
  ): string | undefined {
    const scope = granted.get(/^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "");
    if (scope !== undefined && (repository === undefined || scope.has(repository))) return undefined;
    const wanted = repository === undefined ? "" : `,scope="repository:${repository}:pull"`;
    return `Bearer realm="${realm}",service="${service}"${wanted}`;
  }

  return {
    requireLogin: (match, login) => logins.push({ match, authorization: basic(login) }),
    requireToken(options) {
      tokens = options;
    },
    tokenPath: () => tokens && new URL(tokens.realm).pathname,
    challenge: (repository, authorization) =>
      tokens ? bearerChallenge(tokens, repository, authorization) : basicChallenge(repository, authorization),
    token(scopes, authorization) {
      // As on ghcr.io, a wrong login gets no access, not even to public repositories.
      if (authorization !== undefined && !isKnown(authorization)) return undefined;
      const names = scopes.flatMap((scope) => /^repository:([^:]+):(?:[a-z,]*,)?pull\b/.exec(scope)?.[1] ?? []);
      const token = `bed-${randomBytes(12).toString("hex")}`;
      granted.set(token, new Set(names.filter((name) => mayRead(name, authorization))));
      return token;
    },
  };
}
