// Cuts the operations that the test bed's fake GitHub answers out of GitHub's own OpenAPI description:
//
//   cd "$(mktemp -d)" && npm init -y && npm i @octokit/openapi@23.0.2      (385 MB unpacked, hence no dependency)
//   node scripts/start.mjs extract-contract PATH/node_modules/@octokit/openapi
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup/tools.ts";

const OPERATIONS = [
  "GET /repos/{owner}/{repo}",
  "GET /repos/{owner}/{repo}/issues",
  "POST /repos/{owner}/{repo}/issues",
  "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
  "GET /repos/{owner}/{repo}/labels/{name}",
  "POST /repos/{owner}/{repo}/labels",
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
  "GET /repos/{owner}/{repo}/issues/comments/{comment_id}",
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
  "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}",
  "GET /repos/{owner}/{repo}/pulls",
  "GET /repos/{owner}/{repo}/pulls/{pull_number}",
  "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
  "GET /repos/{owner}/{repo}/contents/{path}",
  "GET /repos/{owner}/{repo}/git/ref/{ref}",
  "GET /repos/{owner}/{repo}/git/commits/{commit_sha}",
  "POST /repos/{owner}/{repo}/git/commits",
  "POST /repos/{owner}/{repo}/git/blobs",
  "GET /repos/{owner}/{repo}/git/trees/{tree_sha}",
  "POST /repos/{owner}/{repo}/git/trees",
  "POST /repos/{owner}/{repo}/git/refs",
  "PATCH /repos/{owner}/{repo}/git/refs/{ref}",
  "GET /repos/{owner}/{repo}/tarball/{ref}",
  "GET /repos/{owner}/{repo}/actions/artifacts",
  "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
  "GET /repos/{owner}/{repo}/actions/runs/{run_id}",
  "GET /repos/{owner}/{repo}/compare/{basehead}",
  "POST /repos/{owner}/{repo}/code-scanning/sarifs",
  "GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}",
  "POST /repos/{owner}/{repo}/dependency-graph/snapshots",
  // Endpoints that a release of Image Gate itself needs.
  "GET /repos/{owner}/{repo}/releases",
  "POST /repos/{owner}/{repo}/releases",
  "GET /repos/{owner}/{repo}/releases/tags/{tag}",
  "PATCH /repos/{owner}/{repo}/releases/{release_id}",
  "DELETE /repos/{owner}/{repo}/releases/{release_id}",
  "GET /repos/{owner}/{repo}/releases/{release_id}/assets",
  "POST /repos/{owner}/{repo}/releases/{release_id}/assets",
  "DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}",
  "GET /repos/{owner}/{repo}/git/tags/{tag_sha}",
  "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs",
  "GET /repos/{owner}/{repo}/rulesets",
  "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}",
  "GET /repos/{owner}/{repo}/immutable-releases",
  "GET /repos/{owner}/{repo}/environments/{environment_name}",
  "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
  "GET /repos/{owner}/{repo}/actions/permissions",
  "GET /repos/{owner}/{repo}/private-vulnerability-reporting",
];

/** Examples that the fake's answers are made from. */
const EXAMPLES = [
  "issue",
  "label",
  "issue-comment",
  "pull-request",
  "pull-request-simple-items",
  "full-repository-default-response",
  "content-file-response-if-content-is-a-file",
  "git-ref",
  "git-commit",
  "short-blob",
  "git-tree",
  "artifact-paginated",
  "workflow-run",
  "commit-comparison",
  "code-scanning-sarif-upload",
  "code-scanning-sarif-upload-status",
  "dependency-graph-create-snapshot-success",
  "release",
  "release-asset",
  "git-tag",
  "workflow-run-paginated",
  "environment",
];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Object_ = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is Object_ =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("Name the folder of @octokit/openapi, as the head of this script says.");
const version = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
const description = JSON.parse(readFileSync(join(folder, "generated", "api.github.com.json"), "utf8"));

/** Follows `#/a/b` references outside of schemas. */
function resolved(value: Json | undefined): Object_ {
  if (!isObject(value)) throw new Error("An object was expected in the description.");
  if (typeof value.$ref !== "string") return value;
  return resolved(
    value.$ref
      .slice(2)
      .split("/")
      .reduce((at: Json | undefined, key) => (isObject(at) ? at[key] : undefined), description),
  );
}

const schemas = new Map<string, Json>();

/** Keywords that say something about a value; prose, examples and OpenAPI's own are left out. */
const KEYWORDS = new Set(
  ["type format enum minimum maximum minLength maxLength pattern minItems maxItems required uniqueItems default"]
    .join(" ")
    .split(" "),
);

function keyword(key: string, value: Json): Json | undefined {
  if (KEYWORDS.has(key)) return value;
  if (key === "properties" && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, jsonSchema(schema)]));
  if (["oneOf", "anyOf", "allOf"].includes(key) && Array.isArray(value)) return value.map(jsonSchema);
  if (key === "items" || key === "not") return jsonSchema(value);
  if (key === "additionalProperties") return typeof value === "boolean" ? value : jsonSchema(value);
  return undefined;
}

/** OpenAPI 3.0's schema as JSON Schema: `nullable` becomes its own type. */
function jsonSchema(schema: Json): Json {
  if (!isObject(schema)) return schema;
  if (typeof schema.$ref === "string") return { $ref: schemaReference(schema.$ref) };
  const plain: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    const kept = keyword(key, value);
    if (kept !== undefined) plain[key] = kept;
  }
  return schema.nullable === true ? { anyOf: [plain, { type: "null" }] } : plain;
}

function schemaReference(reference: string): string {
  const name = reference.replace("#/components/schemas/", "");
  if (!schemas.has(name)) {
    schemas.set(name, null);
    schemas.set(name, jsonSchema(description.components.schemas[name]));
  }
  return `github#/schemas/${name}`;
}

function parameter(value: Json): Json {
  const { name, in: where, required, schema = {}, "x-multi-segment": multi } = resolved(value);
  return {
    name: name ?? null,
    in: where ?? null,
    ...(required === true && { required }),
    ...(multi === true && { severalSegments: true }),
    schema: jsonSchema(schema),
  };
}

function bodySchema(content: Json | undefined): Json {
  const json = isObject(content) ? content["application/json"] : undefined;
  return isObject(json) && json.schema !== undefined ? jsonSchema(json.schema) : null;
}

function operation(line: string): Json {
  const [method = "", path = ""] = line.split(" ");
  const found = description.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`GitHub's description has no ${line}`);
  const responses = Object.entries(found.responses as Object_).map(([status, response]) => [
    status,
    bodySchema(resolved(response).content),
  ]);
  return {
    method,
    path,
    id: found.operationId,
    parameters: found.parameters.map(parameter),
    body: found.requestBody ? bodySchema(resolved(found.requestBody).content) : null,
    responses: Object.fromEntries(responses),
  };
}

const contract = {
  source: `@octokit/openapi ${version}, api.github.com ${description.info.version}`,
  operations: OPERATIONS.map(operation),
  schemas: {} as Json,
  examples: Object.fromEntries(EXAMPLES.map((name) => [name, resolved(description.components.examples[name]).value])),
};
contract.schemas = Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
const text = `${JSON.stringify(contract)}\n`;
writeFileSync(join(root, "__tests__/support/github/github-contract.json"), text);
console.log(`${OPERATIONS.length} operations, ${schemas.size} schemas, ${text.length} bytes.`);
