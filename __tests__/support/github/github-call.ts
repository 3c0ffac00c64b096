import type { Reply } from "../network/forge-server.ts";
import type { ArtifactState } from "./github-artifacts.ts";
import type { CodeScanningState } from "./github-code-scanning.ts";
import type { Contract } from "./github-contract.ts";
import type { DependencyGraphState } from "./github-dependency-graph.ts";
import type { IssueState } from "./github-issues.ts";
import type { ReleaseState } from "./github-release-state.ts";
import type { GitHubState } from "./github-state.ts";

export const DOCS = "https://docs.github.com/rest";
export const notFound = (message = "Not Found"): Reply => ({
  status: 404,
  body: { message, documentation_url: DOCS, status: "404" },
});

export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly accept: string;
  readonly body: Readonly<Record<string, string | undefined>> | undefined;
  readonly bytes: Buffer;
}

/** Everything a route needs. */
export interface Context {
  readonly contract: Contract;
  readonly state: GitHubState;
  readonly issues: IssueState;
  readonly artifacts: ArtifactState;
  readonly codeScanning: CodeScanningState;
  readonly dependencyGraph: DependencyGraphState;
  readonly releases: ReleaseState;
  /** The address of an artifact's archive, which is at another host. */
  readonly archiveAddress: (id: number) => string;
  readonly base: () => string;
  readonly author: string;
  readonly viewer: string | undefined;
  readonly rewriteBody: (body: string) => string;
}

export type Route = (context: Context, call: Call, parts: readonly string[]) => Reply;

/** One page of a list with its Link header. Like GitHub's, it has 30 items by default and at most 100. */
export function page(base: string, url: URL, items: readonly unknown[]): Reply {
  const size = Math.min(Math.max(Number(url.searchParams.get("per_page") ?? 30) || 30, 1), 100);
  const at = Math.max(Number(url.searchParams.get("page") ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (to: number, rel: string) => {
    const target = new URL(url.pathname + url.search, base);
    target.searchParams.set("page", String(to));
    return `<${target}>; rel="${rel}"`;
  };
  const links = [
    ...(at > 1 ? [link(at - 1, "prev"), link(1, "first")] : []),
    ...(at < last ? [link(at + 1, "next"), link(last, "last")] : []),
  ];
  return {
    status: 200,
    body: items.slice((at - 1) * size, at * size),
    ...(links.length > 0 && { headers: { link: links.join(", ") } }),
  };
}
