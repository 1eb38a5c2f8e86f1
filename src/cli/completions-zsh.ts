import type { CommandWords } from "./command-words.ts";

/** For `source <(viewra completions zsh)`, or as a file `_viewra` in a folder of `fpath`. */
export function zshScript(commands: readonly CommandWords[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => quoted(path));
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== "none")
      .map(({ flags, value, choices }) => {
        const patterns = flags.map((flag) => quoted(`${path} ${flag}`)).join("|");
        const choose = choices.length > 0 ? `compadd -- ${choices.join(" ")}` : "_default";
        return `    (${patterns}) ${value === "folder" ? "_files -/" : choose}; return ;;`;
      }),
  );
  const cases = commands.map(({ path, words, options }) => {
    const names = words.map(({ word, help }) => described(word, help));
    const flags = options.flatMap((option) =>
      option.flags.map((flag) => described(flag, option.help)),
    );
    return `    (${quoted(path)}) commands=(${names.join(" ")}); options=(${flags.join(" ")}) ;;`;
  });
  return `#compdef viewra
_viewra() {
  local at="" word next
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${at:+$at }$word"
    case "$next" in
    (${paths.join("|")}) at="$next" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.join("\n")}
  esac
  case "$at" in
${cases.join("\n")}
  esac
  if [[ "$PREFIX" == -* ]]; then _describe option options
  elif (( $#commands )); then _describe command commands
  else _files; fi
}
if [ "$funcstack[1]" = "_viewra" ]; then _viewra "$@"; else compdef _viewra viewra; fi
`;
}

function described(word: string, help: string): string {
  return quoted(help === "" ? word : `${word}:${help.replaceAll(":", "\\:")}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
