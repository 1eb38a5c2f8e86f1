import type { CommandWords, OptionWords } from "./command-words.ts";

/** For `viewra completions fish | source`, or as a file in fish's completions folder. */
export function fishScript(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ path, words, options }) => {
    const here = condition(path);
    // Once a word of the command stands there, none of the others can follow.
    const names = words.map(({ word }) => word).join(" ");
    const first = path === "" ? here : `${here}; and not __fish_seen_subcommand_from ${names}`;
    return [
      ...words.map(
        ({ word, help }) =>
          `complete -c viewra -n ${quoted(first)} -f -a ${word} -d ${quoted(help)}`,
      ),
      ...options.map((option) => `complete -c viewra -n ${quoted(here)} ${optionArgs(option)}`),
    ];
  });
  return `# fish completion for viewra: viewra completions fish | source\n${lines.join("\n")}\n`;
}

/** True on a command line that has come to this command. */
function condition(path: string): string {
  if (path === "") return "__fish_use_subcommand";
  const words = path.split(" ");
  return words.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
}

function optionArgs({ flags, help, value, choices }: OptionWords): string {
  const names = flags.map((flag) =>
    flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const values = {
    none: [],
    any: ["-r"],
    choice: ["-x", "-a", quoted(choices.join(" "))],
    folder: ["-x", "-a", quoted("(__fish_complete_directories)")],
  }[value];
  return [...names, ...values, "-d", quoted(help)].join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
