import { SEVERITIES, severityName } from "../../domain/severity.ts";

/** A job's part of a run over more images than one job can scan. */
type Part = "plan" | "scan" | "merge";

/** The inputs that have no meaning in every part, by the parts in which they have one. */
const PARTS: readonly (readonly [parts: readonly Part[], names: readonly string[]])[] = [
  [["plan"], ["discover", "shards"]],
  [["scan"], ["reuse-sbom", "harbor-report", "shard", "images", "scanners"]],
  [
    ["scan", "merge"],
    ["state-branch", "state-dir"],
  ],
  [["merge"], ["reports", "expected", "issues", "max-issues", "vex", "policy", "ignore-unfixed", "mode"]],
  [["merge"], ["metrics", "pushgateway", "page", ...SEVERITIES.map((severity) => `max-${severityName(severity)}`)]],
];

/** All inputs as they were read. */
type Data = Readonly<Record<string, unknown>> & { readonly part?: Part | undefined };

/** For those who try `images` to name what is to be scanned. */
const OTHERWISE = "to name images, put them into a list, and name the list by `discover: file:PATH`";

/** What a part cannot do without. */
const NEEDED: Readonly<Record<Part, readonly string[]>> = {
  plan: ["shards"],
  scan: ["shard", "images"],
  merge: ["reports", "expected"],
};

/** Inputs that have a meaning in one part alone. */
export const ONLY_IN_PARTS: readonly string[] = Object.values(NEEDED).flat();

/**
 * What is given although it has no meaning in this part, and what is missing. An input that is as if it were not given
 * counts as that, since action.yml gives many their default.
 * @param defaults what holds if nothing is given
 */
export function partMistakes(data: Data, defaults: () => Data): string[] {
  const { part } = data;
  if (part === undefined)
    return ONLY_IN_PARTS.filter((name) => data[name] !== undefined).map(
      (name) => `\`${name}\` needs ${wordsOf(partsOf(name))}${name === "images" ? `; ${OTHERWISE}` : ""}`,
    );
  const none = defaults();
  const wrong = PARTS.flatMap(([, names]) => names)
    .filter((name) => JSON.stringify(data[name]) !== JSON.stringify(none[name]))
    .filter((name) => !partsOf(name).includes(part) && !(name === "policy" && isAboutScanners(data)))
    .map((name) => `\`${name}\` has no meaning in \`part: ${part}\`: it belongs to ${wordsOf(partsOf(name))}`);
  const missing = NEEDED[part]
    .filter((name) => data[name] === undefined)
    .map((name) => `\`part: ${part}\` needs \`${name}\`, which was not given, or empty`);
  return [...wrong, ...missing];
}

/** Which of several scanners may fail is known to the policy alone. */
function isAboutScanners({ part, "scan-with": scanWith }: Data): boolean {
  return part === "scan" && Array.isArray(scanWith) && scanWith.length > 1;
}

function partsOf(name: string): readonly Part[] {
  return PARTS.find(([, names]) => names.includes(name))?.[0] ?? [];
}

function wordsOf(parts: readonly Part[]): string {
  return parts.map((part) => `\`part: ${part}\``).join(" and ");
}
