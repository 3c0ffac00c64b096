/** The longest text that is shown. The rest is cut off first, since a half secret could not be recognised. */
const MOST = 8_000;

/** Parts of names whose value is a secret. */
const SECRET =
  "(?:token|secret|passw|passphrase|credential|bearer|(?:api|private|access|account|signing|encryption)[_-]?key|connection[_-]?string|art-api|_auth(?=[=\\s\"':]))";
/** The same, but only as a whole word or as the last part: `DB_PASS`, `MYSQL_PWD`, `-storepass`. */
const LAST = "(?:(?:^|[_.-]|store|key|src|dest|user|db)(?:pass|pwd|passwd|passcode|passin|passout))";
/**
 * A whole word with such a part. The lookahead decides once for each word. With the part between two repetitions, a
 * word of many parts would be divided in every possible way.
 */
const WORD = `(?=[\\w.-]*(?:${SECRET}|${LAST}(?![\\w.-])))[\\w.-]+`;
const NAME = `(?<![\\w.-])${WORD}`;
/** The text between an option and its value: white space, or comma and quotes of an instruction's JSON form. */
const GAP = "(?:\\\\?[\"']?(?:\\s*,\\s*|\\s+)\\\\?[\"']?)";
/** The beginning of a value. A variable or another option is not a value. */
const VALUE = "(?=[^-$\\s;&|\"',\\])}\\\\])";
/** Further words of the same command, up to an option. */
const UP_TO = "\\b[^;&|]{0,400}?[\\s\"',\\\\]-";

const regexp = (source: string) => new RegExp(source, "i");

/** Each pattern ends at the beginning of a secret. The secret's end does not matter, since the rest is not shown. */
const MARKS: readonly RegExp[] = [
  "(?=-----BEGIN[ A-Z]*PRIVATE KEY)",
  "[?&](?:sig|signature|key|auth|code|x-amz-(?:signature|credential|security-token))=(?=[^\\s&\"'])",
  // Headers.
  "\\b(?:proxy-)?authorization\\\\?[\"']?\\s*[:=]\\s*",
  "\\bcookie:\\s*",
  "\\b(?:bearer|basic)\\s+(?=[\\w+/=.~-]{8})",
  // A secret's name and its value: NAME=value, "name": "value", 'Name: value', --name value.
  `${NAME}\\\\?["']?\\s*=(?![…\\s])`,
  `${NAME}\\\\?["']?\\s*:(?:\\s+|(?=\\\\?["']))\\\\?["']?(?=[^\\s;&|"',\\])}\\\\])`,
  `["']${NAME}\\s*:\\s*(?=[^\\s;&|"',\\])}\\\\])`,
  `(?<![\\w.-])--?(?=[\\w.-])(?![\\w.-]*(?:stdin|file|path|prompt|env|length|less)(?![\\w.-]))${WORD}${GAP}${VALUE}`,
  `(?:_auth(?:Token)?|_password|\\bset\\s+(?=\\S*${SECRET})\\S+)\\s+(?![-$&|;\\s])`,
  "\\blogin\\s+\\S+\\s+password\\s+",
  "\\b(?:identified\\s+(?:with\\s+\\S+\\s+)?by|with\\s+(?:encrypted\\s+)?password)\\s+(?=\\\\?['\"])",
  // Options with a value `user:password`; `1000:1000` is a user and a group. The user may be empty or a variable.
  `(?<![\\w-])(?:-[a-z]{0,6}u|--(?:proxy-|http-|ftp-)?user|-a|--auth)(?:=|${GAP})\\\\?["']?(?=(?:\\$\\{?\\w+\\}?)?:[^$:/\\s"',;&|\\])}\\\\]|(?!\\d+:\\d+(?!\\S))[^$:/\\s"',\\])}][^\\s"':,\\])}]{0,255}:(?!//))`,
  "(?<![\\w-])-u(?!\\d+:\\d+(?!\\S))(?=[\\w.@+-]{1,256}:[^\\s\"',\\])}])",
  // Programs with a short option for a password.
  `\\b(?:login|sshpass|mysql\\w*|mariadb(?:-\\w{1,20}){0,3}|7z[ar]?|rar|useradd|usermod|nuget|twine|unzip|zip|sqlcmd|bcp)${UP_TO}p${GAP}?`,
  `\\b(?:redis-cli|ldap\\w+)${UP_TO}[aw]${GAP}?`,
  `\\bopenssl${UP_TO}(?:k|pass(?:in|out)?)${GAP}`,
  `\\bhtpasswd${GAP}-(?=[a-z]*b)[a-z]+${GAP}`,
  // Settings of package managers, and a subscription.
  "\\b(?:http-basic|pypi-token|(?:github|gitlab|bitbucket)-oauth)\\.",
  `\\bbundler?${GAP}config${GAP}[^;&|\\n]{0,200}?[^\\s:]:(?![/:$])`,
  `(?<![\\w-])--?activation-?key(?:=|${GAP})(?![-$\\s])`,
  `\\b(?:ua|pro)${GAP}attach${GAP}`,
  // Secrets that are piped to a program.
  "(?:echo|printf)\\s+(?=[^|;&\\n]{1,400}\\|(?:\\s*(?:sudo\\s+)?(?:\\S{0,200}/)?(?:chpasswd|passwd|su|sudo\\s+-S)|[^;&|\\n]{0,400}?--(?:password|token|api-token|passphrase)-stdin)\\b)",
].map(regexp);

