import inputs from "./inputs.generated.json" with { type: "json" };

/** Names of inputs that are nothing else: without a hyphen, one may also be a key of the policy, or a program. */
const NAMES: ReadonlySet<string> = new Set(
  Object.values(inputs).flatMap((options) => options.flatMap(({ name }) => (name.includes("-") ? name : []))),
);

/** A message in which inputs are named, with options in their place: `scan-with: grype` is `--scan-with grype`. */
export function optionWords(message: string): string {
  return message.replace(/`([a-z]+(?:-[a-z0-9]+)+)(?:: ([^`\n]+))?`/g, (text, name: string, value?: string) =>
    NAMES.has(name) ? `\`--${name}${value === undefined ? "" : ` ${value}`}\`` : text,
  );
}
