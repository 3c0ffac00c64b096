import { hasLogin } from "../domain/secrets/logins.ts";

/** Inputs that are secrets, and are never shown. */
const SECRET = /(?:^|-)(?:token|password)$|^pushgateway$/;

/**
 * Inputs of addresses and references, in which a user alone is a login, too; in a path, an `@` is a letter as any
 * other.
 */
const ADDRESS = /^(?:image|base-image|base-image-candidates|promote-to)$|(?:^|-)(?:repository|mirror)$/;

/** What a line may begin with before what it names; the colon behind it is not one behind a user. */
export const LINE_WORDS: Readonly<Record<string, readonly string[]>> = {
  discover: ["file", "compose", "kubernetes", "helm", "kubectl", "registry", "harbor", "docker"],
  reports: [
    ...["sarif", "gitlab", "gitlab-code-quality", "gitlab-sbom", "gitlab-annotations", "junit", "csv"],
    ...["markdown", "html", "verdict", "cyclonedx", "spdx-json"],
  ],
  vex: ["repo"],
};

/** Sources of `discover` that name no host: paths, patterns and names of contexts. */
const NO_ADDRESS = /^(?:file|compose|kubernetes|helm|kubectl|docker)(?::|$)/;

/**
 * What is wrong with an input that has a login in it, which log, comment, summary, report and outputs would show. The
 * message does not repeat it. Undefined: nothing.
 */
export function loginMistake(name: string, value: string): string | undefined {
  if (SECRET.test(name)) return undefined;
  const isLogin = value.split(/[\r\n]+/).some((line) => hasLoginIn(name, line.trim()));
  return isLogin
    ? `\`${name}\` has a login in an address, a reference or a name, which log, comment, summary and outputs would show: log in (\`docker login\`), or check a repository out and give its folder as \`path\`; behind a name, an @ is for a digest alone`
    : undefined;
}

function hasLoginIn(name: string, line: string): boolean {
  const isAddress = ADDRESS.test(name) || (name === "discover" && !NO_ADDRESS.test(line));
  const word = LINE_WORDS[name]?.find((each) => line.startsWith(`${each}:`));
  return hasLogin(word === undefined ? line : line.slice(word.length + 1).trim(), { isAddress });
}
