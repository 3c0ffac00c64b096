/** The results of real `trivy --vex` for statements about packages that bring in others, recorded with version 0.76. */
import { statement } from "./documents.ts";

/** The packages, each with the ones that it brings in. */
export type Edges = Readonly<Record<string, readonly string[]>>;

/** A product and the packages in it that a statement is about, each as `name` or `name@version`. */
export interface About {
  readonly product: string;
  readonly within: readonly string[];
}

export const about = (product: string, ...within: string[]): About => ({ product, within });

/** A row: what the statements name; the packages; the statements; whether the finding in `leaf` is suppressed. */
export type Row = readonly [what: string, edges: Edges, statements: readonly About[], suppressed: boolean];

export const MATRIX: readonly Row[] = [
  ["the package itself", { app: ["leaf"] }, [about("leaf")], true],
  ["the package in itself", { app: ["leaf"] }, [about("leaf", "leaf")], true],
  ["what brings it in", { app: ["leaf"] }, [about("app")], true],
  ["it in what brings it in", { app: ["leaf"] }, [about("app", "leaf")], true],
  ["both in their versions", { app: ["leaf"] }, [about("app@v1.0.0", "leaf@v1.0.0")], true],
  ["another version of it", { app: ["leaf"] }, [about("app", "leaf@v2.0.0")], false],
  ["another version of what brings it in", { app: ["leaf"] }, [about("app@v2.0.0", "leaf")], false],
  ["another package in what brings it in", { app: ["leaf"] }, [about("app", "other")], false],
  ["it in what brings that in", { app: ["a"], a: ["leaf"] }, [about("app", "leaf")], true],
  ["what is between", { app: ["a"], a: ["leaf"] }, [about("app", "a")], false],
  ["one way of two", { app: ["a", "b"], a: ["leaf"], b: ["leaf"] }, [about("a", "leaf")], false],
  ["each way", { app: ["a", "b"], a: ["leaf"], b: ["leaf"] }, [about("a", "leaf"), about("b")], true],
  ["the start of all ways", { app: ["a", "b"], a: ["leaf"], b: ["leaf"] }, [about("app", "leaf")], true],
  ["one program of two", { app: ["leaf"], tool: ["leaf"] }, [about("app", "leaf")], false],
  ["a neighbour", { app: ["leaf"], tool: [] }, [about("tool", "leaf")], false],
  ["what it brings in", { app: ["leaf"], leaf: ["a"] }, [about("a", "leaf")], false],
  ["a circle with a way in", { app: ["a"], a: ["b", "leaf"], b: ["a", "leaf"] }, [about("b", "leaf")], false],
  ["a circle alongside", { app: ["leaf"], a: ["b"], b: ["a", "leaf"] }, [about("app", "leaf")], false],
];

/** OpenVEX statements about these products. */
export function statementsAbout(
  all: readonly About[],
  purlOf: (name: string) => string,
  change: Readonly<Record<string, unknown>> = {},
) {
  return all.map(({ product, within }) => {
    const subcomponents = within.map((name) => ({ "@id": purlOf(name) }));
    const products = [{ "@id": purlOf(product), ...(subcomponents.length > 0 && { subcomponents }) }];
    return statement({ products, ...change });
  });
}
