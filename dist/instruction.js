// src/trivy/mask-secrets.ts
const MOST = 8e3;
const SECRET = "(?:token|secret|passw|passphrase|credential|bearer|api[_-]?key|apikey|private[_-]?key|access[_-]?key|account[_-]?key|signing[_-]?key|encryption[_-]?key|connection[_-]?string|art-api|_auth(?=[=\\s\"':]))";
const NAME = `(?<![\\w.-])[\\w.-]*(?:${SECRET}[\\w.-]*|(?:(?:^|[_.-]|store|key|src|dest|user|db)(?:pass|pwd|passwd|passcode|passin|passout))(?![\\w.-]))`;
const VALUE = "(?:\\\\\"(?:[^\"\\\\]|\\\\[^\"])*(?:\\\\\"|$)|\"(?:[^\"\\\\]|\\\\[\\s\\S])*(?:\"|$)|'[^']*(?:'|$)|\\\\[^\"]|[^\\s;&|\"'\\\\,\\])}])+";
const GAP = "(?:\\\\?[\"']?(?:\\s*,\\s*|\\s+)\\\\?[\"']?)";
const REST = "[^\\s;&|\"',\\])}\\\\]+";
const regexp = (source, flags = "gi") => new RegExp(source, flags);
const TOKENS = regexp(`(?<![A-Za-z0-9])(?:${[
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
	"eyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)?"
].join("|")})`, "g");
const LOGIN = "(?:docker|podman|buildah|skopeo|helm|oras|crane|regctl|nerdctl|az|oc|cf|vault|ibmcloud|registry)";
const ECHO = "((?:echo|printf)\\s+(?:-[neE]+\\s+)*)";
const RULES = [
	[regexp("-----BEGIN[ A-Z]*PRIVATE KEY(?: BLOCK)?-----[\\s\\S]*?(?:-----END[ A-Z]*PRIVATE KEY(?: BLOCK)?-----|$)"), "***"],
	[regexp("(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\\/\\/)[^\\s/\"'<>]*@"), "$1***@"],
	[regexp("(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\\/\\/)[^\\s/:@\"'*]+:(?!\\d+(?:\\/|\\s|$))[^\\s\"'@]*@"), "$1***@"],
	[regexp("([?&](?:sig|signature|key|auth|code|x-amz-(?:signature|credential|security-token))=)[^\\s&\"']+"), "$1***"],
	[regexp("([\"'])((?:proxy-)?authorization\\s*:\\s*(?:(?:bearer|basic|token|digest|apikey|negotiate)\\s+)?)(?:(?!\\1)[^\\n])+"), "$1$2***"],
	[regexp("\\b((?:proxy-)?authorization\\\\?[\"']?\\s*[:=]\\s*\\\\?[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\\s+)?)[^\"'\\n\\\\]+"), "$1***"],
	[regexp("\\b(bearer|basic)(\\s+)(?!\\*\\*\\*)[\\w+/=.~-]{8,}"), "$1$2***"],
	[regexp("\\b((?:set-)?cookie:\\s*)[^\"'\\n\\\\]+"), "$1***"],
	[regexp(`(${NAME}\\\\?["']?\\s*=)(?!…)(?!\\s)${VALUE}`), "$1***"],
	[regexp(`(${NAME}\\\\?["']?\\s*:(?:\\s+|(?=\\\\?["']))\\\\?["']?)${REST}`), "$1***"],
	[regexp(`((?:["'])${NAME}\\s*:\\s*)${REST}`), "$1***"],
	[regexp(`((?<![\\w-])--?(?=[\\w.-])(?![\\w.-]*(?:stdin|file|path|prompt|env|length|less)(?![\\w.-]))${NAME.replace("(?<![\\w.-])", "")}${GAP})(?![-$&|;\\s]|\\*\\*\\*)${REST}`), "$1***"],
	[regexp(`((?:_authToken|_auth|_password)\\s+)(?![-$&|;])${VALUE}`), "$1***"],
	[regexp(`(\\bset\\s+\\S*${SECRET}\\S*\\s+)(?![-$&|;])${VALUE}`), "$1***"],
	[regexp("(\\blogin\\s+\\S+\\s+password\\s+)[^\\s\"'\\\\]+"), "$1***"],
	[regexp("(\\bidentified\\s+(?:with\\s+\\S+\\s+)?by\\s+|\\bwith\\s+(?:encrypted\\s+)?password\\s+)(\\\\?['\"])[^'\"\\\\]*"), "$1$2***"],
	[regexp(`((?<![\\w-])(?:-[a-zA-Z]{0,6}[uU]|--(?:proxy-|http-|ftp-)?user|-a|--auth)(?:=|${GAP}))\\\\?["']?(?!\\d+:\\d+(?!\\S))(?![$:/])[^\\s"':,\\])}]+:(?!\\/\\/)(?:'[^']*'|[^\\s"',\\])}]*)`), "$1***"],
	[regexp(`((?<![\\w-])(?:-[a-zA-Z]{0,6}[uU]|--(?:proxy-|http-|ftp-)?user)(?:=|${GAP})\\\\?["']?(?:\\$\\{?\\w+\\}?)?:)(?![$:/])${REST}`), "$1***"],
	[regexp("((?<![\\w-])-u)(?!\\d+:\\d+(?!\\S))[\\w.@+-]+:[^\\s\"',\\])}]+"), "$1***"],
	[regexp(`(\\b${LOGIN}(?:\\s+[\\w-]+){0,2}\\s+login\\b[^;&|\\n]{0,400}?\\s-p${GAP}?)(?![-$])${REST}`), "$1***"],
	[regexp(`(\\bsshpass${GAP}-p${GAP}?)${VALUE}`), "$1***"],
	[regexp(`(\\b(?:mysql\\w*|mariadb[\\w-]*|7z[ar]?|rar)\\b[^;&|\\n]{0,400}?[\\s"']-p)(?=[^\\s"',-])${REST}`), "$1***"],
	[regexp(`(\\b(?:unzip|zip|sqlcmd|bcp)\\b[^;&|\\n]{0,400}?[\\s"']-P${GAP}?)${REST}`, "g"), "$1***"],
	[regexp(`(\\bredis-cli\\b[^;&|\\n]{0,400}?[\\s"']-a${GAP})${REST}`), "$1***"],
	[regexp(`(\\bldap\\w+\\b[^;&|\\n]{0,400}?[\\s"']-w${GAP}?)${REST}`), "$1***"],
	[regexp(`(\\b(?:useradd|usermod)\\b[^;&|\\n]{0,400}?[\\s"']-p${GAP})${VALUE}`), "$1***"],
	[regexp(`(\\bhtpasswd${GAP}-[a-zA-Z]*b[a-zA-Z]*${GAP}(?:-\\w+${GAP})*${REST}${GAP}${REST}${GAP})${REST}`), "$1***"],
	[regexp(`(\\bopenssl\\b[^;&|\\n]{0,400}?[\\s"']-(?:k|K|pass(?:in|out)?)${GAP}(?:pass:)?)(?!(?:env|file|fd):|stdin)${REST}`), "$1***"],
	[regexp(`(\\b(?:dotnet\\s+nuget|twine)\\b[^;&|\\n]{0,400}?[\\s"']-p${GAP})(?![-$])${REST}`, "g"), "$1***"],
	[regexp(`(\\bhttp-basic\\.\\S+${GAP}${REST}${GAP})(?![-$])${REST}`), "$1***"],
	[regexp(`(\\b(?:pypi-token|github-oauth|gitlab-oauth|bitbucket-oauth)\\.\\S+${GAP})(?![-$])${REST}`), "$1***"],
	[regexp(`(\\bbundler?${GAP}config${GAP}[^;&|\\n]{0,200}?[^\\s:]:)(?![/:$])${REST}`), "$1***"],
	[regexp(`((?<![\\w-])--?activation-?key(?:=|${GAP}))(?![-$])${REST}`), "$1***"],
	[regexp(`(\\b(?:ua|pro)${GAP}attach${GAP}(?:--[\\w-]+${GAP})*)(?![-$])${REST}`), "$1***"],
	[regexp(`${ECHO}[^|;&\\n]{1,400}?(\\s*\\|\\s*(?:sudo\\s+)?(?:\\S*\\/)?(?:chpasswd|passwd|su|sudo\\s+-S)\\b)`), "$1***$2"],
	[regexp(`${ECHO}[^|;&\\n]{1,400}?(\\s*\\|[^;&|\\n]{0,400}?--(?:password|token|api-token|passphrase)-stdin\\b)`), "$1***$2"]
];
function withoutSecrets(text) {
	const short = text.length <= MOST ? text : `${text.slice(0, MOST).split(/\s+/).slice(0, -1).join(" ")}…`;
	return RULES.reduce((each, [rule, mask]) => each.replace(rule, mask), short).replace(TOKENS, "***");
}
function argumentsWithoutSecrets(list) {
	const text = JSON.stringify(list);
	const masked = withoutSecrets(text);
	if (masked === text) return list;
	try {
		const parsed = JSON.parse(masked);
		if (Array.isArray(parsed) && parsed.every((each) => typeof each === "string")) return parsed;
	} catch {}
	return ["***"];
}

