import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
// The package's main module loads nock, which patches Node's http.
import { initializeCA } from "@sigstore/mock/dist/fulcio/ca.js";
import { initializeCTLog } from "@sigstore/mock/dist/fulcio/ctlog.js";
import { fulcioHandler } from "@sigstore/mock/dist/fulcio/handler.js";
import { rekorHandler } from "@sigstore/mock/dist/rekor/handler.js";
import { initializeTLog } from "@sigstore/mock/dist/rekor/tlog.js";
import { tufHandlers } from "@tufjs/repo-mock/dist/handler.js";
import { initializeTUFRepo } from "@tufjs/repo-mock/dist/repo.js";
import { finish } from "../../../scripts/setup/command.ts";
import { answer, bodyOf } from "../network/http.ts";
import { type Internet, startInternet } from "../network/internet.ts";
import { base64, keys, trustedRoot } from "./sigstore.ts";

/**
 * Sigstore's and GitHub's hosts. The older format needs Fulcio's and Rekor's own names, which are compiled into Cosign.
 * The keys come from a mirror, since Cosign asks its own compiled-in root about Sigstore's.
 */
export const SIGSTORE_HOSTS = {
  keys: "sigstore-keys.test",
  fulcio: "fulcio.sigstore.dev",
  rekor: "rekor.sigstore.dev",
  token: "run-actions.actions.githubusercontent.com",
} as const;

/** A job's claims in its identity token of GitHub. */
export interface Job {
  /** `acme/app/.github/workflows/release.yml@refs/heads/main` */
  readonly workflow: string;
  /** By default GitHub. */
  readonly issuer?: string;
}

/** Sigstore's services and GitHub's tokens on this machine, and a user who has `cosign initialize`d with them. */
export interface SigstoreServices extends AsyncDisposable {
  /** Variables that make Cosign use them: HOME, the proxy and its authority. */
  readonly env: Readonly<Record<string, string>>;
  /** The internet with these hosts: it has the requests, and can simulate faults. */
  readonly internet: Internet;
  /** Variables that GitHub sets in a job with `id-token: write`. */
  tokenVariables(job: Job): Readonly<Record<string, string>>;
  /** The value of `id_tokens: SIGSTORE_ID_TOKEN` that GitLab sets in a job of this project's branch. */
  pipelineToken(project: string, branch: string): string;
}

/** The issuer of tokens of GitHub's jobs. */
export const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";

/** The name that a certificate gives a job. */
export const identityOf = ({ workflow }: Job): string => `https://github.com/${workflow}`;

/** The issuer of tokens of GitLab.com's jobs. */
export const GITLAB_ISSUER = "https://gitlab.com";

/** The name that a certificate gives a job of GitLab: Fulcio derives it from the token's `ci_config_ref_uri`. */
export const pipelineIdentity = (project: string, branch: string): string =>
  `${GITLAB_ISSUER}/${project}//.gitlab-ci.yml@refs/heads/${branch}`;

