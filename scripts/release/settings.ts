import { parse } from "yaml";
import { ReleaseFault } from "./fault.ts";
import type { GitHub } from "./github.ts";

/** Days that Dependabot waits at least: a hijacked release is mostly found within them. */
const COOLDOWN_DAYS = 7;
/** People who may let a release go on, besides the person who started it. */
const REVIEWERS = 2;

interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}
interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly target?: string;
  readonly enforcement: string;
  readonly rules?: readonly Rule[];
  /** Absent for a token that has no permission to see it. */
  readonly bypass_actors?: readonly { readonly bypass_mode?: string }[];
  readonly conditions?: {
    readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  } | null;
}
interface Environment {
  readonly protection_rules?: readonly {
    readonly type: string;
    readonly prevent_self_review?: boolean;
    readonly reviewers?: readonly unknown[];
  }[];
  readonly deployment_branch_policy?: { readonly custom_branch_policies?: boolean } | null;
}
/** Branches or tags whose workflows may use an environment. */
interface Policy {
  readonly name: string;
  readonly type?: string;
}

interface Repository {
  readonly github: GitHub;
  readonly defaultBranch: string;
  readonly rulesets: readonly Ruleset[];
}

/** A setting that a release relies on: what it is, how it is set, and whether it is. */
interface Setting {
  readonly what: string;
  readonly remedy: string;
  readonly holds: (repository: Repository) => Promise<boolean> | boolean;
}

const TAG = "refs/tags/v1.2.3";
const MAJOR = "refs/tags/v1";
/** The one pattern of an environment. As in a ruleset, `*` does not cross a `/`. */
const TAGS = "v*.*.*";

const SETTINGS: readonly Setting[] = [
  {
    what: "releases are immutable",
    remedy: "Settings, General, Releases: enable release immutability. Do it before the first release.",
    holds: async ({ github }) =>
      (await github.ask<{ readonly enabled: boolean }>("/immutable-releases"))?.enabled === true,
  },
  {
    what: "tags of releases cannot be moved or deleted",
    remedy: "A tag ruleset for v*.*.* with Restrict updates and Restrict deletions, and an empty bypass list.",
    holds: ({ rulesets }) =>
      ["update", "deletion"].every((type) => rulesets.some((each) => forbids(each, type, TAG) && isForAll(each))),
  },
  {
    what: "only maintainers create the tag of a release",
    remedy: "A separate tag ruleset for v* with Restrict creations, and the maintainers on its bypass list.",
    holds: ({ rulesets }) => rulesets.some((each) => forbids(each, "creation", TAG)),
  },
  {
    what: "the release workflow can move the major tag",
    remedy: "Exclude v1, v2, … from rulesets with Restrict updates and an empty bypass list.",
    holds: ({ rulesets }) => !rulesets.some((each) => forbids(each, "update", MAJOR) && isForAll(each)),
  },
  {
    what: "main changes by reviewed pull requests only",
    remedy:
      "A branch ruleset for main with an empty bypass list: Restrict deletions, Block force pushes, and Require a pull request with an approval and the code owners' review.",
    holds: (repository) =>
      ["deletion", "non_fast_forward"].every((type) => rulesOfMain(repository, type).length > 0) &&
      rulesOfMain(repository, "pull_request").some(isReviewed),
  },
  {
    what: "main needs its checks",
    remedy: "The same ruleset with Require status checks to pass, and the jobs of ci.yml.",
    holds: (repository) =>
      rulesOfMain(repository, "required_status_checks").some(({ parameters }) => {
        const checks = parameters?.required_status_checks;
        return Array.isArray(checks) && checks.length > 0;
      }),
  },
  ...["release", "npm", "major"].flatMap((name) => [
    {
      what: `the environment ${name} has two reviewers and prevents self-review`,
      remedy: `Settings, Environments, ${name}: at least ${REVIEWERS} required reviewers, and Prevent self-review.`,
      holds: async ({ github }: Repository) =>
        isReviewedEnvironment(await github.ask<Environment>(`/environments/${name}`)),
    },
    {
      what: `the environment ${name} is for tags of releases only`,
      remedy: `Settings, Environments, ${name}: Selected branches and tags, with the tag pattern ${TAGS} and no other.`,
      holds: ({ github }: Repository) => isForReleases(github, name),
    },
  ]),
  {
    what: "actions are pinned by their full commit",
    remedy: "Settings, Actions, General: Require actions to be pinned to a full-length commit SHA.",
    holds: async ({ github }) =>
      (await github.ask<{ readonly sha_pinning_required?: boolean }>("/actions/permissions"))?.sha_pinning_required ===
      true,
  },
  {
    what: "a hole can be reported in private",
    remedy: "Settings, Code security: enable private vulnerability reporting.",
    holds: async ({ github }) =>
      (await github.ask<{ readonly enabled: boolean }>("/private-vulnerability-reporting"))?.enabled === true,
  },
  {
    what: `Dependabot waits ${COOLDOWN_DAYS} days before it proposes a version`,
    remedy: "Give each entry of .github/dependabot.yml a cooldown with default-days.",
    holds: hasCooldown,
  },
];

