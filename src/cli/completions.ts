import type { Command } from "commander";
import { describeCommands } from "./command-words.ts";
import { bashScript } from "./completions-bash.ts";
import { fishScript } from "./completions-fish.ts";
import { zshScript } from "./completions-zsh.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A completion script made from the program's own commands and options, so that it cannot grow stale. */
export function completionScript(shell: Shell, program: Command): string {
  const print = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
  return print(describeCommands(program));
}
