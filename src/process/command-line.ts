/** A command as one line that a POSIX shell reads back as the same words. */
export function formatCommandLine(command: string, args: readonly string[]): string {
  return [command, ...args].map(shellQuoted).join(" ");
}

function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
