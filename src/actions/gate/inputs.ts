import { z } from "zod";
import { closest } from "../../domain/did-you-mean.ts";
import type { Limit, Severity } from "../../domain/severity.ts";
import { GateError } from "../../system/errors.ts";
import { givenNames } from "../input-names.ts";

/** The action's inputs, validated. What the user left empty and the policy may say is `undefined`. */
export interface Inputs {
  readonly image: readonly string[];
  readonly imageSource: readonly ImageSource[];
  readonly path: readonly string[];
  readonly repository: readonly string[];
  readonly sbom: readonly string[];
  readonly trivyReport: readonly string[];
  readonly platform: readonly string[];
  /** `auto`, `none`, a reference, or a file: what the image is compared with. */
  readonly baseline: string;
  /** Reference of the image that it is built on. */
  readonly baseImage: string | undefined;
  /** Further images that it could be built on. */
  readonly baseImageCandidates: readonly string[];
  /** The image's Dockerfile. */
  readonly dockerfile: string | undefined;
  /** VEX documents. */
  readonly vex: readonly string[];
  readonly skipDirs: readonly string[];
  readonly skipFiles: readonly string[];
  readonly scanners: readonly ScannerName[];
  /** Absent: the default place, where there may be none. */
  readonly policy: string | undefined;
  readonly policyFrom: "workspace" | "base" | "default-branch";
  readonly limits: Partial<Readonly<Record<Severity, Limit>>>;
  readonly ignoreUnfixed: boolean | undefined;
  readonly mode: "enforce" | "warn";
  readonly name: string | undefined;
  readonly comment: "always" | "on-failure" | "never";
  readonly summary: boolean;
  /** Lines of `format: path`. */
  readonly reports: readonly string[];
  /** Whether SARIF goes to code scanning. */
  readonly uploadSarif: boolean;
  /** Whether the packages go to the dependency graph. */
  readonly dependencyGraph: boolean;
  readonly token: string | undefined;
  readonly trivyVersion: string | undefined;
  readonly trivySha256: string | undefined;
  readonly trivyMirror: string | undefined;
  readonly trivyMirrorToken: string | undefined;
  readonly trivyBinary: string | undefined;
  readonly dbRepository: readonly string[];
  readonly javaDbRepository: readonly string[];
  readonly maxDbAgeMs: number;
  readonly timeoutMs: number;
  /** Whether GitHub's cache service may keep Trivy and its databases between runs. */
  readonly cache: boolean;
  /** Whether nothing may be contacted but the image's registry and the mirrors that are named. */
  readonly offline: boolean;
}

/** The inputs that name targets. */
export type TargetInputs = Pick<Inputs, "image" | "path" | "repository" | "sbom" | "trivyReport" | "platform">;

/** The inputs that reporting needs. */
export type ReportingInputs = Pick<
  Inputs,
  "comment" | "summary" | "reports" | "uploadSarif" | "dependencyGraph" | "token" | "mode" | "name" | "offline"
>;

export type ImageSource = "docker" | "containerd" | "podman" | "remote";
export type ScannerName = "vuln" | "secret" | "misconfig" | "license";

/** At most as many targets in one step: beyond, a log and a comment help nobody. */
const MAX_ITEMS = 500;
/** No path is longer on Linux, and no reference of an image. */
const MAX_ITEM_LENGTH = 4096;
/** A password or token in an address. `ssh://git@host` has none. */
const LOGIN = /https?:\/\/[^\s/]*@|:\/\/[^\s/@]*:[^\s/]*@/i;
const HOUR_MS = 60 * 60 * 1000;
const MAX_TIMEOUT_MS = 24 * HOUR_MS;
const MAX_DB_AGE_MS = 365 * 24 * HOUR_MS;

const text = z.string().transform((value) => value.trim());
const optional = text.transform((value) => (value === "" ? undefined : value));
const LINE_END = /\r?\n|\r/;

