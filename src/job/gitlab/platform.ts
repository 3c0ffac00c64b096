import type { World } from "../../system/world.ts";
import { httpUrl } from "../http-url.ts";
import type { Platform, PlatformWords } from "../job.ts";
import { VERSION } from "../own-version.ts";
import { writeOutputs } from "./outputs.ts";
import { readPipeline } from "./pipeline.ts";

const WORDS: PlatformWords = {
  name: "GitLab",
  lacking: "GitLab has no such thing",
  mayRead: "Give the job a token with the scope `read_api`",
  changeRequest: "merge request",
  workflow: "pipeline",
};

/**
 * GitLab CI. Parts that GitLab has no place for, such as a summary page, are absent. Code that few runs need is loaded
 * only when it is needed.
 * @param outputsFile absolute path of the dotenv report
 */
export function gitlabPlatform(world: World, outputsFile: string): Platform {
  const { env } = world;
  const pipeline = readPipeline(env);
  const job = httpUrl(env.CI_JOB_URL);
  return {
    words: WORDS,
    change: pipeline,
    action: { name: "Image Gate", version: VERSION },
    defaultReports: {
      lines: REPORTS,
      // A file of the workspace that the job keeps as an artifact has a page below the job's.
      pageOf: (path) => job && `${job}/artifacts/file/${path.split("/").map(encodeURIComponent).join("/")}`,
    },
    markdown: "glfm",
    workflowFile: env.CI_CONFIG_PATH || ".gitlab-ci.yml",
    sharedCache:
      env.IMAGE_GATE_CACHE === "true" ? async () => (await import("./cache.ts")).sharedCache(world) : undefined,
    forge: async (token) => (await import("../../forge/gitlab/forge.ts")).gitlabForge(pipeline, token, world),
    keepReport: async (report) => (await import("../../forge/gitlab/baseline.ts")).keepReport(report, pipeline, world),
    outputs: async (values) => {
      // Files in the run's own folder are removed before a later job could read them.
      const lasting = Object.entries(values).filter(([, value]) => !value.includes(`${world.runFolder}/`));
      const left = writeOutputs(outputsFile, Object.fromEntries(lasting));
      if (left.length > 0) world.log.info(`image-gate.env has no room for ${left.join(", ")}.`);
    },
  };
}

/**
 * The reports that GitLab shows in its own places, under the names that its documentation uses. The job names them
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
