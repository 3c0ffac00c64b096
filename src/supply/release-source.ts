import type { World } from "../system/world.ts";
import type { ProgramWish, Publisher } from "./publisher.ts";

/** The source of release files: `<base>/v<version>/<file>`. */
export interface ReleaseSource {
  readonly base: string;
  readonly isMirror: boolean;
  /** Value of the header `Authorization`, sent only to the origin of {@link base}. */
  readonly authorization?: string | undefined;
  /** Timeout for all downloads from it together, in milliseconds. */
  readonly timeoutMs: number;
  /** The end of that time, by the clock of `performance.now()`. */
  readonly endsAt: number;
}

/**
 * The releases' own host, or the mirror with its login, which is masked in the log from here on. Its time starts now.
 */
export function releaseSource(
  { mirror, mirrorToken, timeoutMs }: Pick<ProgramWish, "mirror" | "mirrorToken" | "timeoutMs">,
  { tool, repository }: Publisher,
  log: World["log"],
): ReleaseSource {
  const time = { timeoutMs, endsAt: performance.now() + timeoutMs };
  if (mirror === undefined)
    return { base: `https://github.com/${repository}/releases/download`, isMirror: false, ...time };
  if (mirrorToken === undefined) return { base: mirror, isMirror: true, ...time };
  if (mirror.startsWith("http:"))
    log.warning(
      `\`${tool}-mirror-token\` is sent unencrypted, as \`${tool}-mirror\` is ${mirror}: anyone on the network path can read it. Serve the mirror by https.`,
    );
  return { base: mirror, isMirror: true, authorization: authorizationOf(mirrorToken, log), ...time };
}

/**
 * The header of a login, which is masked in the log from here on: RFC 7617 for `user:password`, RFC 6750 for a token,
 * which cannot contain a colon.
 */
export function authorizationOf(login: string, log: Pick<World["log"], "mask">): string {
  log.mask(login);
  const colon = login.indexOf(":");
  if (colon < 0) return `Bearer ${login}`;
  const password = login.slice(colon + 1);
  if (password !== "") log.mask(password);
  const basic = Buffer.from(login, "utf8").toString("base64");
  log.mask(basic);
  return `Basic ${basic}`;
}

/** The URL of a release file. */
export function addressOf({ base }: Pick<ReleaseSource, "base">, version: string, file: string): string {
  return `${base}/v${version}/${file}`;
}

/**
 * The remedy if a source has refused a file because of a missing login.
 * @param tool in lower case, as its inputs begin
 */
export function loginRemedy({ isMirror, authorization }: ReleaseSource, tool: Publisher["tool"]): string {
  if (!isMirror) return "It is asked for without a login.";
  return authorization === undefined
    ? `If it needs a login, give it with \`${tool}-mirror-token\`.`
    : `The login of \`${tool}-mirror-token\` was sent and not accepted: it may be wrong, have expired, or lack the right to read.`;
}
