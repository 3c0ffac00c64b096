import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GitHub } from "../../../scripts/release/github.ts";
import { settingsReport } from "../../../scripts/release/settings.ts";
import { root } from "../../../scripts/setup/tools.ts";
import { type FakeReleases, startFakeReleases } from "../../support/github/fake-releases.ts";
import { FAKE_TOKEN } from "../../support/runs/runner.ts";

let fake: FakeReleases;
let github: GitHub;
beforeEach(async () => {
  fake = await startFakeReleases();
  github = new GitHub({ apiUrl: fake.url, repository: "acme/image-gate", token: FAKE_TOKEN });
});
afterEach(async () => {
  await fake.close();
  expect(fake.problems).toEqual([]);
  expect(fake.changes).toEqual([]);
});

const ruleset = (
  id: number,
  target: "tag" | "branch",
  include: readonly string[],
  types: readonly string[],
  more: object = {},
) => ({
  ...{ id, name: `ruleset ${id}`, target, source: "acme/image-gate", enforcement: "active", bypass_actors: [] },
  conditions: { ref_name: { include, exclude: [] } },
  rules: types.map((type) => ({ type, ...PARAMETERS[type] })),
  ...more,
});
const PARAMETERS: Record<string, object> = {
  update: { parameters: { update_allows_fetch_and_merge: false } },
  pull_request: {
    parameters: {
      ...{ dismiss_stale_reviews_on_push: true, require_code_owner_review: true, require_last_push_approval: true },
      ...{ required_approving_review_count: 1, required_review_thread_resolution: true },
    },
  },
  required_status_checks: {
    parameters: { required_status_checks: [{ context: "Check" }], strict_required_status_checks_policy: true },
  },
};
const MAINTAINERS = [{ actor_id: 1, actor_type: "Team", bypass_mode: "always" }];
const reviewers = (count: number, prevent_self_review = true) => ({
  protection_rules: [
    {
      ...{ id: 1, node_id: "x", type: "required_reviewers", prevent_self_review },
      reviewers: Array.from({ length: count }, (_, id) => ({ type: "Team", reviewer: TEAM(id) })),
    },
  ],
  deployment_branch_policy: SELECTED,
});
const TEAM = (id: number) => ({
  ...{ id, node_id: "x", url: "https://api.github.com/teams/1", html_url: "https://github.com/orgs/a/teams/b" },
  ...{ name: "A", slug: "a", description: null, permission: "admin", members_url: "https://api.github.com/x" },
  ...{ repositories_url: "https://api.github.com/teams/1/repos", parent: null, type: "organization" },
});
const SELECTED = { protected_branches: false, custom_branch_policies: true };
const RELEASE_TAGS = { name: "v*.*.*", type: "tag" };

const RELEASES = ruleset(1, "tag", ["refs/tags/v*.*.*"], ["update", "deletion"]);
const CREATION = ruleset(2, "tag", ["refs/tags/v*"], ["creation"], { bypass_actors: MAINTAINERS });
const MAIN = ruleset(
  3,
  "branch",
  ["~DEFAULT_BRANCH"],
  ["deletion", "non_fast_forward", "pull_request", "required_status_checks"],
);

/** A repository as docs/release.md wants it. */
function arrange(): void {
  const { state } = fake;
  state.rulesets.push(RELEASES, CREATION, MAIN);
  state.environments.set("release", reviewers(2)).set("npm", reviewers(2)).set("major", reviewers(3));
  for (const name of state.environments.keys()) state.policies.set(name, [RELEASE_TAGS]);
  state.shaPinning = true;
  state.privateReports = true;
  state.dependabot = readFileSync(join(root, ".github/dependabot.yml"), "utf8");
}

const missing = async () =>
  (await settingsReport(github)).lines
    .filter((line) => !line.startsWith("ok "))
    .slice(0, -1)
    .map((line) => line.replace(/^(\w+) +([^.:]*).*$/, "$1: $2"));