const lines = z
  .string()
  .transform((value) => split(value, LINE_END))
  .refine((items) => items.length <= MAX_ITEMS, `has more than ${MAX_ITEMS} lines`)
  .refine((items) => !items.some(hasControl), "has a control character in it")
  .refine((items) => items.every((item) => item.length <= MAX_ITEM_LENGTH), "has a line that is too long")
  .refine(
    (items) => !items.some((item) => LOGIN.test(item)),
    "has a login in an address, which comment, summary and outputs would show: log in by docker/login-action, or check a repository out by actions/checkout and give its folder as `path`",
  );

/** A word out of a few; empty means `fallback`. */
function word<const T extends string>(words: readonly T[], fallback: T) {
  return text.transform((value, context): T => {
    if (value === "") return fallback;
    const found = words.find((each) => each === value);
    if (found !== undefined) return found;
    context.addIssue({ code: "custom", message: oneOf(value, words) });
    return z.NEVER;
  });
}

/** A comma list of words out of a few; empty means `fallback`. */
function wordList<const T extends string>(words: readonly T[], fallback: readonly T[]) {
  return z.string().transform((value, context): readonly T[] => {
    const items = split(value, /[,\r\n]+/);
    if (items.length === 0) return fallback;
    const wrong = items.find((item) => !words.some((each) => each === item));
    if (wrong === undefined) return [...new Set(items)] as unknown as readonly T[];
    context.addIssue({ code: "custom", message: oneOf(wrong, words) });
    return z.NEVER;
  });
}

const YES = ["true", "True", "TRUE"];
const NO = ["false", "False", "FALSE"];
const boolean = text.transform((value, context): boolean | undefined => {
  if (value === "") return undefined;
  if (YES.includes(value)) return true;
  if (NO.includes(value)) return false;
  context.addIssue({ code: "custom", message: `must be \`true\` or \`false\`, not ${shown(value)}` });
  return z.NEVER;
});

const limit = text.transform((value, context): Limit | undefined => {
  if (value === "") return undefined;
  if (value === "unlimited") return "unlimited";
  if (/^\d{1,9}$/.test(value)) return Number(value);
  context.addIssue({
    code: "custom",
    message: `must be a whole number from 0 to 999999999, or \`unlimited\`, not ${shown(value)}`,
  });
  return z.NEVER;
});

/** `1d`, `36h`, `1h30m`, `90s`; empty means `fallback`. */
function duration(fallback: string, { least, most, example }: { least: number; most: number; example: string }) {
  return text.transform((value, context): number => {
    const total = milliseconds(value === "" ? fallback : value);
    if (total !== undefined && total >= least && total <= most) return total;
    context.addIssue({ code: "custom", message: `must be a time such as ${example}, not ${shown(value)}` });
    return z.NEVER;
  });
}