// src/trivy/instruction.ts
const MAX_LENGTH = 500;
const SHELL = /(?<=^|\s)(?:(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|da|a|z|k)?sh(?:\s+-[a-z]+(?:\s+pipefail)?)*?\s+-[a-z]*c\s+|cmd(?:\.exe)?\s+\/S\s+\/C\s+|(?:powershell|pwsh)(?:\.exe)?\s+(?:-\w+\s+)*?-Command\s+)/gi;
function shownInstruction(createdBy) {
	const whole = createdBy.trim();
	const text = /\s# buildkit$/.test(whole) ? whole.slice(0, -10).trimEnd() : whole;
	const nop = /^(?:\S+\s+(?:\/S\s+\/C|-c|-Command)|powershell[\s\S]*?)\s+#\(nop\)\s*/i.exec(text);
	return bounded(withoutSecrets(instruction(nop === null ? text : text.slice(nop[0].length))));
}
function instruction(text) {
	const withArguments = /^(?:RUN\s+)?\|\d+(?:\s|$)/.exec(text);
	if (withArguments !== null) return runWithArguments(text.slice(withArguments[0].length));
	const assignment = /^((?:ONBUILD\s+)*(?:ENV|ARG))\s+([\s\S]*)$/i.exec(text);
	if (assignment !== null) return `${assignment[1]?.toUpperCase()} ${firstName(assignment[2] ?? "")}`;
	const run = /^(RUN\s+)?([\s\S]*)$/i.exec(text);
	const rest = run?.[2] ?? "";
	const shell = shellAtStart(rest);
	if (run?.[1] !== void 0 || shell > 0) return `RUN ${rest.slice(shell)}`;
	return text;
}
function firstName(text) {
	const name = /^[A-Za-z_][\w.-]*/.exec(text)?.[0];
	return name === void 0 ? "…" : name === text ? name : `${name}=…`;
}
function runWithArguments(text) {
	const last = [...text.matchAll(SHELL)].at(-1);
	return last === void 0 ? "RUN …" : `RUN ${text.slice(last.index + last[0].length)}`;
}
function shellAtStart(text) {
	const first = text.matchAll(SHELL).next().value;
	return first !== void 0 && first.index === 0 ? first[0].length : 0;
}
function bounded(text) {
	const document = /<<-?\s*["']?\w+/.exec(text);
	const lineEnd = document === null ? -1 : text.indexOf("\n", document.index);
	const line = (lineEnd === -1 ? text : `${text.slice(0, lineEnd)} …`).replace(/\s+/g, " ").trim();
	return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
function layerInstructions(history, layers) {
	const entries = (history ?? []).filter((entry) => entry.empty_layer !== true);
	if (entries.length !== layers) return new Array(layers).fill(void 0);
	return entries.map(({ created_by }) => {
		const shown = shownInstruction(created_by ?? "");
		return shown === "" ? void 0 : shown;
	});
}

export { withoutSecrets as i, shownInstruction as n, argumentsWithoutSecrets as r, layerInstructions as t };