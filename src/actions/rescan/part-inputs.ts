import { SEVERITIES, type SeverityName, severityName } from "../../domain/severity.ts";

/** A job's part of a run over more images than one job can scan. */
type Part = "plan" | "scan" | "merge";

const EVERY: readonly Part[] = ["plan", "scan", "merge"];
const SCANNING: readonly Part[] = ["scan", "merge"];
const MERGING: readonly Part[] = ["merge"];

const LIMITS = Object.fromEntries(SEVERITIES.map((severity) => [`max-${severityName(severity)}`, MERGING])) as Record<
  `max-${SeverityName}`,
  readonly Part[]
>;

/** The parts in which an input has a meaning. Without `part` all but those of {@link ONLY_IN_PARTS} have one. */
const PARTS = {
  discover: ["plan"],
  "reuse-sbom": ["scan"],
  "harbor-report": ["scan"],
  "state-branch": SCANNING,
  "state-dir": SCANNING,
  shards: ["plan"],
  shard: ["scan"],
  images: ["scan"],
  reports: ["merge"],
  expected: ["merge"],
  issues: ["merge"],
  "max-issues": ["merge"],
  scanners: ["scan"],
  "scan-with": EVERY,
  "grype-version": EVERY,
  "grype-sha256": EVERY,
  "grype-mirror": EVERY,
  "grype-mirror-token": EVERY,
  "grype-binary": EVERY,
  "grype-db": EVERY,
  vex: ["merge"],
  policy: MERGING,
  ...LIMITS,
  "ignore-unfixed": ["merge"],
  mode: ["merge"],
  name: EVERY,
  summary: EVERY,
  metrics: ["merge"],
  pushgateway: ["merge"],
  page: ["merge"],
  token: EVERY,
  // How the scanner is installed may stand in all jobs alike.
  "trivy-version": EVERY,
  "trivy-sha256": EVERY,
  "trivy-mirror": EVERY,
  "trivy-mirror-token": EVERY,
  "trivy-binary": EVERY,
  "db-repository": EVERY,
  "java-db-repository": EVERY,
  "max-db-age": EVERY,
  timeout: EVERY,
  cache: EVERY,
  offline: EVERY,
} as const satisfies Readonly<Record<string, readonly Part[]>>;

type Name = keyof typeof PARTS;
/** All inputs as they were read. */
type Data = Readonly<Record<Name, unknown>> & { readonly part?: Part | undefined };
/** Nothing if {@link PARTS} has every name of the action's, so that the compiler says if one is missing. */
type Missing<All> = Exclude<keyof All, keyof Data>;

/** For those who try `images` to name what is to be scanned. */
const OTHERWISE = "to name images, put them into a list, and name the list by `discover: file:PATH`";

/** What a part cannot do without. */
const NEEDED: Readonly<Record<Part, readonly Name[]>> = {
  plan: ["shards"],
  scan: ["shard", "images"],
  merge: ["reports", "expected"],
};

/** Inputs that have a meaning in one part alone. */
export const ONLY_IN_PARTS: readonly Name[] = Object.values(NEEDED).flat();

/**
 * What is given although it has no meaning in this part, and what is missing. An input that is as if it were not given
 * counts as that, since action.yml gives many their default.
 * @param defaults what holds if nothing is given
 */
export function partMistakes<All extends Data>(
  data: All & Record<Missing<All>, never>,
  defaults: () => Data,
): string[] {
  const { part } = data;
  if (part === undefined)
    return ONLY_IN_PARTS.filter((name) => data[name] !== undefined).map(
      (name) => `\`${name}\` needs \`part: ${PARTS[name].join("")}\`${name === "images" ? `; ${OTHERWISE}` : ""}`,
    );
  const none = defaults();
  const given = (Object.keys(PARTS) as Name[]).filter(
    (name) => JSON.stringify(data[name]) !== JSON.stringify(none[name]),
  );
  const wrong = given
    .filter((name) => !isOf(name, part) && !(name === "policy" && isAboutScanners(data)))
    .map((name) => `\`${name}\` has no meaning in \`part: ${part}\`: it belongs to ${partsOf(name)}`);
  const missing = NEEDED[part]
    .filter((name) => data[name] === undefined)
    .map((name) => `\`part: ${part}\` needs \`${name}\`, which was not given, or empty`);
  return [...wrong, ...missing];
}

/** Which of several scanners may fail is known to the policy alone. */
function isAboutScanners({ part, "scan-with": scanWith }: Data): boolean {
  return part === "scan" && Array.isArray(scanWith) && scanWith.length > 1;
}

function isOf(name: Name, part: Part): boolean {
  const parts: readonly Part[] = PARTS[name];
  return parts.includes(part);
}

function partsOf(name: Name): string {
  const parts: readonly Part[] = PARTS[name];
  return parts.map((part) => `\`part: ${part}\``).join(" and ");
}