function milliseconds(value: string): number | undefined {
  const match = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(value);
  if (match === null || value === "") return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

const timeout = duration("10m", {
  least: 1000,
  most: MAX_TIMEOUT_MS,
  example: "`90s`, `10m` or `1h30m`, at least `1s` and at most `24h`",
});
const databaseAge = duration("3d", {
  least: HOUR_MS,
  most: MAX_DB_AGE_MS,
  example: "`3d`, `36h` or `1d12h`, at least `1h` and at most `365d`",
});

const platforms = lines.refine(
  (items) =>
    (items.length === 1 && items[0] === "all") ||
    items.every((item) => /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/.test(item)),
  "must be platforms such as `linux/arm64` or `linux/arm/v7`, one a line, or `all` alone",
);

const sha256 = optional.refine(
  (value) => value === undefined || /^(?:sha256:)?[0-9a-fA-F]{64}$/.test(value),
  "must be a SHA-256: 64 hexadecimal digits",
);

const version = optional.refine(
  (value) => value === undefined || /^v?\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(value),
  "must be an exact version such as `0.76.0`",
);

const mirror = optional.transform((value, context): string | undefined => {
  if (value === undefined) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const fine =
    url !== undefined &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (fine) return value.replace(/\/+$/, "");
  context.addIssue({
    code: "custom",
    message: "must be the `https://` or `http://` base URL of a mirror, without credentials, query or fragment",
  });
  return z.NEVER;
});

const repositories = lines
  .transform((items) => items.flatMap((item) => split(item, /,/)))
  .refine(
    (items) =>
      items.every((item) => {
        const match = /^[\w.-]+(?::(\d{1,5}))?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(item);
        return match !== null && Number(match[1] ?? 1) >= 1 && Number(match[1] ?? 1) <= 65_535;
      }),
    "must be repositories such as `ghcr.io/aquasecurity/trivy-db:2`, one a line, in lower case, without `https://`",
  );

const comment = word(["always", "on-failure", "never", "true", "True", "TRUE", "false", "False", "FALSE"], "always");

/** Every input that action.yml lists, by its name there. */
const schema = z.strictObject({
  image: lines,
  "image-source": wordList(["docker", "containerd", "podman", "remote"], []),
  path: lines,
  repository: lines,
  sbom: lines,
  "trivy-report": lines,
  platform: platforms,
  baseline: text.transform((value) => (value === "" ? "auto" : value)),
  "base-image": optional,
  "base-image-candidates": lines,
  dockerfile: optional,
  vex: lines,
  "skip-dirs": lines,
  "skip-files": lines,
  scanners: wordList(["vuln", "secret", "misconfig", "license"], ["vuln"]),
  policy: optional,
  "policy-from": word(["workspace", "base", "default-branch"], "workspace"),
  "max-critical": limit,
  "max-high": limit,
  "max-medium": limit,
  "max-low": limit,
  "max-unknown": limit,
  "ignore-unfixed": boolean,
  mode: word(["enforce", "warn"], "enforce"),
  name: optional.refine((value) => value === undefined || value.length <= 200, "is longer than 200 characters"),
  comment,
  summary: boolean,
  reports: lines,
  "upload-sarif": boolean,
  "dependency-graph": boolean,
  token: optional,
  "trivy-version": version,
  "trivy-sha256": sha256,
  "trivy-mirror": mirror,
  "trivy-mirror-token": optional.refine(
    (value) => value === undefined || /^[\x21-\x7e][\x20-\x7e]*$/.test(value),
    "must be one line of plain ASCII, as HTTP's header wants it",
  ),
  "trivy-binary": optional,
  "db-repository": repositories,
  "java-db-repository": repositories,
  "max-db-age": databaseAge,
  timeout,
  cache: boolean,
  offline: boolean,
});

/** Names of all inputs, as in action.yml. */
export const INPUT_NAMES: readonly string[] = Object.keys(schema.shape);

/**
 * Reads the inputs from a runner's environment, where the input `max-high` is `INPUT_MAX-HIGH`.
 * @throws GateError `input-invalid` with every mistake at once, `no-target`.
 */
export function readInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  const { given, mistakes: wrongNames } = givenNames(env, INPUT_NAMES);
  const raw = Object.fromEntries(INPUT_NAMES.map((name) => [name, given.get(name) ?? ""]));
  // Compiling a checker costs more than one check of forty short texts.
  const parsed = schema.safeParse(raw, { jitless: true });
  const mistakes = [
    ...wrongNames,
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `\`${String(issue.path[0])}\` ${issue.message}`)),
    ...(parsed.success ? contradictions(parsed.data) : []),
  ];
  if (mistakes.length > 0 || !parsed.success)
    throw new GateError(
      "input-invalid",
      mistakes.length === 1
        ? `An input is wrong: ${mistakes[0]}`
        : `${mistakes.length} inputs are wrong: ${mistakes.join("; ")}`,
      "Correct the step's `with:`; the README lists all inputs.",
    );
  const inputs = toInputs(parsed.data);
  if (countTargets(inputs) === 0)
    throw new GateError(
      "no-target",
      "There is nothing to judge: none of `image`, `path`, `repository`, `sbom` and `trivy-report` is given, or the expression in it was empty",
      "Name what to scan, for example `image: ghcr.io/acme/app:${{ github.sha }}`.",
    );
  return inputs;
}

