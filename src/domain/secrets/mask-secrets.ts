/**
 * The rest of a longer instruction is never shown. It is cut off first, since half a secret would not be recognised.
 */
const MOST = 8_000;

/** Parts of names whose value is a secret. */
const SECRET =
  "(?:token|secret|passw|passphrase|credential|bearer|api[_-]?key|apikey|private[_-]?key|access[_-]?key|account[_-]?key|signing[_-]?key|encryption[_-]?key|connection[_-]?string|art-api|_auth(?=[=\\s\"':]))";
/** The same, but only as a whole word or as the last part: `DB_PASS`, `MYSQL_PWD`, `-storepass`. */
const LAST = "(?:(?:^|[_.-]|store|key|src|dest|user|db)(?:pass|pwd|passwd|passcode|passin|passout))";
/**
 * A whole word that has such a part. The lookahead decides once for each word: with the part between two repetitions, a
 * word of many parts would be divided in every possible way.
 */
const WORD = `(?=[\\w.-]*(?:${SECRET}|${LAST}(?![\\w.-])))[\\w.-]+`;
const NAME = `(?<![\\w.-])${WORD}`;
/** A word as shells and JSON write it: parts in quotes, in escaped quotes, or unquoted. */
const VALUE =
  '(?:\\\\"(?:[^"\\\\]|\\\\[^"])*(?:\\\\"|$)|"(?:[^"\\\\]|\\\\[\\s\\S])*(?:"|$)|\'[^\']*(?:\'|$)|\\\\[^"]|[^\\s;&|"\'\\\\,\\])}])+';
/** Between an option and its value: white space, or the comma and quotation marks of an instruction's JSON form. */
const GAP = "(?:\\\\?[\"']?(?:\\s*,\\s*|\\s+)\\\\?[\"']?)";
/** The rest of a word, up to its quotation mark. */
const REST = "[^\\s;&|\"',\\])}\\\\]+";

const regexp = (source: string, flags = "gi") => new RegExp(source, flags);

/** Token formats that have a known prefix, as their issuers and secret scanners document them. */
const TOKENS = regexp(
  `(?<![A-Za-z0-9])(?:${[
    "gh[pousr]_[\\w.-]{10,}",
    "github_pat_\\w{10,}",
    "gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent)-[\\w.-]{10,}",
    "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}",
    "xox[abeoprs]-[\\w-]{8,}",
    "xapp-[\\w-]{8,}",
    "npm_[A-Za-z0-9]{16,}",
    "pypi-[\\w-]{16,}",
    "dckr_(?:pat|oat)_[\\w-]{10,}",
    "hf_[A-Za-z0-9]{16,}",
    "(?:sk|rk|pk)_(?:live|test)_\\w{10,}",
    "whsec_\\w{10,}",
    "sk-[\\w-]{16,}",
    "AIza[\\w-]{20,}",
    "ya29\\.[\\w-]{10,}",
    "SG\\.[\\w-]{10,}\\.[\\w-]{10,}",
    "hv[sbr]\\.[\\w-]{16,}",
    "do[opr]_v1_\\w{16,}",
    "shp(?:at|ca|pa|ss)_\\w{16,}",
    "rubygems_\\w{16,}",
    "dapi[0-9a-f]{24,}",
    "tskey-[\\w-]{10,}",
    "PMAK-[\\w-]{16,}",
    "ATATT3[\\w=-]{16,}",
    "AGE-SECRET-KEY-1\\w{10,}",
    "eyJ[\\w-]{8,600}\\.[\\w-]{8,}(?:\\.[\\w-]*)?",
  ].join("|")})`,
  "g",
);

const LOGIN = "(?:docker|podman|buildah|skopeo|helm|oras|crane|regctl|nerdctl|az|oc|cf|vault|ibmcloud|registry)";
const ECHO = "((?:echo|printf)\\s+(?:-[neE]+\\s+){0,5})";

/**
 * Credentials in a URL: up to the last @ of the host part, or with a slash in the password. A browser counts no
 * slashes.
 */
const LOGINS = [
  regexp("(?<![a-z0-9+.-])((?:https?|wss?|ftp):[/\\\\]+|[a-z][a-z0-9+.-]{0,30}:\\/\\/)[^/\\\\<>]*@"),
  regexp("(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\\/\\/)[^/:@*]+:(?!\\d+\\/)[^@]*@"),
];

/** A text of any length without the credentials in its URLs. Takes linear time. */
export function withoutUrlLogins(text: string): string {
  return text.replace(WORD_OF_TEXT, withoutLogins);
}