/** Starts them, each with its own keys, and initializes this Cosign with them. HOME is made below `folder`. */
export async function startSigstore(cosign: string, folder: string): Promise<SigstoreServices> {
  const certificateLog = await initializeCTLog(keys());
  const authority = await initializeCA(keys(), certificateLog);
  const url = `https://${SIGSTORE_HOSTS.rekor}`;
  const log = await initializeTLog(url, keys());
  const logs = { transparency: log.publicKey, certificates: certificateLog.publicKey, clock: [], url };
  const root = trustedRoot(base64(authority.rootCertificate), logs);
  const repo = goodRepository([
    { name: "trusted_root.json", content: JSON.stringify(root) },
    { name: "signing_config.v0.2.json", content: JSON.stringify(signingConfig()) },
  ]);
  const files = tufHandlers(repo, { metadataPathPrefix: "", targetPathPrefix: "/targets" });
  const internet = await startInternet({
    [SIGSTORE_HOSTS.keys]: (request, response) => {
      const found = files.find(({ path }) => path === request.url)?.fn();
      answer(response, found?.statusCode ?? 404, found?.response ?? "");
    },
    [SIGSTORE_HOSTS.token]: token,
    [SIGSTORE_HOSTS.fulcio]: answering(certificates(textual(fulcioHandler(authority, { subjectClaim: "identity" })))),
    [SIGSTORE_HOSTS.rekor]: answering(entries(textual(rekorHandler(log)))),
  });
  const home = join(folder, "sigstore-home");
  mkdirSync(home, { recursive: true });
  const env = { HOME: home, ...internet.env };
  const rootFile = join(home, "root.json");
  writeFileSync(rootFile, JSON.stringify(repo.rootMeta.toJSON()));
  const initialize = ["initialize", `--mirror=https://${SIGSTORE_HOSTS.keys}`, `--root=${rootFile}`];
  const { code, stderr } = await finish(cosign, initialize, {
    cwd: folder,
    env: { ...env, PATH: process.env.PATH ?? "" },
  });
  // If it cannot read its files, it only warns.
  if (code !== 0 || stderr !== "") throw new Error(`cosign initialize failed (exit code ${code}): ${stderr}`);
  return {
    env,
    internet,
    tokenVariables: ({ workflow, issuer = GITHUB_ISSUER }) => ({
      ACTIONS_ID_TOKEN_REQUEST_URL: `https://${SIGSTORE_HOSTS.token}/token?${new URLSearchParams({ workflow, issuer })}`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    }),
    pipelineToken: (project, branch) =>
      jsonWebToken({
        ...{ iss: GITLAB_ISSUER, aud: "sigstore", sub: `project_path:${project}:ref_type:branch:ref:${branch}` },
        ...{ project_path: project, ref: branch, ref_type: "branch", pipeline_source: "push", namespace_path: project },
        ci_config_ref_uri: pipelineIdentity(project, branch).slice("https://".length),
        identity: pipelineIdentity(project, branch),
      }),
    [Symbol.asyncDispose]: () => internet.close(),
  };
}

/** A token for the next five minutes, whose signature is not checked here. */
function jsonWebToken(claims: object): string {
  const seconds = Math.floor(Date.now() / 1000);
  const part = (of: object) => Buffer.from(JSON.stringify(of)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT" })}.${part({ ...claims, iat: seconds, exp: seconds + 300 })}.c2lnbmF0dXJl`;
}

/**
 * Go writes times without trailing zeros, and Cosign checks the signature of the text as Go writes it. If an expiry
 * time ended in `….120Z`, no signature would be valid.
 */
function goodRepository(targets: Parameters<typeof initializeTUFRepo>[0]): ReturnType<typeof initializeTUFRepo> {
  for (;;) {
    const repo = initializeTUFRepo(targets);
    const all = [repo.rootMeta, repo.timestampMeta, repo.snapshotMeta, repo.targetsMeta];
    if (all.every(({ signed }) => !signed.expires.endsWith("0Z"))) return repo;
  }
}

const REQUEST_TOKEN = "token-of-the-request";

/** In the form that Sigstore publishes, with the first version of its log, whose entries have their own time. */
function signingConfig(): object {
  const service = (host: string) => [
    {
      url: `https://${host}`,
      majorApiVersion: 1,
      validFor: { start: "2026-01-01T00:00:00Z" },
      operator: "sigstore.mock",
    },
  ];
  return {
    mediaType: "application/vnd.dev.sigstore.signingconfig.v0.2+json",
    caUrls: service(SIGSTORE_HOSTS.fulcio),
    oidcUrls: service("oauth2.sigstore.dev"),
    rekorTlogUrls: service(SIGSTORE_HOSTS.rekor),
    rekorTlogConfig: { selector: "ANY" },
    tsaConfig: { selector: "ANY" },
  };
}

/** GitHub's token for the requesting job, which is identified by the request's token. */
function token(request: IncomingMessage, response: ServerResponse): void {
  const { searchParams: asked } = new URL(request.url ?? "", "https://any.test");
  if (request.headers.authorization !== `bearer ${REQUEST_TOKEN}`) {
    answer(response, 401, "{}");
    return;
  }
  const workflow = asked.get("workflow") ?? "";
  const [, repository = "", ref = ""] = /^([^/]+\/[^/]+)\/.*@(.*)$/.exec(workflow) ?? [];
  const claims = {
    ...{ iss: asked.get("issuer"), aud: asked.get("audience") },
    ...{ sub: `repo:${repository}:ref:${ref}`, repository, ref, job_workflow_ref: workflow, event_name: "push" },
    // Fulcio derives the certificate's name from GitHub's claims. The mock takes the whole name from here.
    identity: identityOf({ workflow }),
  };
  answer(response, 200, JSON.stringify({ value: jsonWebToken(claims) }));
}

type Handler = (body: string) => Promise<{ readonly statusCode: number; readonly response: string }>;

/** A handler of the mock, which answers with text. */
function textual(handler: ReturnType<typeof fulcioHandler>): Handler {
  return async (body) => {
    const { statusCode, response } = await handler.fn(body);
    if (typeof response !== "string") throw new Error(`${handler.path} answered with bytes`);
    return { statusCode, response };
  };
}

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}
type Asked = { readonly path: string; readonly body: string; readonly authorization: string };

