import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";

/** What a TypeScript file imports, by a real parser: types, dynamic imports and `export … from` as well. */
export interface Import {
  /** The absolute path of the imported file, or the name of a package or a module of Node. */
  readonly to: string;
  /** Only a type is imported: at run time there is nothing to load. */
  readonly type: boolean;
}

export function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string, type: boolean) =>
    found.push({ to: specifier.startsWith(".") ? resolve(dirname(file), specifier) : specifier, type });
  const { program, errors } = parseSync(file, readFileSync(file, "utf8"));
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.importKind === "type"),
    ExportAllDeclaration: (node) => add(node.source.value, node.exportKind === "type"),
    ExportNamedDeclaration: (node) => node.source && add(node.source.value, node.exportKind === "type"),
    TSImportType: (node) => add(node.source.value, true),
    ImportExpression: ({ source }) => {
      // Only a test may compute what it loads.
      if (source.type === "Literal" && typeof source.value === "string") add(source.value, false);
    },
  }).visit(program);
  return found;
}
