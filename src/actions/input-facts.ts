import { z } from "zod";

/** Facts about an input besides how its text is read. With its field, they are the row from which lists are made. */
export interface InputFacts {
  /** The value that an empty one gets, as action.yml has it. */
  readonly initially?: string | undefined;
  /** Without it, the runner shows a mistake. */
  readonly required?: boolean | undefined;
  /** It is never shown, and may have a login in it. */
  readonly secret?: boolean | undefined;
  /** Addresses and references: a user alone is a login, too. In a path, an `@` is a letter as any other. */
  readonly address?: boolean | undefined;
  /** What a line may begin with before what it names; the colon behind it is not one behind a user. */
  readonly words?: readonly string[] | undefined;
  /** It names files that a run reads besides its targets. */
  readonly file?: boolean | undefined;
  /** Among the first options that the help of a command lists. */
  readonly often?: boolean | undefined;
  /** An input without which it has no meaning, and the end of the sentence that says so. */
  readonly needs?: readonly [name: string, why: string] | undefined;
  /** An input beside which it has no meaning, and the end of that sentence. */
  readonly notBeside?: readonly [name: string, why: string] | undefined;
  /** The parts of a run over many images in which it has a meaning. Absent: it has one in all of them. */
  readonly parts?: readonly string[] | undefined;
  /** It must be given in its part, and has no meaning in a run that is not divided. */
  readonly onlyInPart?: boolean | undefined;
}

/** An action's inputs by their names, in the order of its action.yml. */
export type Shape = Readonly<Record<string, z.ZodType>>;

const facts = z.registry<InputFacts>();

/** The same field with these facts, too. */
export function input<Field extends z.ZodType>(field: Field, more: InputFacts): Field {
  const row = field.clone();
  facts.add(row, { ...factsOf(field), ...more });
  return row;
}

/** The same fields with these facts, too. */
export function inputs<Fields extends Shape>(fields: Fields, more: InputFacts): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, input(field, more)])) as Fields;
}

export function factsOf(field: z.ZodType | undefined): InputFacts {
  return (field && facts.get(field)) ?? {};
}

/** The names of the inputs of which something is true. */
export function namesWhere(shape: Shape, isTrue: (facts: InputFacts) => unknown): string[] {
  return Object.keys(shape).filter((name) => isTrue(factsOf(shape[name])));
}

/** Mistakes that inputs make together, according to their facts. */
export function factMistakes(shape: Shape, data: Readonly<Record<string, unknown>>): string[] {
  const isGiven = (name: string) => data[name] !== undefined && (data[name] as { length?: number }).length !== 0;
  return Object.keys(shape)
    .filter(isGiven)
    .flatMap((name) => {
      const { needs: [needed = "", because] = [], notBeside: [other = "", why] = [] } = factsOf(shape[name]);
      const mistakes: string[] = [];
      if (other !== "" && isGiven(other)) mistakes.push(`\`${name}\` has no meaning beside \`${other}\`, ${why}`);
      if (needed !== "" && !isGiven(needed))
        mistakes.push(`\`${name}\` needs ${/^[aeiou]/.test(needed) ? "an" : "a"} \`${needed}\`${because}`);
      return mistakes;
    });
}
