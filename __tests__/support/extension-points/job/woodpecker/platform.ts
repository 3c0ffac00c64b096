import type { Comments } from "../../forge/forge.ts";
import type { World } from "../../system/world.ts";
import type { Platform } from "../job.ts";

/** Comments on a pull request of Forgejo are the only capability: a run goes on without the others. */
export function woodpeckerPlatform({ env, log }: World): Platform {
  return {
    words: {
      name: "Woodpecker",
      lacking: "Woodpecker has no such thing",
      mayRead: "Give the token the scope `read:repository`",
      changeRequest: "pull request",
      workflow: "workflow",
    },
    change: {
      trigger: env.CI_PIPELINE_EVENT ?? "",
      commit: env.CI_COMMIT_SHA,
      commits: [],
      repository: env.CI_REPO,
      runUrl: env.CI_PIPELINE_URL,
      noConversation: env.CI_COMMIT_PULL_REQUEST === undefined ? "there is no pull request" : undefined,
      hasBase: env.CI_COMMIT_PULL_REQUEST !== undefined,
      defaultBranch: env.CI_REPO_DEFAULT_BRANCH,
      privileged: false,
    },
    action: { name: "Image Gate", version: "1.0.0", url: "https://codeberg.org/acme/image-gate" },
    forge: async (token) => ({ comments: commentsOf(token, env, log) }),
  };
}

function commentsOf(token: string, env: World["env"], log: World["log"]): Comments {
  return {
    mostUnits: 900_000,
    async write({ body }) {
      const path = `api/v1/repos/${env.CI_REPO}/issues/${env.CI_COMMIT_PULL_REQUEST}/comments`;
      const answer = await fetch(`${env.CI_FORGE_URL}/${path}`, {
        method: "POST",
        headers: { authorization: `token ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ body }),
      });
      if (!answer.ok) log.warning(`The comment was not written: HTTP ${answer.status}`);
      return undefined;
    },
  };
}
