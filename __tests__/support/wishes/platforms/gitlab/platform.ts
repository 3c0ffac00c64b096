import type { World } from "../../system/world.ts";
import type { Comments, Platform } from "../platform.ts";

/** Notes of a merge request are the only capability: a run goes on without the others. */
export function gitlabPlatform({ env, log }: World): Platform {
  return {
    words: {
      name: "GitLab",
      lacking: "GitLab has no such thing",
      mayRead: "Give the token of the project the scope `read_repository`",
    },
    change: {
      trigger: env.CI_PIPELINE_SOURCE ?? "",
      commit: env.CI_COMMIT_SHA,
      commits: [],
      repository: env.CI_PROJECT_PATH,
      runUrl: env.CI_JOB_URL,
      hasBase: env.CI_MERGE_REQUEST_IID !== undefined,
      defaultBranch: env.CI_DEFAULT_BRANCH,
      privileged: false,
    },
    action: { name: "Image Gate", version: "1.0.0", url: "https://gitlab.com/acme/image-gate" },
    annotate: (messages) => {
      for (const { level, message } of messages) log.annotate(level, message);
    },
    comments: notes(env, log),
  };
}

function notes(env: World["env"], log: World["log"]): Comments {
  return {
    mostUnits: 900_000,
    decide: () =>
      env.CI_MERGE_REQUEST_IID === undefined
        ? { write: false, level: "info", why: "there is no merge request" }
        : { write: true, create: true },
    async write({ body }, { token }) {
      const path = `projects/${env.CI_MERGE_REQUEST_PROJECT_ID}/merge_requests/${env.CI_MERGE_REQUEST_IID}/notes`;
      const answer = await fetch(`${env.CI_API_V4_URL}/${path}`, {
        method: "POST",
        headers: { "private-token": token, "content-type": "application/json" },
        body: JSON.stringify({ body }),
      });
      if (!answer.ok) log.warning(`The note was not written: HTTP ${answer.status}`);
      return undefined;
    },
  };
}