describe("the settings of a repository", () => {
  it("are all there if it is as docs/release.md says, with this repository's own dependabot.yml", async () => {
    arrange();
    const { lines, missing: count } = await settingsReport(github);
    expect(lines.filter((line) => !line.startsWith("ok "))).toEqual([
      "15 of 15 settings are as docs/release.md wants them.",
    ]);
    expect(count).toBe(0);
  });

  it("are all missing in a new repository, each with the way to it", async () => {
    fake.state.immutableReleases = false;
    const { lines, missing: count } = await settingsReport(github);
    // Nothing stops the workflow from moving the major tag.
    expect(count).toBe(14);
    for (const line of lines.filter((each) => each.startsWith("missing")))
      expect(line).toMatch(/^missing {2}.+\. .+\.$/);
  });

  const without = (at: number, ...others: object[]) => fake.state.rulesets.splice(at, 1, ...(others as never[]));
  it.each<readonly [string, () => unknown, string]>([
    [
      "a ruleset that only watches",
      () => without(0, { ...RELEASES, enforcement: "evaluate" }),
      "tags of releases cannot be moved or deleted",
    ],
    [
      "a ruleset with a bypass list",
      () => without(0, { ...RELEASES, bypass_actors: MAINTAINERS }),
      "tags of releases cannot be moved or deleted",
    ],
    [
      "tags that can be deleted",
      () => without(0, ruleset(1, "tag", ["refs/tags/v*.*.*"], ["update"])),
      "tags of releases cannot be moved or deleted",
    ],
    [
      "a ruleset of other tags",
      () => without(0, ruleset(1, "tag", ["refs/tags/release/**"], ["update", "deletion"])),
      "tags of releases cannot be moved or deleted",
    ],
    [
      "a major tag that is fixed, too",
      () => without(0, ruleset(1, "tag", ["~ALL"], ["update", "deletion"])),
      "the release workflow can move the major tag",
    ],
    [
      "a main without reviews",
      () =>
        without(
          2,
          ruleset(3, "branch", ["refs/heads/main"], ["deletion", "non_fast_forward", "required_status_checks"]),
        ),
      "main changes by reviewed pull requests only",
    ],
    [
      "a main that needs no checks",
      () => without(2, ruleset(3, "branch", ["refs/heads/main"], ["deletion", "non_fast_forward", "pull_request"])),
      "main needs its checks",
    ],
    [
      "one reviewer",
      () => fake.state.environments.set("release", reviewers(1)),
      "the environment release has two reviewers and prevents self-review",
    ],
    [
      "self-review",
      () => fake.state.environments.set("major", reviewers(2, false)),
      "the environment major has two reviewers and prevents self-review",
    ],
    [
      "a main whose reviews some people need not wait for",
      () =>
        without(
          2,
          ruleset(3, "branch", ["~ALL"], ["deletion", "non_fast_forward", "required_status_checks"]),
          ruleset(4, "branch", ["~ALL"], ["pull_request"], { bypass_actors: MAINTAINERS }),
        ),
      "main changes by reviewed pull requests only",
    ],
    [
      "a main whose list of checks is empty",
      () => {
        const parameters = { required_status_checks: [], strict_required_status_checks_policy: true };
        const rules = MAIN.rules.map((rule) =>
          rule.type === "required_status_checks" ? { ...rule, parameters } : rule,
        );
        return without(2, { ...MAIN, rules });
      },
      "main needs its checks",
    ],
    [
      "a package that a single person can publish",
      () => fake.state.environments.set("npm", { protection_rules: [], deployment_branch_policy: SELECTED }),
      "the environment npm has two reviewers and prevents self-review",
    ],
    [
      "an environment for any branch",
      () => fake.state.environments.set("npm", { ...reviewers(2), deployment_branch_policy: null }),
      "the environment npm is for tags of releases only",
    ],
    [
      "an environment for all protected branches",
      () =>
        fake.state.environments.set("npm", {
          ...reviewers(2),
          deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
        }),
      "the environment npm is for tags of releases only",
    ],
    ...[
      ["all tags", [{ name: "*", type: "tag" }]],
      ["a branch of that name", [{ name: "v*.*.*", type: "branch" }]],
      ["releases and main", [RELEASE_TAGS, { name: "main", type: "branch" }]],
      ["nothing", []],
    ].map(
      ([what, policies]) =>
        [
          `an environment for ${what}`,
          () => fake.state.policies.set("release", policies as object[] as never),
          "the environment release is for tags of releases only",
        ] as const,
    ),
    [
      "a Dependabot without patience",
      () => {
        fake.state.dependabot = "version: 2\nupdates:\n  - cooldown: { default-days: 7 }\n  - {}\n";
      },
      "Dependabot waits 7 days before it proposes a version",
    ],
  ])("name what is missing: %s", async (_, spoil, what) => {
    arrange();
    spoil();
    expect(await missing()).toEqual([`missing: ${what}`]);
  });

  it("are unknown where the token cannot read them", async () => {
    arrange();
    fake.fault(/immutable-releases/, { status: 403 });
    const { bypass_actors: _, ...hidden } = RELEASES;
    fake.state.rulesets.splice(0, 1, hidden);
    expect(await missing()).toEqual([
      "unknown: releases are immutable",
      "unknown: tags of releases cannot be moved or deleted",
    ]);
  });
});