/**
 * Reads a repository's settings and says which of those are missing that docs/release.md names. Changes nothing.
 * @throws ReleaseFault where GitHub cannot be asked at all
 */
export async function settingsReport(github: GitHub): Promise<{ readonly lines: string[]; readonly missing: number }> {
  const { default_branch: defaultBranch } = await github.need<{ readonly default_branch: string }>("");
  const named = await github.list<Ruleset>("/rulesets");
  const rulesets: Ruleset[] = [];
  // The list has no rules.
  for (const { id } of named) rulesets.push(await github.need<Ruleset>(`/rulesets/${id}`));
  const lines: string[] = [];
  let missing = 0;
  for (const { what, remedy, holds } of SETTINGS) {
    const held = await readable(() => holds({ github, defaultBranch, rulesets }));
    if (held === true) lines.push(`ok       ${what}`);
    else {
      missing++;
      lines.push(
        held === false
          ? `missing  ${what}. ${remedy}`
          : `unknown  ${what}. This token may not read it: use one with Administration (write), which shows bypass lists, too.`,
      );
    }
  }
  lines.push(`${SETTINGS.length - missing} of ${SETTINGS.length} settings are as docs/release.md wants them.`);
  return { lines, missing };
}

/** Undefined where GitHub refuses to show it. */
async function readable(holds: () => Promise<boolean> | boolean): Promise<boolean | undefined> {
  try {
    return await holds();
  } catch (thrown) {
    if (thrown instanceof ReleaseFault && thrown.code === "github-refused") return undefined;
    throw thrown;
  }
}

/** True if an active ruleset has a rule of this type for a ref. */
function forbids({ enforcement, target, conditions, rules = [] }: Ruleset, type: string, ref: string): boolean {
  if (enforcement !== "active" || target !== (ref.startsWith("refs/tags/") ? "tag" : "branch")) return false;
  const { include = [], exclude = [] } = conditions?.ref_name ?? {};
  const covers = (patterns: readonly string[]) => patterns.some((pattern) => matches(pattern, ref));
  return covers(include) && !covers(exclude) && rules.some((rule) => rule.type === type);
}

/** Patterns of rulesets: `*` stays within a part of the ref, `**` does not. */
function matches(pattern: string, ref: string): boolean {
  if (pattern === "~ALL") return true;
  const parts = pattern.split(/(\*\*\/|\*\*|\*|\?)/).map((part) => {
    const special: Record<string, string> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
    return special[part] ?? part.replaceAll(/[.+^$()|[\]\\{}]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(ref);
}

/** True if the bypass list is empty. @throws ReleaseFault `github-refused` if this token cannot see the list */
function isForAll({ name, bypass_actors }: Ruleset): boolean {
  if (bypass_actors !== undefined) return bypass_actors.length === 0;
  throw new ReleaseFault("github-refused", `GitHub does not show the bypass list of ${name}.`, "Use another token.");
}

/** Rules of this type for main that bind all people. */
function rulesOfMain({ rulesets, defaultBranch }: Repository, type: string): Rule[] {
  const ref = `refs/heads/${defaultBranch}`;
  const covering = rulesets.map((each) => {
    const { ref_name: { include = [], ...others } = {} } = each.conditions ?? {};
    const named = include.map((name) => (name === "~DEFAULT_BRANCH" ? ref : name));
    return { ...each, conditions: { ref_name: { ...others, include: named } } };
  });
  return covering
    .filter((each) => forbids(each, type, ref) && isForAll(each))
    .flatMap(({ rules = [] }) => rules.filter((rule) => rule.type === type));
}

function isReviewed({ parameters }: Rule): boolean {
  const { required_approving_review_count: count, require_code_owner_review: owners } = parameters ?? {};
  return typeof count === "number" && count >= 1 && owners === true;
}

function isReviewedEnvironment(environment: Environment | undefined): boolean {
  const rule = environment?.protection_rules?.find(({ type }) => type === "required_reviewers");
  return (rule?.reviewers?.length ?? 0) >= REVIEWERS && rule?.prevent_self_review === true;
}

/** An environment without a policy lets a workflow of any branch in; one with a policy, all that its patterns name. */
async function isForReleases(github: GitHub, name: string): Promise<boolean> {
  const environment = await github.ask<Environment>(`/environments/${name}`);
  if (environment?.deployment_branch_policy?.custom_branch_policies !== true) return false;
  const path = `/environments/${name}/deployment-branch-policies?per_page=100`;
  const { branch_policies: policies } = await github.need<{ readonly branch_policies: readonly Policy[] }>(path);
  return policies.length > 0 && policies.every((policy) => policy.type === "tag" && policy.name === TAGS);
}

async function hasCooldown({ github }: Repository): Promise<boolean> {
  const file = await github.ask<{ readonly content?: string }>("/contents/.github/dependabot.yml");
  const text = Buffer.from(file?.content ?? "", "base64").toString("utf8");
  const { updates = [] } = (parse(text) ?? {}) as {
    readonly updates?: readonly { readonly cooldown?: { readonly "default-days"?: number } }[];
  };
  return updates.length > 0 && updates.every(({ cooldown }) => (cooldown?.["default-days"] ?? 0) >= COOLDOWN_DAYS);
}
