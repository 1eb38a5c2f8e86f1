/** CUE's evaluator, compiled to WebAssembly; its package has no types. What fails throws a string, CUE's message. */
declare module "cue-wasm" {
  export interface Cue {
    /** The values of a text, as JSON; fails where one is not concrete. */
    toJSON(text: string): string;
    /** The definitions of a text as an OpenAPI document, JSON. */
    toOpenAPI(text: string): string;
    /** The syntax tree of a text that compiles by itself, JSON. */
    toAST(text: string): string;
  }
  export function init(): Promise<Cue>;
}
