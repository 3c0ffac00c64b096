import { Document, isScalar, parse, visit } from "yaml";
import { z } from "zod";
import { factsOf, type Shape } from "../../src/actions/input-facts.ts";

const texts = z.record(z.string(), z.string());
const textsSchema = z.strictObject({
  shared: texts,
  actions: z.record(
    z.string(),
    z.strictObject({
      file: z.string(),
      name: z.string(),
      description: z.string(),
      branding: z.strictObject({ icon: z.string(), color: z.string() }).optional(),
      main: z.string(),
      inputs: texts,
      outputs: texts,
    }),
  ),
  terminal: texts,
});

/** Characters of a text that does not fit behind its key. */
const LONG = 95;

/** The words of the actions' files, from `docs/sources/inputs.yml`. */
type ActionTexts = z.infer<typeof textsSchema>;

export function actionTexts(yaml: string): ActionTexts {
  return textsSchema.parse(parse(yaml));
}

/**
 * An action's file: its words, and the names, order and defaults that the code gives its inputs.
 * @param name as the texts have it: `gate`
 */
export function actionFile(all: ActionTexts, name: string, shape: Shape): string {
  const action = all.actions[name];
  if (action === undefined) throw new Error(`docs/sources/inputs.yml has no action ${name}`);
  const unknown = Object.keys(action.inputs).find((input) => !(input in shape));
  if (unknown !== undefined)
    throw new Error(`docs/sources/inputs.yml describes ${unknown}, which ${name} does not read`);
  const inputs = Object.entries(shape).map(([input, field]) => {
    const description = action.inputs[input] ?? all.shared[input];
    if (description === undefined)
      throw new Error(`docs/sources/inputs.yml does not describe the input ${input} of ${name}`);
    const { required, initially } = factsOf(field);
    return [input, { description, ...(required && { required }), ...(initially && { default: initially }) }] as const;
  });
  const outputs = Object.entries(action.outputs).map(([output, description]) => [output, { description }]);
  const document = new Document({
    name: action.name,
    description: action.description,
    author: "The Image Gate authors",
    ...(action.branding && { branding: action.branding }),
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    runs: { using: "node24", main: action.main },
  });
  visit(document, {
    Scalar(_, node) {
      if (String(node.value).length > LONG) node.type = "BLOCK_FOLDED";
    },
    Pair(_, { key }) {
      if (isScalar(key) && ["inputs", "outputs", "runs"].includes(String(key.value))) key.spaceBefore = true;
    },
  });
  return `# Generated from docs/sources/inputs.yml and the action's inputs.ts by npm run generate.\n${document.toString({ lineWidth: 120 })}`;
}