/**
 * What can be made out of the reporting inputs while others are wrong, so that the mistake itself is reported, and a
 * former comment that says "may run" is replaced. A wrong one counts as absent.
 */
export function reportingInputs(env: Readonly<Record<string, string | undefined>>): ReportingInputs {
  const given = givenInputs(env);
  return {
    comment: commentMode(lenient(comment, given, "comment") ?? "always"),
    summary: lenient(boolean, given, "summary") ?? true,
    reports: lenient(lines, given, "reports") ?? [],
    uploadSarif: lenient(boolean, given, "upload-sarif") ?? false,
    dependencyGraph: lenient(boolean, given, "dependency-graph") ?? false,
    token: lenient(optional, given, "token"),
    mode: "enforce",
    // A value that cannot be read may have been meant to forbid.
    offline: Boolean(lenient(boolean, given, "offline") ?? given.get("offline")?.trim()),
    name: lenient(schema.shape.name, given, "name"),
  };
}

/** The targets as far as they can be read while other inputs are wrong: they name the comment. */
export function namedTargets(env: Readonly<Record<string, string | undefined>>): TargetInputs {
  const given = givenInputs(env);
  return {
    image: lenient(lines, given, "image") ?? [],
    path: lenient(lines, given, "path") ?? [],
    repository: lenient(lines, given, "repository") ?? [],
    sbom: lenient(lines, given, "sbom") ?? [],
    trivyReport: lenient(lines, given, "trivy-report") ?? [],
    platform: lenient(platforms, given, "platform") ?? [],
  };
}

/**
 * Whether it is known what a run would read: no input is unknown, and none of those that name targets is wrong. Otherwise any
 * file could be one of them.
 */
export function areTargetsKnown(env: Readonly<Record<string, string | undefined>>): boolean {
  const { given, mistakes } = givenNames(env, INPUT_NAMES);
  const isRight = (name: (typeof TARGETS)[number]) => lenient(schema.shape[name], given, name) !== undefined;
  return mistakes.length === 0 && TARGETS.every(isRight);
}

const TARGETS = ["image", "path", "repository", "sbom", "trivy-report", "platform"] as const;

/** The inputs that name files which a run reads, targets aside. */
const FILES = ["policy", "dockerfile", "vex", "baseline", "trivy-binary"];

/** What those inputs say, line by line; some of it may be no file. */
export function namedFiles(env: Readonly<Record<string, string | undefined>>): string[] {
  return linesOf(env, (name) => FILES.includes(name));
}

/** What all inputs say but the one that names the files to write, line by line; unknown ones and wrong spellings as well. */
export function namedThings(env: Readonly<Record<string, string | undefined>>): string[] {
  const variables = Object.entries(env).filter(([name]) => /^INPUT_/i.test(name) && name !== "INPUT_REPORTS");
  return variables.flatMap(([, value = ""]) => split(value, LINE_END));
}

/** The lines of `reports`, right or wrong. */
export function namedReports(env: Readonly<Record<string, string | undefined>>): string[] {
  return linesOf(env, (name) => name === "reports").slice(0, MAX_ITEMS);
}

function linesOf(env: Readonly<Record<string, string | undefined>>, isAsked: (name: string) => boolean): string[] {
  return [...givenInputs(env)].flatMap(([name, value]) => (isAsked(name) ? split(value, LINE_END) : []));
}

function lenient<T>(one: z.ZodType<T>, given: ReadonlyMap<string, string>, name: string): T | undefined {
  return one.safeParse(given.get(name) ?? "", { jitless: true }).data;
}

function givenInputs(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  return givenNames(env, INPUT_NAMES).given;
}

/** Variables that look like inputs and are none of ours, such as those that the job's `env` sets for its own scripts. */
export function foreignInputs(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return givenNames(env, INPUT_NAMES).others;
}

