import type { CommandWords } from "./command-words.ts";

/**
 * For `source <(viewra completions bash)`; works in the bash 3.2 of macOS. A word that is no command is
 * a file: bash's own completion takes over wherever COMPREPLY stays empty.
 */
export function bashScript(commands: readonly CommandWords[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== "none")
      .map(({ flags, choices }) => {
        const patterns = flags.map((flag) => `"${path} ${flag}"`).join("|");
        return `    ${patterns}) words="${choices.join(" ")}"; value=1 ;;`;
      }),
  );
  const cases = commands.map(({ path, words, options }) => {
    const names = words.map(({ word }) => word).join(" ");
    const flags = options.flatMap((option) => option.flags).join(" ");
    return `    "${path}") commands="${names}"; options="${flags}" ;;`;
  });
  return `# bash completion for viewra: source <(viewra completions bash)
_viewra() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local at="" word next words="" value="" commands="" options=""
  # --option=value arrives as three words.
  if [ "$cur" = "=" ]; then cur=""; elif [ "$prev" = "=" ]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${at:+$at }$word"
    case "$next" in
    ${paths.join("|")}) at="$next" ;;
    esac
  done
  case "$at" in
${cases.join("\n")}
  esac
  case "$at $prev" in
${values.join("\n")}
  esac
  if [ -z "$value" ]; then
    case "$cur" in -*) words="$options" ;; *) words="$commands" ;; esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _viewra viewra
`;
}
