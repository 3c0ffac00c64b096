import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseSync } from "rolldown/utils";

/** A node of a file's syntax tree (ESTree, with TypeScript's own nodes). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Source {
  readonly text: string;
  readonly program: SyntaxNode;
}

/** A TypeScript file, read by a real parser: no comment and no string can be taken for code. */
export function readSource(file: string): Source {
  const text = readFileSync(file, "utf8");
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return { text, program: program as unknown as SyntaxNode };
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";

/** Visits a node and all below it, each with its parent. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parent?: SyntaxNode) => void,
  parent?: SyntaxNode,
): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit, node);
  }
}

export interface Import {
  /**
   * The absolute path of the imported file, or the name of a package or of a module of Node. Without it, it is
   * computed.
   */
  readonly to?: string;
  /** Only a type is imported: at run time there is nothing to load. */
  readonly type: boolean;
}

const IMPORTS = new Set([
  "ImportDeclaration",
  "ExportAllDeclaration",
  "ExportNamedDeclaration",
  "ImportExpression",
  "TSImportType",
]);

/** All that a file imports: types, dynamic imports, `export … from` and `import("…").Type` as well. */
export function importsOf(file: string, source = readSource(file)): Import[] {
  const found: Import[] = [];
  walk(source.program, (node) => {
    if (!IMPORTS.has(node.type) || !isNode(node.source)) return;
    const { value } = node.source;
    const type = node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type";
    if (typeof value !== "string") found.push({ type });
    else found.push({ to: value.startsWith(".") ? resolve(dirname(file), value) : value, type });
  });
  return found;
}
