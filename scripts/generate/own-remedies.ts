import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readSource, type SyntaxNode, walk } from "../test/source.ts";

/** A code in the sources, with the remedy that is alongside it. */
interface Place {
  readonly code: string;
  /** Undefined: the remedy is put together while the program runs. */
  readonly remedy: string | undefined;
}

type Texts = ReadonlyMap<string, string>;

const CODE = /^[a-z]+(?:-[a-z0-9]+)+$/;

const nodes = (value: unknown) => (Array.isArray(value) ? (value as SyntaxNode[]) : []);

/** The text of a literal, or of a template that is made of constants alone. */
function textOf(node: SyntaxNode | undefined, constants: Texts): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type === "Identifier") return constants.get(String(node.name));
  if (node?.type !== "TemplateLiteral") return undefined;
  const expressions = nodes(node.expressions);
  const parts = nodes(node.quasis).flatMap(({ value }, index) => {
    const { cooked } = value as { cooked: string };
    return index < expressions.length ? [cooked, textOf(expressions[index], constants)] : [cooked];
  });
  return parts.includes(undefined) ? undefined : parts.join("");
}

/** Constants of one text at the top level of a file. */
function constantsOf({ body }: SyntaxNode): [string, string][] {
  const statements = nodes(body).map((each) => (each.type === "ExportNamedDeclaration" ? each.declaration : each));
  const declared = (statements as (SyntaxNode | null)[]).flatMap((each) =>
    each?.type === "VariableDeclaration" && each.kind === "const" ? nodes(each.declarations) : [],
  );
  return declared.flatMap(({ id, init }): [string, string][] => {
    const text = textOf((init ?? undefined) as SyntaxNode | undefined, new Map());
    return text === undefined ? [] : [[String((id as SyntaxNode).name), text]];
  });
}

/**
 * The code and the remedy of `new …Error("code", what, remedy)`, of `new …Fault("code", why, { remedy })`, of
 * `{ code: "code", …, remedy }`, of a class with both and of `"code": { …, remedy }`. A fault without a remedy has its
 * table's.
 */
function partsOf(node: SyntaxNode): (SyntaxNode | undefined)[] | undefined {
  if (node.type === "NewExpression") {
    const [code, , third] = nodes(node.arguments);
    const isFault = String((node.callee as SyntaxNode).name).endsWith("Fault");
    if (!isFault) return [code, third];
    const remedy = third?.type === "ObjectExpression" ? memberOf(third, "remedy") : undefined;
    return remedy && [code, remedy];
  }
  if (node.type === "Property" && (node.value as SyntaxNode | undefined)?.type === "ObjectExpression") {
    const remedy = memberOf(node.value as SyntaxNode, "remedy");
    return remedy && [node.key as SyntaxNode, remedy];
  }
  return ["ObjectExpression", "ClassBody"].includes(node.type)
    ? [memberOf(node, "code"), memberOf(node, "remedy")]
    : undefined;
}

function memberOf(object: SyntaxNode, name: string): SyntaxNode | undefined {
  const member = nodes(object.properties ?? object.body).find(
    (each) => (each.key as SyntaxNode | undefined)?.name === name,
  );
  return member?.value as SyntaxNode | undefined;
}

/** Properties of the table of faults: most have the remedy alone. */
function faultsOf({ type, id, init }: SyntaxNode): SyntaxNode[] {
  if (type !== "VariableDeclarator" || (id as SyntaxNode).name !== "FAULTS") return [];
  const { expression = init } = (init ?? {}) as SyntaxNode;
  const { expression: table = expression } = (expression ?? {}) as SyntaxNode;
  return nodes((table as SyntaxNode).properties);
}

function placesOf(program: SyntaxNode, constants: Texts): Place[] {
  const places: Place[] = [];
  walk(program, (node) => {
    for (const { key, value } of faultsOf(node)) {
      const remedy = textOf(value as SyntaxNode, constants);
      const code = textOf(key as SyntaxNode, constants);
      if (code !== undefined && remedy !== undefined) places.push({ code, remedy });
    }
    const [first, second] = partsOf(node) ?? [];
    const code = textOf(first, constants);
    if (code !== undefined && CODE.test(code)) places.push({ code, remedy: textOf(second, constants) });
  });
  return places;
}

/** Without names that have different texts in different files: imports are not followed. */
function unambiguous(constants: readonly (readonly [string, string])[]): Texts {
  const texts = new Map<string, Set<string>>();
  for (const [name, text] of constants) texts.set(name, (texts.get(name) ?? new Set()).add(text));
  return new Map([...texts].flatMap(([name, [text = "", ...others]]) => (others.length === 0 ? [[name, text]] : [])));
}

/**
 * The remedies in the sources below a folder, keyed by code. Left out is a code whose remedy differs from place to
 * place, or is put together while the program runs.
 */
export function ownRemedies(folder: string): Texts {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const programs = files.map((name) => readSource(join(folder, name)).program);
  const everywhere = unambiguous(programs.flatMap(constantsOf));
  const remedies = new Map<string, Set<string | undefined>>();
  for (const program of programs)
    for (const { code, remedy } of placesOf(program, new Map([...everywhere, ...constantsOf(program)])))
      remedies.set(code, (remedies.get(code) ?? new Set()).add(remedy));
  return new Map(
    [...remedies].flatMap(([code, texts]): [string, string][] => {
      const [only] = texts;
      return texts.size === 1 && only !== undefined ? [[code, only]] : [];
    }),
  );
}
