import type { World } from "../../../system/world.ts";
import { GITHUB_RELEASES } from "./release.ts";

/** Where release files come from: `<base>/v<version>/<file>`. */
export interface ReleaseSource {
  readonly base: string;
  readonly isMirror: boolean;
  /** Value of the header `Authorization`, for the origin of {@link base} alone. */
  readonly authorization?: string | undefined;
  /** For everything that is downloaded from it together, in milliseconds. */
  readonly timeoutMs: number;
  /** When that time is over, by `performance.now()`. */
  readonly endsAt: number;
}

export interface SourceRequest {
  readonly mirror?: string | undefined;
  readonly mirrorToken?: string | undefined;
  readonly timeoutMs: number;
}

/** GitHub, or the mirror with its login, which is masked in the log from here on. The time begins to run. */
export function releaseSource({ mirror, mirrorToken, timeoutMs }: SourceRequest, log: World["log"]): ReleaseSource {
  const time = { timeoutMs, endsAt: performance.now() + timeoutMs };
  if (mirror === undefined) return { base: GITHUB_RELEASES, isMirror: false, ...time };
  if (mirrorToken === undefined) return { base: mirror, isMirror: true, ...time };
  if (mirror.startsWith("http:"))
    log.warning(
      `\`trivy-mirror-token\` is sent unencrypted, as \`trivy-mirror\` is ${mirror}: whoever is on the way can read it. Serve the mirror by https.`,
    );
  return { base: mirror, isMirror: true, authorization: authorizationOf(mirrorToken, log), ...time };
}

/** RFC 7617 for `user:password`, RFC 6750 for a token: a colon cannot be part of one. */
function authorizationOf(login: string, log: World["log"]): string {
  log.mask(login);
  const colon = login.indexOf(":");
  if (colon < 0) return `Bearer ${login}`;
  const password = login.slice(colon + 1);
  if (password !== "") log.mask(password);
  const basic = Buffer.from(login, "utf8").toString("base64");
  log.mask(basic);
  return `Basic ${basic}`;
}

/** The address of one file of a release. */
export function addressOf({ base }: ReleaseSource, version: string, file: string): string {
  return `${base}/v${version}/${file}`;
}
