import { hasLogin } from "../domain/secrets/logins.ts";
import type { InputFacts } from "./input-facts.ts";

/** First words of `discover` lines that name a path, a pattern or a context instead of a host. */
const NO_ADDRESS = /^(?:file|compose|kubernetes|helm|kubectl|docker)$/;

/**
 * What is wrong with an input that has a login in it, which log, comment, summary, report and outputs would show. The
 * message does not repeat it. Undefined: nothing.
 */
export function loginMistake(name: string, value: string, facts: InputFacts): string | undefined {
  if (facts.secret) return undefined;
  const isLogin = value.split(/[\r\n]+/).some((line) => hasLoginIn(line.trim(), facts));
  return isLogin
    ? `\`${name}\` has a login in an address, a reference or a name, which log, comment, summary and outputs would show: log in (\`docker login\`), or check a repository out and give its folder as \`path\`; behind a name, an @ is for a digest alone`
    : undefined;
}

function hasLoginIn(line: string, { address = false, words = [] }: InputFacts): boolean {
  const word = words.find((each) => line.startsWith(`${each}:`));
  const isAddress = address && !NO_ADDRESS.test(word ?? line);
  return hasLogin(word === undefined ? line : line.slice(word.length + 1).trim(), { isAddress });
}