const WORD_OF_TEXT = /[^\s"']+/g;

/** The part behind the last @ is left out: in a word without one, each start of a URL would be followed to the end. */
function withoutLogins(word: string): string {
  const end = word.lastIndexOf("@") + 1;
  if (end === 0 || !word.includes(":")) return word;
  return LOGINS.reduce((each, rule) => each.replace(rule, "$1***@"), word.slice(0, end)) + word.slice(end);
}

/** Patterns and their replacements, which keep the groups. */
const RULES: readonly (readonly [RegExp, string | ((word: string) => string)])[] = [
  [
    regexp("-----BEGIN[ A-Z]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END[ A-Z]*PRIVATE KEY(?: BLOCK)?-----|$)"),
    "***",
  ],
  // A word, which may have URLs with credentials.
  [WORD_OF_TEXT, withoutLogins],
  [regexp("([?&](?:sig|signature|key|auth|code|x-amz-(?:signature|credential|security-token))=)[^\\s&\"']+"), "$1***"],
  // Headers. Quoted ones first, since some have several values.
  [
    regexp(
      "([\"'])((?:proxy-)?authorization\\s*:\\s*(?:(?:bearer|basic|token|digest|apikey|negotiate)\\s+)?)(?:(?!\\1)[^\\n])+",
    ),
    "$1$2***",
  ],
  [
    regexp(
      "\\b((?:proxy-)?authorization\\\\?[\"']?\\s*[:=]\\s*\\\\?[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\\s+)?)[^\"'\\n\\\\]+",
    ),
    "$1***",
  ],
  [regexp("\\b(bearer|basic)(\\s+)(?!\\*\\*\\*)[\\w+/=.~-]{8,}"), "$1$2***"],
  [regexp("\\b((?:set-)?cookie:\\s*)[^\"'\\n\\\\]+"), "$1***"],
  // A secret's name and its value: NAME=value, "name": "value", 'Name: value', --name value.
  [regexp(`(${NAME}\\\\?["']?\\s*=)(?!…)(?!\\s)${VALUE}`), "$1***"],
  [regexp(`(${NAME}\\\\?["']?\\s*:(?:\\s+|(?=\\\\?["']))\\\\?["']?)${REST}`), "$1***"],
  [regexp(`((?:["'])${NAME}\\s*:\\s*)${REST}`), "$1***"],
  [
    regexp(
      `((?<![\\w.-])--?(?=[\\w.-])(?![\\w.-]*(?:stdin|file|path|prompt|env|length|less)(?![\\w.-]))${WORD}${GAP})(?![-$&|;\\s]|\\*\\*\\*)${REST}`,
    ),
    "$1***",
  ],
  [regexp(`((?:_authToken|_auth|_password)\\s+)(?![-$&|;])${VALUE}`), "$1***"],
  [regexp(`(\\bset\\s+(?=\\S*${SECRET})\\S+\\s+)(?![-$&|;])${VALUE}`), "$1***"],
  [regexp("(\\blogin\\s+\\S+\\s+password\\s+)[^\\s\"'\\\\]+"), "$1***"],
  [
    regexp(
      "(\\bidentified\\s+(?:with\\s+\\S+\\s+)?by\\s+|\\bwith\\s+(?:encrypted\\s+)?password\\s+)(\\\\?['\"])[^'\"\\\\]*",
    ),
    "$1$2***",
  ],
  // Options whose value is `user:password`; `1000:1000` is a user and a group.
  [
    regexp(
      `((?<![\\w-])(?:-[a-zA-Z]{0,6}[uU]|--(?:proxy-|http-|ftp-)?user|-a|--auth)(?:=|${GAP}))\\\\?["']?(?!\\d+:\\d+(?!\\S))(?![$:/])[^\\s"':,\\])}]{1,256}:(?!\\/\\/)(?:'[^']*'|[^\\s"',\\])}]*)`,
    ),
    "$1***",
  ],
  // The same if the user is empty or a variable.
  [
    regexp(
      `((?<![\\w-])(?:-[a-zA-Z]{0,6}[uU]|--(?:proxy-|http-|ftp-)?user)(?:=|${GAP})\\\\?["']?(?:\\$\\{?\\w+\\}?)?:)(?![$:/])${REST}`,
    ),
    "$1***",
  ],
  [regexp("((?<![\\w-])-u)(?!\\d+:\\d+(?!\\S))[\\w.@+-]{1,256}:[^\\s\"',\\])}]+"), "$1***"],
  // Programs that take a password as a short option.
  [regexp(`(\\b${LOGIN}(?:\\s+[\\w-]+){0,2}\\s+login\\b[^;&|\\n]{0,400}?\\s-p${GAP}?)(?![-$])${REST}`), "$1***"],
  [regexp(`(\\bsshpass${GAP}-p${GAP}?)${VALUE}`), "$1***"],
  [
    regexp(
      `(\\b(?:mysql\\w*|mariadb(?:-\\w{1,20}){0,3}(?![\\w-])|7z[ar]?|rar)\\b[^;&|\\n]{0,400}?[\\s"']-p)(?=[^\\s"',-])${REST}`,
    ),
    "$1***",
  ],
  [regexp(`(\\b(?:unzip|zip|sqlcmd|bcp)\\b[^;&|\\n]{0,400}?[\\s"']-P${GAP}?)${REST}`, "g"), "$1***"],
  [regexp(`(\\bredis-cli\\b[^;&|\\n]{0,400}?[\\s"']-a${GAP})${REST}`), "$1***"],
  [regexp(`(\\bldap\\w+\\b[^;&|\\n]{0,400}?[\\s"']-w${GAP}?)${REST}`), "$1***"],
  [regexp(`(\\b(?:useradd|usermod)\\b[^;&|\\n]{0,400}?[\\s"']-p${GAP})${VALUE}`), "$1***"],
  [
    regexp(`(\\bhtpasswd${GAP}-(?=[a-zA-Z]*b)[a-zA-Z]+${GAP}(?:-\\w+${GAP})*${REST}${GAP}${REST}${GAP})${REST}`),
    "$1***",
  ],
  [
    regexp(
      `(\\bopenssl\\b[^;&|\\n]{0,400}?[\\s"']-(?:k|K|pass(?:in|out)?)${GAP}(?:pass:)?)(?!(?:env|file|fd):|stdin)${REST}`,
    ),
    "$1***",
  ],
  [regexp(`(\\b(?:dotnet\\s+nuget|twine)\\b[^;&|\\n]{0,400}?[\\s"']-p${GAP})(?![-$])${REST}`, "g"), "$1***"],
  // Settings of package managers: a source, its user and its password.
  [regexp(`(\\bhttp-basic\\.\\S{1,300}${GAP}${REST}${GAP})(?![-$])${REST}`), "$1***"],
  [regexp(`(\\b(?:pypi-token|github-oauth|gitlab-oauth|bitbucket-oauth)\\.\\S{1,300}${GAP})(?![-$])${REST}`), "$1***"],
  [regexp(`(\\bbundler?${GAP}config${GAP}[^;&|\\n]{0,200}?[^\\s:]:)(?![/:$])${REST}`), "$1***"],
  [regexp(`((?<![\\w-])--?activation-?key(?:=|${GAP}))(?![-$])${REST}`), "$1***"],
  [regexp(`(\\b(?:ua|pro)${GAP}attach${GAP}(?:--[\\w-]+${GAP})*)(?![-$])${REST}`), "$1***"],
  // Secrets that are passed through a pipe.
  [
    regexp(`${ECHO}[^|;&\\n]{1,400}(\\|\\s*(?:sudo\\s+)?(?:\\S{0,200}\\/)?(?:chpasswd|passwd|su|sudo\\s+-S)\\b)`),
    "$1*** $2",
  ],
  [
    regexp(`${ECHO}[^|;&\\n]{1,400}(\\|[^;&|\\n]{0,400}?--(?:password|token|api-token|passphrase)-stdin\\b)`),
    "$1*** $2",
  ],
];

/**
 * Removes secrets from a text. These are credentials in URLs and headers, values of names and options that sound like
 * secrets, passwords of known programs, and tokens with a known prefix. Takes linear time. Cuts off a text that is
 * longer than {@link MOST}.
 */
export function withoutSecrets(text: string): string {
  const short = text.length <= MOST ? text : `${text.slice(0, MOST).split(/\s+/).slice(0, -1).join(" ")}…`;
  const masked = RULES.reduce((each, [rule, mask]) => each.replace(rule, mask as string), short);
  return masked.replace(TOKENS, "***");
}

/** The same for a program's argument list, in which an option and its value are separate items. */
export function argumentsWithoutSecrets(list: readonly string[]): readonly string[] {
  const text = JSON.stringify(list);
  const masked = withoutSecrets(text);
  if (masked === text) return list;
  try {
    const parsed: unknown = JSON.parse(masked);
    if (Array.isArray(parsed) && parsed.every((each) => typeof each === "string")) return parsed;
  } catch {
    // A mask also removed a quotation mark, so we show nothing.
  }
  return ["***"];
}