function answering(respond: (asked: Asked) => Promise<Answer>): RequestListener {
  return async (request, response) => {
    const body = (await bodyOf(request)).toString("utf8");
    const { authorization = "" } = request.headers;
    const { status, body: text, headers } = await respond({ path: request.url ?? "", body, authorization });
    answer(response, status, text, headers);
  };
}

/**
 * Fulcio's two versions, the first of which Cosign uses for the older format. Cosign gives the token in a header, the
 * mock looks for it in the body.
 */
function certificates(issue: Handler) {
  return async ({ path, body, authorization }: Asked): Promise<Answer> => {
    const isFirst = path === "/api/v1/signingCert";
    if (!isFirst && path !== "/api/v2/signingCert") return { status: 404, body: path };
    const asked = JSON.parse(body);
    const content = isFirst
      ? Buffer.from(asked.publicKey.content, "base64").toString("utf8")
      : asked.publicKeyRequest.publicKey.content;
    const credentials = { oidcIdentityToken: authorization.replace(/^Bearer /, "") };
    const { statusCode, response } = await issue(
      JSON.stringify({ credentials, publicKeyRequest: { publicKey: { content } } }),
    );
    if (statusCode !== 201) return { status: statusCode, body: response };
    if (!isFirst) return { status: 200, body: response, headers: { "content-type": "application/json" } };
    const { signedCertificateEmbeddedSct: made } = JSON.parse(response);
    return { status: 201, body: made.chain.certificates.join("") };
  };
}

/** Rekor. Like the real one, it stores only digests of envelopes. The mock would store the whole proposal. */
function entries(log: Handler) {
  return async ({ path, body }: Asked): Promise<Answer> => {
    if (path !== "/api/v1/log/entries") return { status: 404, body: path };
    const { statusCode, response } = await log(JSON.stringify(kept(JSON.parse(body))));
    if (statusCode !== 201) return { status: statusCode, body: response };
    const [uuid = ""] = Object.keys(JSON.parse(response));
    const headers = { "content-type": "application/json", etag: uuid, location: `${path}/${uuid}` };
    return { status: 201, body: response, headers };
  };
}

interface Proposed {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

function kept(proposed: Proposed): object {
  if (proposed.kind !== "dsse") return proposed;
  const { envelope, verifiers } = proposed.spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  const hash = (of: Buffer | string) => ({ algorithm: "sha256", value: createHash("sha256").update(of).digest("hex") });
  return {
    kind: proposed.kind,
    apiVersion: proposed.apiVersion,
    spec: {
      envelopeHash: hash(envelope),
      payloadHash: hash(Buffer.from(payload, "base64")),
      signatures: signatures.map(({ sig }) => ({ signature: sig, verifier: verifiers[0] })),
    },
  };
}
