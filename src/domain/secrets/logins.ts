/**
 * Logins in addresses, references and names, in every form that Git, Docker or a browser takes for one:
 * `https://u:p@host`, `https:/u:p@host`, `ssh://token@host`, `u:p@host/app`, `token@host:path`, `?access_token=…`.
 */

/** User names that all accounts of a Git host share, and that are therefore not secret. */
const SHARED_USERS = new Set(["git", "gitea", "gitlab", "gogs", "forgejo", "hg", "svn"]);

/**
 * A scheme that starts an authority: for a browser's schemes with any number of slashes, for other schemes with two, or
 * two slashes without a scheme.
 */
const SCHEME = /(?<![a-z0-9+.-])(?:(?:https?|wss?|ftp):[\\/]*|[a-z][a-z0-9+.-]{0,30}:\/\/|(?<![^\s"'=,;(<])\/\/)/gi;
/** `user:password@`, without a scheme. A Windows drive and a digest's algorithm are not users. */
const USER_AND_PASSWORD = /(?<![^\s"'=,;(<])(?![a-z]:[\\/])[^\s/\\@:"']{0,500}:(?!\/\/)[^\s@]{1,4000}@(?=[\w[])/gi;
/** `user@host` at the beginning of an address or a reference, where only a digest may follow a name and an `@`. */
const USER_ALONE = /(?<![^\s"'=,;(<])[^\s/\\@:"']{1,500}@(?=[\w[])/gi;
/** The text before a fragment or a query that contains an `@`: some programs end the host there, others at the `@`. */
const IN_FRAGMENT = /^[^\s/\\@]{0,500}[?#][^\s@]{0,4000}@(?=[\w[])/;
/** A parameter of an address whose name suggests that its value is a secret. */
const SECRET_PARAMETER =
  /[?&;#](?:[\w.-]{0,60}(?:token|secret|passw|pwd|passphrase|credential|signature|bearer|auth(?!or)|(?:api|access|account|private|shared)[_-]?key|pin-value)[\w.-]{0,60}|sig|key|code|pass|pat|jwt|sas)=[^&;#\s]/i;
/** An image's digest, which also follows an `@`. */
const DIGEST = /^(?:[a-z0-9]+(?:[+._-][a-z0-9]+){0,5}:[0-9a-f]{32,}(?![0-9a-f])|sha(?:256|384|512):)/i;
/** A host with a dot, or the local machine, with or without a port. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;

export interface LoginOptions {
  /** The text is an address or a reference and not a path, so `user@host/` is a login as well. */
  readonly isAddress?: boolean;
}

/** True if a line contains a login, also after decoding its URL escapes. Takes linear time. */
export function hasLogin(line: string, options: LoginOptions = {}): boolean {
  return [line, decoded(line), decoded(decoded(line))].some((text) => hasPlainLogin(text, options));
}

/** No genuine address or reference is longer. */
const LONGEST = 5_000;

/** A longer line is split into words, so a pattern never has to search all of it. */
function piecesOf(line: string): readonly string[] {
  if (line.length <= LONGEST) return [line];
  return line.split(/\s+/).flatMap((word) => (word.length <= LONGEST ? [word] : cutWord(word)));
}

/** In a longer word, each `@` except a digest's ends a possible login. */
function cutWord(word: string): readonly string[] {
  const isLogin = [...word.matchAll(/@/g)].some(({ index }) => !isDigestAt(word, index + 1));
  return isLogin ? ["u:p@host"] : [];
}

function hasPlainLogin(line: string, options: LoginOptions): boolean {
  if (SECRET_PARAMETER.test(line)) return true;
  return line.includes("@") && piecesOf(line).some((piece) => hasUser(piece, options));
}

function hasUser(line: string, { isAddress = false }: LoginOptions): boolean {
  return (
    [...line.matchAll(SCHEME)].some((scheme) => isLogin(line.slice(scheme.index + scheme[0].length), scheme[0])) ||
    [...line.matchAll(USER_AND_PASSWORD)].some((match) => !isDigestAt(line, match.index + match[0].length)) ||
    (isAddress && [...line.matchAll(USER_ALONE)].some((match) => isUserLogin(line, match)))
  );
}

/** A line without its login: every part that could belong to the login becomes `***`. */
export function withoutLogin(line: string): string {
  if (!hasLogin(line, { isAddress: true })) return line;
  const scheme = /^[a-z][a-z0-9+.-]{0,30}:[\\/]+/i.exec(line)?.[0] ?? "";
  const at = line.lastIndexOf("@");
  // An escaped @ may be anywhere.
  const isEscaped = !hasPlainLogin(line, { isAddress: true });
  const shown = isEscaped ? "***" : at === -1 ? line.slice(scheme.length) : `***@${line.slice(at + 1)}`;
  return scheme + shown.replace(/[?#&;][\s\S]*$/, "?***");
}

/** True if the text after a scheme begins with a login. */
function isLogin(rest: string, scheme: string): boolean {
  const authority = /^[^/\\?#]*/.exec(rest)?.[0] ?? "";
  const at = authority.lastIndexOf("@");
  if (IN_FRAGMENT.test(rest)) return true;
  if (at !== -1) {
    const user = authority.slice(0, at);
    const isShared = SHARED_USERS.has(user.toLowerCase()) && !/^(?:https?|wss?|ftp):/i.test(scheme);
    return !isShared && !isDigestAt(authority, at + 1);
  }
  // A password may contain a slash. Then the text before the slash is not a host, or another host follows the @.
  const behind = rest.indexOf("@");
  if (behind === -1 || authority === "" || HOST.test(authority) || isDigestAt(rest, behind + 1)) return false;
  return !/^[\w-]+(?::\d{1,5})?$/.test(authority) || HOST.test(/^[^/\\?#]*/.exec(rest.slice(behind + 1))?.[0] ?? "");
}

function isUserLogin(line: string, { index, 0: text }: RegExpExecArray): boolean {
  const at = text.indexOf("@");
  return !SHARED_USERS.has(text.slice(0, at).toLowerCase()) && !isDigestAt(line, index + at + 1);
}

function isDigestAt(text: string, at: number): boolean {
  return DIGEST.test(text.slice(at, at + 300));
}

/** Decodes each escape of a single byte, and leaves all other text unchanged. */
function decoded(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
