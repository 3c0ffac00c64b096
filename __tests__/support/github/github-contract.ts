import { readFileSync } from "node:fs";
import { Ajv, type AnySchema } from "ajv";
import formats from "ajv-formats";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  /** A path parameter that may hold slashes, not encoded. */
  readonly severalSegments?: boolean;
  readonly schema: AnySchema;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly properties?: Readonly<Record<string, unknown>> } | null;
  /** Status to the schema of its JSON, or null if it has none. */
  readonly responses: Readonly<Record<string, AnySchema | null>>;
}

interface Extract {
  readonly source: string;
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, AnySchema>>;
  readonly examples?: Readonly<Record<string, unknown>>;
}

export interface ApiCall {
  readonly method: string;
  /** Path and query, such as `/repos/acme/widget/pulls?state=open`. */
  readonly url: string;
  readonly body?: unknown;
}

/** GitHub's OpenAPI description, cut down to what the fake answers; made by scripts/extract-contract.ts. */
export interface Contract {
  /** The faults of a request; empty if GitHub documents it. */
  request(call: ApiCall): string[];
  /** The faults of one of the fake's answers. */
  response(call: ApiCall & { readonly status: number }): string[];
  /** A copy of GitHub's own example of that name. */
  example<T>(name: string): T;
}

interface Match {
  readonly operation: Operation;
  readonly values: Readonly<Record<string, string>>;
}

function matcher(operation: Operation): (call: ApiCall) => Match | undefined {
  const names: string[] = [];
  const source = operation.path.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith("{")) return part.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");
    const name = part.slice(1, -1);
    names.push(name);
    const several = operation.parameters.some((each) => each.name === name && each.severalSegments);
    return several ? "(.+)" : "([^/]+)";
  });
  const pattern = new RegExp(`^${source.join("")}$`);
  return ({ method, url }) => {
    const found = method === operation.method ? pattern.exec(new URL(url, "http://github.test").pathname) : null;
    if (!found) return undefined;
    const values = names.map((name, index): [string, string] => [name, decodeURIComponent(found[index + 1] ?? "")]);
    return { operation, values: Object.fromEntries(values) };
  };
}

const loaded = new Map<string, Contract>();

/**
 * Loads the contract, once for all servers. Schemas are compiled at their first use, which takes longer than all checks
 * with them. @param name `github`, or `gitlab`, whose contract has the same form
 */
export function loadContract(name: "github" | "gitlab" = "github"): Contract {
  const contract = loaded.get(name) ?? load(name);
  loaded.set(name, contract);
  return contract;
}

function load(name: "github" | "gitlab"): Contract {
  const file = new URL(`../${name}/${name}-contract.json`, import.meta.url);
  const { operations, schemas, examples = {} }: Extract = JSON.parse(readFileSync(file, "utf8"));
  const engine = (coerceTypes: boolean) => {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false, coerceTypes });
    formats.default(ajv);
    // Formats of GitHub's own, and those that OpenAPI adds to JSON Schema.
    for (const name of ["repo.nwo", "nwo", "timestamp", "ssh-key"]) ajv.addFormat(name, true);
    return ajv.addSchema({ $id: name, schemas } as AnySchema);
  };
  const json = engine(false);
  // Paths and queries are text: "7" is the number of an issue.
  const text = engine(true);
  const matchers = operations.map(matcher);

  function find(call: ApiCall): Match | undefined {
    // The one with the fewest parameters is the most literal.
    return matchers
      .flatMap((match) => match(call) ?? [])
      .sort((a, b) => Object.keys(a.values).length - Object.keys(b.values).length)[0];
  }

  function check(ajv: Ajv, schema: AnySchema, value: unknown, where: string): string[] {
    const validate = ajv.compile(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${where}${instancePath} ${message}`);
  }

  /** One object for each parameter: a schema is compiled only once for the same object. */
  const wrapped = new Map<Parameter, AnySchema>();
  function checkText(parameter: Parameter, value: string, where: string): string[] {
    const { name, schema } = parameter;
    const whole = wrapped.get(parameter) ?? { type: "object", properties: { [name]: schema } };
    wrapped.set(parameter, whole);
    return check(text, whole, { [name]: value }, where);
  }

  function checkQuery({ operation }: Match, url: string): string[] {
    return [...new URL(url, "http://github.test").searchParams].flatMap(([name, value]) => {
      const known = operation.parameters.find((each) => each.in === "query" && each.name === name);
      return known ? checkText(known, value, "query") : [`query ${name} is not documented`];
    });
  }

  function checkBody({ operation }: Match, body: unknown): string[] {
    if (operation.body === null) return body === undefined ? [] : ["a body is not documented"];
    const problems = check(json, operation.body as AnySchema, body ?? {}, "body");
    const known = operation.body.properties;
    const unknown = known ? Object.keys(body ?? {}).filter((name) => !(name in known)) : [];
    return [...problems, ...unknown.map((name) => `body/${name} is not documented`)];
  }

  return {
    request(call) {
      const match = find(call);
      if (!match) return [`${call.method} ${call.url}: no such operation`];
      const paths = match.operation.parameters.filter((each) => each.in === "path");
      return [
        ...paths.flatMap((each) => checkText(each, match.values[each.name] ?? "", "path")),
        ...checkQuery(match, call.url),
        ...checkBody(match, call.body),
      ].map((problem) => `${match.operation.id}: ${problem}`);
    },
    response(call) {
      const match = find(call);
      if (!match) return [`${call.method} ${call.url}: no such operation`];
      const { id, responses } = match.operation;
      const schema = responses[call.status];
      if (schema === undefined) return [`${id}: status ${call.status} is not documented`];
      return schema === null ? [] : check(json, schema, call.body, `${id}: answer ${call.status}`);
    },
    example<T>(name: string) {
      return structuredClone(examples[name]) as T;
    },
  };
}
