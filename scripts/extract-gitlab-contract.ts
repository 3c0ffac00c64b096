// Cuts the operations that the test bed's fake GitLab answers out of GitLab's own OpenAPI description:
//
//   node scripts/start.mjs extract-gitlab-contract PATH/openapi.json
//
// The description is `doc/api/openapi/openapi_v3.yaml` of gitlabhq/gitlabhq (CC BY-SA 4.0), as JSON. If it contradicts
// `lib/api/`, correct the copy first: it types lists as one object, and gives bytes no schema.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./setup/tools.ts";

const PROJECT = "/api/v4/projects/{id}";
const OPERATIONS = [
  "GET /api/v4/user",
  "GET /api/v4/users",
  `GET ${PROJECT}`,
  `GET ${PROJECT}/merge_requests/{merge_request_iid}`,
  `GET ${PROJECT}/merge_requests/{noteable_id}/notes`,
  `POST ${PROJECT}/merge_requests/{noteable_id}/notes`,
  `PUT ${PROJECT}/merge_requests/{noteable_id}/notes/{note_id}`,
  `DELETE ${PROJECT}/merge_requests/{noteable_id}/notes/{note_id}`,
  `GET ${PROJECT}/merge_requests/{noteable_id}/discussions`,
  `POST ${PROJECT}/merge_requests/{noteable_id}/discussions`,
  `PUT ${PROJECT}/merge_requests/{noteable_id}/discussions/{discussion_id}`,
  `GET ${PROJECT}/issues`,
  `POST ${PROJECT}/issues`,
  `PUT ${PROJECT}/issues/{issue_iid}`,
  `POST ${PROJECT}/issues/{noteable_id}/notes`,
  `GET ${PROJECT}/pipelines`,
  `GET ${PROJECT}/pipelines/{pipeline_id}/jobs`,
  `GET ${PROJECT}/jobs/artifacts/{ref_name}/raw/{artifact_path}`,
  `GET ${PROJECT}/repository/branches/{branch}`,
  `GET ${PROJECT}/repository/commits/{sha}`,
  `POST ${PROJECT}/repository/commits`,
  `GET ${PROJECT}/repository/files/{file_path}/raw`,
  `GET ${PROJECT}/repository/files/{file_path}`,
  `GET ${PROJECT}/repository/tree`,
];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Object_ = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is Object_ =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const [file] = process.argv.slice(2);
if (!file) throw new Error("Name GitLab's description, as the head of this script says.");
const description = JSON.parse(readFileSync(file, "utf8"));

const KEYWORDS = new Set([
  "type",
  "format",
  "enum",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
  "required",
]);
const schemas = new Map<string, Json>();

function keyword(key: string, value: Json): Json | undefined {
  // Formats are hints there: `int64` and dates without a time.
  if (key === "format") return undefined;
  if (KEYWORDS.has(key)) return value;
  if (key === "properties" && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, jsonSchema(schema)]));
  if (["oneOf", "anyOf", "allOf"].includes(key) && Array.isArray(value)) return value.map(jsonSchema);
  if (key === "items") return jsonSchema(value);
  return undefined;
}

/** OpenAPI 3.0's schema as JSON Schema. */
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
  return `gitlab#/schemas/${name}`;
}

function bodySchema(content: Json | undefined): Json {
  const json = isObject(content) ? content["application/json"] : undefined;
  return isObject(json) && json.schema !== undefined ? jsonSchema(json.schema) : null;
}

function operation(line: string): Json {
  const [method = "", path = ""] = line.split(" ");
  const found = description.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`GitLab's description has no ${line}`);
  const parameters = (found.parameters ?? []) as readonly Object_[];
  return {
    method,
    path,
    id: found.operationId,
    parameters: parameters.map(({ name = null, in: where = null, required, schema = {} }) => ({
      name,
      in: where,
      ...(required === true && { required }),
      ...(name === "artifact_path" && { severalSegments: true }),
      schema: jsonSchema(schema),
    })),
    body: found.requestBody ? bodySchema(found.requestBody.content) : null,
    responses: Object.fromEntries(
      Object.entries(found.responses as Object_).map(([status, response]) => [
        status,
        bodySchema(isObject(response) ? response.content : undefined),
      ]),
    ),
  };
}

/** `lib/api/ci/job_artifacts.rb` has it; the description leaves it out. */
const FILE_OF_JOB = {
  method: "GET",
  path: `${PROJECT}/jobs/{job_id}/artifacts/{artifact_path}`,
  id: "getFileOfArtifacts",
  parameters: [
    { name: "id", in: "path", required: true, schema: { type: "string" } },
    { name: "job_id", in: "path", required: true, schema: { type: "integer" } },
    { name: "artifact_path", in: "path", required: true, severalSegments: true, schema: { type: "string" } },
  ],
  body: null,
  responses: { 200: null, 400: null, 401: null, 403: null, 404: null },
};

/** `lib/api/repositories.rb` has it with each format of an archive; the description has no format. */
const ARCHIVE = {
  method: "GET",
  path: `${PROJECT}/repository/archive.tar.gz`,
  id: "getArchive",
  parameters: [
    { name: "id", in: "path", required: true, schema: { type: "string" } },
    { name: "sha", in: "query", schema: { type: "string" } },
  ],
  body: null,
  responses: { 200: null, 400: null, 404: null },
};

const operations = [...OPERATIONS.map(operation), FILE_OF_JOB, ARCHIVE];
const contract = {
  source: `${description.info.title} ${description.info.version}, doc/api/openapi/openapi_v3.yaml of gitlabhq/gitlabhq, CC BY-SA 4.0`,
  operations,
  schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
};
const text = `${JSON.stringify(contract)}\n`;
writeFileSync(join(root, "__tests__/support/gitlab/gitlab-contract.json"), text);
console.log(`${operations.length} operations, ${schemas.size} schemas, ${text.length} bytes.`);
