import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A completion script made from the program's own commands and options, so that it cannot grow stale. */
export function completionScript(shell: Shell, program: Command): string {
  return scripts[shell](describeCommands(program));
}

const scripts: Record<Shell, (commands: readonly CommandWords[]) => string> = {
  bash,
  zsh: (commands) =>
    `#compdef viewra\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`,
  fish,
};

interface CommandWords {
  /** `store verify`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly help: string }[];
}

function describeCommands(command: Command, path = ""): CommandWords[] {
  const children = command.commands.map((child) => ({
    word: child.name(),
    help: child.description(),
  }));
  const options = command.options.flatMap(({ long, description }) =>
    long ? [{ word: long, help: description }] : [],
  );
  const nested = command.commands.flatMap((child) =>
    describeCommands(child, `${path} ${child.name()}`.trim()),
  );
  return [{ path, words: [...children, ...options, { word: "--help", help: "help" }] }, ...nested];
}

function bash(commands: readonly CommandWords[]): string {
  const cases = commands
    .map(
      ({ path, words }) => `    "${path}") words="${words.map(({ word }) => word).join(" ")}" ;;`,
    )
    .join("\n");
  return `_viewra() {
  local path="" word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases}
    *) words="" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _viewra viewra
`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ path, words }) => {
    const [last] = path.split(" ").toReversed();
    const when = path === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${last}`;
    return words.map(({ word, help }) => {
      const form = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c viewra -n '${when}' ${form} -d '${help.replaceAll("'", "")}'`;
    });
  });
  return `${lines.join("\n")}\n`;
}
