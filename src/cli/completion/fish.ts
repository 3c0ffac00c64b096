import { DEFAULT_COMMAND, type OfferedCommand, type Vocabulary } from "./vocabulary.ts";

/** For fish 3 and newer. Files' names are offered wherever nothing else is known. */
export function fishScript({ commands, first, second, valued }: Vocabulary): string {
  const singles = commands.map(({ name }) => name).filter((name) => !name.includes(" "));
  return `# fish completion for image-gate, made by: image-gate completion fish
# Prints the command that is being typed: one word, two, or nothing while its name is not complete.
function __image_gate_command
  set -l words (commandline -opc)
  set -e words[1]
  while set -q words[1]
    switch $words[1]
      case ${valued.join(" ")}
        set -e words[1]
        set -q words[1]; and set -e words[1]
      case '-*' help
        set -e words[1]
      case ${[...second.keys()].join(" ")}
        set -q words[2]; and echo "$words[1] $words[2]"; or echo $words[1]
        return
      case ${singles.join(" ")}
        echo $words[1]
        return
      case '*'
        echo ${DEFAULT_COMMAND}
        return
    end
  end
end
function __image_gate_is
  test (__image_gate_command) = "$argv" 2>/dev/null
end
function __image_gate_none
  test -z (__image_gate_command | string collect)
end
${first.map(({ word, about }) => `complete -c image-gate -n __image_gate_none -f -a ${word}${description(about)}`).join("\n")}
${[...second].flatMap(([word, next]) => next.map((each) => `complete -c image-gate -n '__image_gate_is ${word}' -f -a ${each.word}${description(each.about)}`)).join("\n")}
${commands.flatMap(commandLines).join("\n")}
`;
}

function commandLines({ name, options, words }: OfferedCommand): string[] {
  const condition =
    name === DEFAULT_COMMAND ? "'__image_gate_is image; or __image_gate_none'" : `'__image_gate_is ${name}'`;
  return [
    ...words.map((word) => `complete -c image-gate -n ${condition} -f -a ${word}`),
    ...options.map(({ long, short, about, takesValue, choices }) => {
      const letter = short === undefined ? "" : ` -s ${short.slice(1)}`;
      const value = choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : takesValue ? " -r -F" : "";
      return `complete -c image-gate -n ${condition} -l ${long.slice(2)}${letter}${value}${description(about)}`;
    }),
  ];
}

function description(about: string): string {
  return about === "" ? "" : ` -d '${about.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