/** Token formats that have a known prefix, as their issuers and secret scanners document them. */
const TOKENS = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    "(?:gh[pousr]|github_pat|dckr_(?:pat|oat)|(?:sk|rk|pk)_(?:live|test)|whsec)_[\\w.-]{10,}",
    "(?:gl(?:pat|dt|rt|ptt|cbt|soat|ft|imt|agent)|xox[abeoprs]|xapp|tskey)-[\\w.-]{8,}",
    "(?:npm|hf)_[A-Za-z0-9]{16,}",
    "(?:do[opr]_v1|shp(?:at|ca|pa|ss)|rubygems)_\\w{16,}",
    "(?:pypi|sk|PMAK)-[\\w-]{16,}",
    "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}",
    "AIza[\\w-]{20,}",
    "ya29\\.[\\w-]{10,}",
    "SG\\.[\\w-]{10,}\\.[\\w-]{10,}",
    "hv[sbr]\\.[\\w-]{16,}",
    "dapi[0-9a-f]{24,}",
    "ATATT3[\\w=-]{16,}",
    "AGE-SECRET-KEY-1\\w{10,}",
    "eyJ[\\w-]{8,600}\\.[\\w-]{8,}(?:\\.[\\w-]*)?",
  ].join("|")})`,
  "g",
);

/**
 * Credentials in a URL: up to the last @ of the host part, or with a slash in the password. Browsers accept any number
 * of slashes.
 */
const LOGINS = [
  /(?<![a-z0-9+.-])((?:https?|wss?|ftp):[/\\]+|[a-z][a-z0-9+.-]{0,30}:\/\/)[^/\\<>]*@/gi,
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)[^/:@*]+:(?!\d+\/)[^@]*@/gi,
];

/** A text of any length without the credentials in its URLs. Takes linear time. */
export function withoutUrlLogins(text: string): string {
  return text.replace(WORD_OF_TEXT, withoutLogins);
}

const WORD_OF_TEXT = /[^\s"']+/g;

/** The text after the last @ is left out. Otherwise each start of a URL in it would be searched to the end. */
function withoutLogins(word: string): string {
  const end = word.lastIndexOf("@") + 1;
  if (end === 0 || !word.includes(":")) return word;
  return LOGINS.reduce((each, rule) => each.replace(rule, "$1***@"), word.slice(0, end)) + word.slice(end);
}

/**
 * Masks credentials in URLs and tokens with a known prefix. Cuts the text off before any other secret: the value of a
 * header, of a name or option that suggests a secret, or of a known program's password option. Takes linear time. Cuts
 * off a text that is longer than {@link MOST}.
 */
export function withoutSecrets(text: string): string {
  const short = text.length <= MOST ? text : `${text.slice(0, MOST).split(/\s+/).slice(0, -1).join(" ")}…`;
  const shown = withoutUrlLogins(short);
  const marks = MARKS.map((mark) => mark.exec(shown)).filter((mark) => mark !== null);
  const end = Math.min(...marks.map(({ index, 0: mark }) => index + mark.length));
  return (end === Number.POSITIVE_INFINITY ? shown : `${shown.slice(0, end)}***`).replace(TOKENS, "***");
}

/**
 * The same for a program's argument list, in which an option and its value are separate items. The whole list is hidden
 * if it contains a secret.
 */
export function argumentsWithoutSecrets(list: readonly string[]): readonly string[] {
  const text = JSON.stringify(list);
  // A quotation mark within an item does not end a word.
  const words = list.flatMap((item) => item.split(/\s+/));
  return withoutSecrets(text) === text && words.every((word) => withoutLogins(word) === word) ? list : ["***"];
}
