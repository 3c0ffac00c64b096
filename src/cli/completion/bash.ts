import { DEFAULT_COMMAND, type OfferedCommand, type Vocabulary } from "./vocabulary.ts";

/** For bash 4 and newer. Where nothing is offered, readline completes files' names. */
export function bashScript({ commands, first, second, valued }: Vocabulary): string {
  return `# bash completion for image-gate, made by: image-gate completion bash
_image_gate() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} end=$COMP_CWORD
  COMPREPLY=()
  # Bash splits --format=json at the sign.
  if [[ $cur == "=" ]]; then cur="" end=$((COMP_CWORD - 1))
  elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]} end=$((COMP_CWORD - 2)); fi

  local at=1 first="" command=${DEFAULT_COMMAND}
  while (( at < end )); do
    case \${COMP_WORDS[at]} in
      ${valued.join("|")}) (( at += 2 )) ;;
      -*) (( at += 1 )) ;;
      *) first=\${COMP_WORDS[at]}; break ;;
    esac
  done
  if [[ $first == help ]]; then
    (( at += 1 )); first=""
    (( at < end )) && first=\${COMP_WORDS[at]}
  fi
  if [[ -z $first && $cur != -* && $prev != -* ]]; then
    COMPREPLY=($(compgen -W "${first.map(({ word }) => word).join(" ")}" -- "$cur"))
    return
  fi
  case $first in
${[...second].map(([word, next]) => secondCase(word, next)).join("\n")}
${commands
  .filter(({ name }) => !name.includes(" "))
  .map(({ name }) => `    ${name}) command=${name} ;;`)
  .join("\n")}
  esac

  local options="" words=""
  case $command in
${commands.map(commandCase).join("\n")}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -F _image_gate image-gate
`;
}

function secondCase(word: string, next: readonly { readonly word: string }[]): string {
  const names = next.map((each) => each.word).join(" ");
  return `    ${word})
      if (( at + 1 >= end )); then COMPREPLY=($(compgen -W "${names}" -- "$cur")); return; fi
      command="${word} \${COMP_WORDS[at+1]}" ;;`;
}

function commandCase({ name, options, words }: OfferedCommand): string {
  const all = options.flatMap(({ long, short }) => [long, ...(short === undefined ? [] : [short])]);
  const values = options.filter(({ takesValue }) => takesValue);
  const chosen = values.filter(({ choices }) => choices.length > 0);
  const free = values.filter(({ choices }) => choices.length === 0);
  const dashes = ({ long, short }: { long: string; short?: string | undefined }) =>
    short === undefined ? long : `${long}|${short}`;
  return `    ${JSON.stringify(name)})
      case $prev in
${chosen.map((each) => `        ${dashes(each)}) COMPREPLY=($(compgen -W "${each.choices.join(" ")}" -- "$cur")); return ;;`).join("\n")}
        ${free.map(dashes).join("|")}) return ;;
      esac
      options="${all.join(" ")}" words="${words.join(" ")}" ;;`;
}
