import packageJson from "../../../package.json" with { type: "json" };
import { once } from "../../forge/once.ts";
import type { World } from "../../system/world.ts";
import { annotate } from "../annotate.ts";
import { httpUrl } from "../http-url.ts";
import type { Access, Comments, DefaultReports, Platform, PlatformWords } from "../platform.ts";
import { ownToken } from "./api/token.ts";
import { decideNote } from "./note-decision.ts";
import { lasting, writeOutputs } from "./outputs.ts";
import { changeOf, notBySource, type Pipeline, readPipeline } from "./pipeline.ts";

const WORDS: PlatformWords = {
  name: "GitLab",
  lacking: "GitLab has no such thing",
  mayRead: "Give the job a token with the scope `read_api`, or let Git fetch from the remote `origin`",
  changeRequest: "merge request",
  workflow: "pipeline",
  elsewhere: "the reports among the job's artifacts have more",
};

/**
 * GitLab CI. What GitLab has no place for, such as a summary page, is absent. Code that few runs need is loaded only if
 * it is needed.
 * @param outputsFile absolute path of the dotenv report
 */
export function gitlabPlatform(world: World, outputsFile: string): Platform {
  const { env, log } = world;
  const pipeline: Pipeline = readPipeline(env);
  // The history's error names the token that is missing, so that issues need not.
  let isNamed = false;
  return {
    words: WORDS,
    change: changeOf(pipeline),
    action: { name: "Image Gate", version: packageJson.version },
    annotate: (messages) => annotate(log, messages),
    defaultReports: reportsOf(env),
    markdown: "glfm",
    workflowFile: env.CI_CONFIG_PATH || ".gitlab-ci.yml",
    ruleReader(access) {
      const reader = once(async () => (await import("./rules/read.ts")).ruleReader(access, pipeline, world));
      return async (use, file) => (await reader())(use, file);
    },
    sharedCache:
      env.IMAGE_GATE_CACHE === "true" ? async () => (await import("./cache.ts")).sharedCache(world) : undefined,
    keptReports: {
      async find(search, access) {
        const { keptReports } = await import("./baseline.ts");
        return keptReports(search, access, pipeline, world);
      },
      async keep(report) {
        const { keepReport } = await import("./baseline.ts");
        keepReport(report, pipeline, world);
      },
    },
    async state(name, access) {
      isNamed ||= !access.offline && ownToken(access.token, env) === undefined;
      const { stateBranch } = await import("./state.ts");
      return stateBranch(name, access, pipeline, world);
    },
    async issues(scope, access) {
      const readOnlyBecause = noIssuesBecause(access, pipeline, env, isNamed);
      const { issueTracker } = await import("./issues.ts");
      return issueTracker({ scope, readOnlyBecause }, { access, pipeline, world });
    },
    comments: commentsOf(pipeline, world),
    outputs: async (values) => writeOutputs(outputsFile, lasting(values, world.runFolder), log),
  };
}

/**
 * The reports that GitLab shows in places of its own, under the names that its documentation uses. The job names them
 * in `artifacts: reports:`.
 */
const REPORTS = [
  "gitlab: gl-container-scanning-report.json",
  "gitlab-code-quality: gl-code-quality-report.json",
  "gitlab-sbom: gl-sbom-{target}.cdx.json",
  "junit: gl-junit-report.xml",
  "html: image-gate-report.html",
  "gitlab-annotations: gl-annotations-report.json",
];

/** A file of the workspace that the job keeps as an artifact has a page below the job's. */
function reportsOf({ CI_JOB_URL: url }: World["env"]): DefaultReports {
  const job = httpUrl(url);
  return {
    lines: REPORTS,
    pageOf: (path) =>
      job === undefined ? undefined : `${job}/artifacts/file/${path.split("/").map(encodeURIComponent).join("/")}`,
  };
}

/** GitLab takes a million characters (`Gitlab::Database::MAX_TEXT_SIZE_LIMIT`); bytes are never fewer. */
const NOTE_BYTES = 900_000;

/** The merge request's notes. */
function commentsOf(pipeline: Pipeline, world: World): Comments {
  return {
    mostUnits: NOTE_BYTES,
    measuredIn: "bytes",
    decide: (mode, answer, access) => decideNote({ mode, answer, pipeline, env: world.env, ...access }),
    async write(text, access) {
      const { reportNote } = await import("./notes.ts");
      return reportNote({ ...text, pipeline, access, world });
    },
  };
}

/**
 * What only a token could change. Why the pipeline itself must not write issues is said before that.
 * @param isTokenNamed another message of the run names the token already
 */
function noIssuesBecause({ token }: Access, pipeline: Pipeline, env: World["env"], isTokenNamed: boolean) {
  if (changeOf(pipeline).readOnlyBecause !== undefined) return undefined;
  if (ownToken(token, env) !== undefined) return notBySource(pipeline);
  const why = "a job's own token writes no issues";
  return isTokenNamed
    ? why
    : `${why}; set GITLAB_TOKEN to a project access token with the scope \`api\` and the role Reporter`;
}
