import { Agent, get } from "node:http";

/** What became of a request. */
export interface Answer {
  /** 0 when there was none, or we hung up before it came. */
  readonly status: number;
  readonly milliseconds: number;
}

/** A client with an address of its own among this machine's: a server tells clients apart by them. */
export interface AddressedClient {
  /** Reads an object to its last byte, or hangs up. Never rejects. */
  load(url: string, hangUp?: AbortSignal): Promise<Answer>;
  /** Ends its connections. */
  close(): void;
}

/** The k-th of them, from 0. */
export function createAddressedClient(k: number): AddressedClient {
  const agent = new Agent({ keepAlive: true });
  const localAddress = `127.0.1.${k + 1}`;
  return {
    load: (url, hangUp) => {
      const began = performance.now();
      const { promise, resolve } = Promise.withResolvers<Answer>();
      const end = (status: number): void =>
        resolve({ status, milliseconds: performance.now() - began });
      const signal = hangUp === undefined ? {} : { signal: hangUp };
      const request = get(url, { agent, localAddress, ...signal }, (response) => {
        response.resume();
        response.on("end", () => end(response.statusCode ?? 0));
        response.on("error", () => end(0));
        response.on("close", () => end(0));
      });
      request.on("error", () => end(0));
      return promise;
    },
    close: () => agent.destroy(),
  };
}