function contradictions(data: z.infer<typeof schema>): string[] {
  const mistakes: string[] = [];
  if (data["trivy-binary"] !== undefined)
    for (const other of ["trivy-version", "trivy-mirror", "trivy-mirror-token"] as const)
      if (data[other] !== undefined)
        mistakes.push(`\`${other}\` has no meaning beside \`trivy-binary\`, which is used as it is`);
  if (data["trivy-mirror-token"] !== undefined && data["trivy-mirror"] === undefined)
    mistakes.push("`trivy-mirror-token` needs a `trivy-mirror`, to which alone it is sent");
  if (data.offline && data["policy-from"] !== "workspace")
    mistakes.push(`\`policy-from: ${data["policy-from"]}\` asks GitHub's API, which \`offline\` forbids`);
  if (data.platform.length > 0 && data.image.length === 0) mistakes.push("`platform` needs an `image`");
  return mistakes;
}

function toInputs(data: z.infer<typeof schema>): Inputs {
  return {
    image: data.image,
    imageSource: data["image-source"],
    path: data.path,
    repository: data.repository,
    sbom: data.sbom,
    trivyReport: data["trivy-report"],
    platform: [...new Set(data.platform)],
    baseline: data.baseline,
    baseImage: data["base-image"],
    baseImageCandidates: [...new Set(data["base-image-candidates"])],
    dockerfile: data.dockerfile,
    vex: [...new Set(data.vex)],
    skipDirs: data["skip-dirs"],
    skipFiles: data["skip-files"],
    scanners: data.scanners,
    policy: data.policy,
    policyFrom: data["policy-from"],
    limits: limitsOf(data),
    ignoreUnfixed: data["ignore-unfixed"],
    mode: data.mode,
    name: data.name,
    comment: commentMode(data.comment),
    summary: data.summary ?? true,
    reports: data.reports,
    uploadSarif: data["upload-sarif"] ?? false,
    dependencyGraph: data["dependency-graph"] ?? false,
    token: data.token,
    trivyVersion: data["trivy-version"],
    trivySha256: data["trivy-sha256"]?.toLowerCase().replace(/^sha256:/, ""),
    trivyMirror: data["trivy-mirror"],
    trivyMirrorToken: data["trivy-mirror-token"],
    trivyBinary: data["trivy-binary"],
    dbRepository: data["db-repository"],
    javaDbRepository: data["java-db-repository"],
    maxDbAgeMs: data["max-db-age"],
    timeoutMs: data.timeout,
    cache: data.cache ?? true,
    offline: data.offline ?? false,
  };
}

function limitsOf(data: z.infer<typeof schema>): Inputs["limits"] {
  const all: [Severity, Limit | undefined][] = [
    ["CRITICAL", data["max-critical"]],
    ["HIGH", data["max-high"]],
    ["MEDIUM", data["max-medium"]],
    ["LOW", data["max-low"]],
    ["UNKNOWN", data["max-unknown"]],
  ];
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function commentMode(value: z.infer<typeof comment>): Inputs["comment"] {
  if (YES.includes(value)) return "always";
  if (NO.includes(value)) return "never";
  return value as Inputs["comment"];
}

/** How many targets are named, before platforms multiply them. */
export function countTargets(inputs: TargetInputs): number {
  return (
    inputs.image.length + inputs.path.length + inputs.repository.length + inputs.sbom.length + inputs.trivyReport.length
  );
}

function split(value: string, separator: RegExp): string[] {
  return value
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function hasControl(value: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(value);
}

function oneOf(value: string, words: readonly string[]): string {
  const meant = closest(value, words);
  const list = words
    .filter((each) => !/^(?:true|false)$/i.test(each))
    .map((each) => `\`${each}\``)
    .join(", ");
  return `must be one of ${list}, not ${shown(value)}${meant === undefined ? "" : `; did you mean \`${meant}\`?`}`;
}

/** A value of the user's own, short and on one line. */
function shown(value: string): string {
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return JSON.stringify(short);
}
