import { z } from "zod";

/** Facts about an input, besides how its text is read. Lists of inputs are made from its field and these facts. */
export interface InputFacts {
  /** Its default in action.yml. */
  readonly initially?: string | undefined;
  /** It must not be empty, and action.yml has `required: true`. */
  readonly required?: boolean | undefined;
  /** It is never shown, and may have a login in it. */
  readonly secret?: boolean | undefined;
  /** It has addresses or references, in which even a user alone is a login. In a path, `@` is an ordinary character. */
  readonly address?: boolean | undefined;
  /** Words such as `docker` that a line may begin with. The colon after one does not follow a user. */
  readonly words?: readonly string[] | undefined;
  /** It names files that a run reads besides its targets. */
  readonly file?: boolean | undefined;
  /** It names targets. */
  readonly target?: boolean | undefined;
  /** It changes how images are found and scanned, and not what their findings are compared with. */
  readonly scans?: boolean | undefined;
  /** It is among the first options in the help of a command. */
  readonly often?: boolean | undefined;
  /** Another input that it needs, and the end of the error message. */
  readonly needs?: readonly [name: string, why: string] | undefined;
  /** Another input that excludes it, and the end of the error message. */
  readonly notBeside?: readonly [name: string, why: string] | undefined;
  /** Values of `part` with which it may be given. Absent: with all of them. */
  readonly parts?: readonly string[] | undefined;
  /** It is required with those values of `part`, and an error without `part`. */
  readonly onlyInPart?: boolean | undefined;
}

/** An action's inputs by their names, in the order of its action.yml. */
export type Shape = Readonly<Record<string, z.ZodType>>;

const facts = z.registry<InputFacts>();

/** A copy of the field with these facts added. */
export function input<Field extends z.ZodType>(field: Field, more: InputFacts): Field {
  const row = field.clone();
  facts.add(row, { ...factsOf(field), ...more });
  return row;
}

/** Copies of the fields with these facts added. */
export function inputs<Fields extends Shape>(fields: Fields, more: InputFacts): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, input(field, more)])) as Fields;
}

export function factsOf(field: z.ZodType | undefined): InputFacts {
  return (field && facts.get(field)) ?? {};
}

/** Names of the inputs whose facts meet a condition. */
export function namesWhere(shape: Shape, isTrue: (facts: InputFacts) => unknown): string[] {
  return Object.keys(shape).filter((name) => isTrue(factsOf(shape[name])));
}

/** Contradictions between inputs that follow from their facts, as messages. */
export function factMistakes(shape: Shape, data: Readonly<Record<string, unknown>>): string[] {
  const isGiven = (name: string) => data[name] !== undefined && (data[name] as { length?: number }).length !== 0;
  return Object.keys(shape)
    .filter(isGiven)
    .flatMap((name) => {
      const { needs: [needed = "", because] = [], notBeside: [other = "", why] = [] } = factsOf(shape[name]);
      const mistakes: string[] = [];
      if (other !== "" && isGiven(other)) mistakes.push(`\`${name}\` has no meaning alongside \`${other}\`, ${why}`);
      if (needed !== "" && !isGiven(needed))
        mistakes.push(`\`${name}\` needs ${/^[aeiou]/.test(needed) ? "an" : "a"} \`${needed}\`${because}`);
      return mistakes;
    });
}
