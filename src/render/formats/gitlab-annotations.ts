import { visible } from "../shared/safe-text.ts";

/** A link alongside a job's log. */
export interface JobLink {
  readonly label: string;
  /** An `https://` or `http://` address that the platform gave. */
  readonly url: string;
}

/**
 * GitLab's annotations report: links that the page of the job shows alongside its log
 * (https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsannotations).
 */
export function renderJobLinks(links: readonly JobLink[]): string[] {
  const section = links.map(({ label, url }) => ({ external_link: { label: visible(label), url } }));
  return [`${JSON.stringify({ "Image Gate": section })}\n`];
}
