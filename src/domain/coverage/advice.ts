/** What to do about something, and what more can be done where an action has an input for it. */
export interface Advice {
  /** As full sentences. */
  readonly remedy: string;
  /** More sentences, by the names of the inputs that they need. */
  readonly byInput?: Readonly<Record<string, string>> | undefined;
}

/** The same with all sentences whose inputs exist. */
export function advisedFor<Advised extends Advice>(
  { byInput = {}, ...advised }: Advised,
  inputs: readonly string[],
): Omit<Advised, "byInput"> {
  const more = Object.entries(byInput).flatMap(([input, sentence]) => (inputs.includes(input) ? [sentence] : []));
  return { ...advised, remedy: [advised.remedy, ...more].join(" ") };
}
