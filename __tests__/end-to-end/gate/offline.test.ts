import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { debian12, saveImage } from "../../support/images/images.ts";
import { buildImage } from "../../support/images/oci.ts";
import { startInternet } from "../../support/network/internet.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type Inputs, messages, openStage, type RunOptions } from "../../support/runs/stage.ts";

// All ways out of the machine lead to an internet without servers, which records every requested host.

const MODULES = `
module "a" { source = "git::https://evil.example.net/x.git" }
module "b" { source = "evil.example.org/team/module/aws" }
module "c" { source = "https://evil.example.com/module.zip" }
resource "aws_s3_bucket" "open" { acl = "public-read" }
`;

const stage = await shared(openStage("offline"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), debian12());
saveImage(
  join(workspace, "terraform.tar"),
  buildImage([
    {
      createdBy: "COPY . /srv",
      files: [
        { path: "srv/main.tf", data: MODULES },
        { path: "srv/Dockerfile", data: "FROM alpine\nUSER root\n" },
      ],
    },
  ]),
);

async function run(inputs: Inputs, options: RunOptions = {}) {
  await using net = await startInternet({});
  const env = { ...net.env, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1", ...options.env };
  const result = await stage.run(inputs, { workspace, ...options, env });
  return { ...result, strangers: [...net.strangers] };
}

describe("a target names hosts, and none of them is asked", () => {
  const accepting = `version: 1\ncoverage: [{gap: terraform-not-read, reason: its plan is checked, expires: ${day(30)}}]\n`;
  const files = {
    "infra/main.tf": MODULES,
    "infra/Dockerfile": "FROM alpine\nUSER root\n",
    ".github/image-gate.yml": accepting,
  };
  // Proves: nothing-asks-host-target
  it.each<[string, Inputs]>([
    ["a folder's Terraform modules", { path: "infra" }],
    ["an image's Terraform modules", { image: "terraform.tar" }],
  ])("%s, while its other configuration is checked", async (_, target) => {
    const result = await run({ ...target, scanners: "misconfig" }, { files });
    expect(result.strangers).toEqual([]);
    expect(result.report.findings.map(({ id }) => id)).toContain("DS-0002");
  });
});

describe("offline", () => {
  it("asks only the named servers: no comment, no policy of the base, no cache service, no release", async () => {
    const github = stage.github.requests.length;
    const env = {
      ACTIONS_CACHE_SERVICE_V2: "true",
      ACTIONS_RESULTS_URL: "https://results-receiver.actions.githubusercontent.com/",
    };
    const result = await run({ image: "app.tar", offline: "true" }, { env, onPullRequest: true });
    expect(result.outputs).toMatchObject({ verdict: "fail", critical: "3", "comment-url": "" });
    expect(result.strangers).toEqual([]);
    expect(stage.github.requests.length).toBe(github);
    expect(result.log).toContain("No comment: `offline` forbids asking GitHub.");
    // The reader should know that the policy could not be compared with the base's.
    expect(result.summary).toContain("`offline` forbids asking GitHub");
  });

  it.each<[string, Inputs, string, RegExp]>([
    [
      "Trivy, where the tool cache has none",
      { "trivy-binary": "", "trivy-sha256": "", image: "app.tar" },
      "trivy-offline",
      /`trivy-mirror`/,
    ],
    [
      "a database, where there is none",
      { "db-repository": "", image: "app.tar" },
      "database-offline",
      /`db-repository`/,
    ],
    [
      "a repository that is not a folder",
      { repository: "github.com/evil/x" },
      "repository-offline",
      /Check it out first and give its folder/,
    ],
  ])("does not fetch %s: an error says what to set", async (_, inputs, code, remedy) => {
    const result = await run({ ...inputs, offline: "true" }, { toolCache: `${stage.nextFolder()}-tools` });
    expect(result.outputs.reason).toContain(`[${code}]`);
    expect(messages(result, "error").join()).toMatch(remedy);
    expect(result.strangers).toEqual([]);
  });

  it("does not judge a privileged run, whose policy GitHub has", async () => {
    const event = { ...stage.github.pullRequestEvent(), name: "pull_request_target" };
    const result = await run({ image: "app.tar", offline: "true" }, { event, apiUrl: stage.github.url });
    expect(result.outputs.reason).toContain("[base-policy-unreadable]");
    expect(result.strangers).toEqual([]);
  });
});
