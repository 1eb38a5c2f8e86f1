import { describe, expect, test } from "bun:test";
import { createTempFolder } from "../support/temp-folder.ts";
import { runTool } from "../support/run-tool.ts";
import { runCommand } from "./run-command.ts";

/** A command line up to the cursor, and what must be offered there; null leaves it to file names. */
const cases: readonly (readonly [line: readonly string[], offered: readonly string[] | null])[] = [
  [
    [""],
    [
      ...["completions", "doctor", "migrate", "plugins", "probe", "scan", "serve", "store"],
      "transcode",
    ],
  ],
  [
    ["plugins", ""],
    ["disable", "enable", "list", "probe", "show"],
  ],
  [["tr"], ["transcode"]],
  [["--v"], ["--version"]],
  [
    ["store", ""],
    ["gc", "stats", "verify"],
  ],
  [["store", "verify", "--re"], ["--repair"]],
  [
    ["completions", ""],
    ["bash", "fish", "zsh"],
  ],
  [
    ["transcode", "film.mkv", "--container", ""],
    ["dash", "hls"],
  ],
  [
    ["transcode", "--quality", ""],
    ["high", "low", "medium"],
  ],
  // A file may have the name of a command.
  [["probe", "store", "--js"], ["--json"]],
  [["transcode", ""], null],
  [["serve", "--host", ""], null],
];

async function scriptFor(shell: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(["completions", shell]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const sorted = (words: string): string[] => words.split(/\s+/).filter(Boolean).toSorted();

describe("bash", () => {
  test.each(cases)("completes viewra %j", async (line, offered) => {
    const words = ["viewra", ...line].map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(${words}); COMP_CWORD=${line.length}; _viewra; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = await runTool([
      "bash",
      "-c",
      `${await scriptFor("bash")}\n${ask}\ncomplete -p viewra`,
    ]);
    const [reply = "", registered] = text(stdout).split("\n");
    expect(stderr).toBe("");
    expect(sorted(reply)).toEqual([...(offered ?? [])]);
    // An empty reply falls back to file names.
    expect(registered).toBe("complete -o default -F _viewra viewra");
  });

  test("completes the value of --option=value, which bash splits into three words", async () => {
    const ask =
      'COMP_WORDS=(viewra transcode --container = d); COMP_CWORD=4; _viewra; echo "${COMPREPLY[*]}"';
    const { stdout } = await runTool(["bash", "-c", `${await scriptFor("bash")}\n${ask}`]);
    expect(text(stdout)).toBe("dash\n");
  });
});

describe.skipIf(Bun.which("fish") === null)("fish", () => {
  test.each(cases)("completes viewra %j", async (line, offered) => {
    await using folder = await createTempFolder("fish");
    await Bun.write(folder.file("film.mkv"), "");
    await Bun.write(folder.file("viewra.fish"), await scriptFor("fish"));
    const ask = `cd ${folder.path}; source viewra.fish; complete -C 'viewra ${line.join(" ")}'`;
    const { stdout } = await runTool(["fish", "--no-config", "-c", ask]);
    const words = text(stdout)
      .split("\n")
      .map((row) => row.split("\t")[0] ?? "");
    expect(sorted(words.join(" "))).toEqual(
      offered === null ? ["film.mkv", "viewra.fish"] : [...offered],
    );
  });
});

describe("zsh", () => {
  test("a name, its help and its choices are in the script", async () => {
    const script = await scriptFor("zsh");
    expect(script).toStartWith("#compdef viewra\n");
    expect(script).toContain(
      "'transcode:write a whole film as files that any web server can serve'",
    );
    expect(script).toContain("('transcode --container') compadd -- dash hls; return ;;");
    expect(script).toContain("('transcode -o'|'transcode --output') _files -/; return ;;");
  });

  test.skipIf(Bun.which("zsh") === null)("zsh can read the script", async () => {
    const script = await scriptFor("zsh");
    const { stderr } = await runTool(["zsh", "-f", "-n", "-c", script]);
    expect(stderr).toBe("");
    // Loaded as it is by `source <(…)`, with the completion system running.
    const load = `autoload -Uz compinit; compinit -u -D; ${script}\necho $_comps[viewra]`;
    const { stdout } = await runTool(["zsh", "-f", "-c", load]);
    expect(text(stdout)).toBe("_viewra\n");
  });
});
