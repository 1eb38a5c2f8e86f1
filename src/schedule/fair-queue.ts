/** Who asks: a client (an address), and which content it asks of. */
export interface Asker {
  readonly client: string;
  /** Behind one address may be a proxy or a household: its contents are told apart. */
  readonly content: string;
}

/** One who waits in a `FairQueue`. */
export interface Claim<T> {
  readonly item: T;
  readonly client: Client<T>;
  readonly flow: Flow<T>;
}

/**
 * How much its client asks for at once. `light`: the client waits for a few segments, as a player does.
 * `shared`: the client waits for many, but for few of this content, as a proxy does for one of its viewers.
 * `excess`: the client waits for many of this very content, as no player does.
 */
export const shares = ["light", "shared", "excess"] as const;
export type Share = (typeof shares)[number];

/** A player waits for a picture and a sound, and for a few of each when it fetches in parallel. */
export const lightClaims = 16;

interface Flow<T> {
  readonly content: string;
  readonly claims: Set<Claim<T>>;
}

interface Client<T> {
  readonly key: string;
  readonly flows: Map<string, Flow<T>>;
  /** The flows in the order of their turns, by how much each asks for. */
  readonly few: Set<Flow<T>>;
  readonly many: Set<Flow<T>>;
  size: number;
}

/**
 * Those who wait, in an order that is fair between clients, then between the contents of one client, then
 * first come, first served: however much one client asks for, it stands in its own way alone. Who was
 * served goes to the end of the round; who comes anew joins there, so that nobody is passed by for ever.
 * Every change costs the same however many wait.
 */
export class FairQueue<T> {
  readonly #clients = new Map<string, Client<T>>();
  /** The clients that have claims of a share, in the order of their turns. */
  readonly #rounds: Readonly<Record<Share, Set<Client<T>>>> = {
    light: new Set(),
    shared: new Set(),
    excess: new Set(),
  };
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many claims a client has. */
  sizeOf(client: string): number {
    return this.#clients.get(client)?.size ?? 0;
  }

  add({ client: key, content }: Asker, item: T): Claim<T> {
    const client = this.#clients.get(key) ?? newClient<T>(key);
    const flow = client.flows.get(content) ?? { content, claims: new Set() };
    const claim = { item, client, flow };
    flow.claims.add(claim);
    client.size++;
    this.#size++;
    client.flows.set(content, flow);
    this.#clients.set(key, client);
    this.#place(client, flow);
    return claim;
  }

  /** `hadTurn`: it was seen to, so that it is another's turn. Idempotent. */
  remove(claim: Claim<T>, hadTurn: boolean): void {
    const { client, flow } = claim;
    if (!flow.claims.delete(claim)) return;
    client.size--;
    this.#size--;
    if (hadTurn) {
      toTheEnd(flow, client.few, client.many);
      toTheEnd(client, ...Object.values(this.#rounds));
    }
    this.#place(client, flow);
    if (flow.claims.size === 0) client.flows.delete(flow.content);
    if (client.size === 0) this.#clients.delete(client.key);
  }

  shareOf(claim: Claim<T>): Share {
    if (claim.client.size <= lightClaims) return "light";
    return claim.flow.claims.size <= lightClaims ? "shared" : "excess";
  }

  /** Whether an asker waits for more than anybody should at once. */
  isExcessive({ client, content }: Asker): boolean {
    return (this.#clients.get(client)?.flows.get(content)?.claims.size ?? 0) > lightClaims;
  }

  has(share: Share): boolean {
    return this.#rounds[share].size > 0;
  }

  /** Claims of one share, whose turn it is first. Lazy: taking a few costs little. */
  inTurn(share: Share): Generator<Claim<T>> {
    return alternating(this.#rounds[share], ({ few, many }) =>
      alternating(share === "excess" ? many : few, ({ claims }) => claims),
    );
  }

  #place(client: Client<T>, flow: Flow<T>): void {
    const { few, many, size } = client;
    const { light, shared, excess } = this.#rounds;
    const asked = flow.claims.size;
    set(few, flow, asked > 0 && asked <= lightClaims);
    set(many, flow, asked > lightClaims);
    set(light, client, size > 0 && size <= lightClaims);
    set(shared, client, size > lightClaims && few.size > 0);
    set(excess, client, many.size > 0);
  }
}

function newClient<T>(key: string): Client<T> {
  return { key, flows: new Map(), few: new Set(), many: new Set(), size: 0 };
}

/** Who is in a round already keeps its turn. */
function set<E>(round: Set<E>, entry: E, isIn: boolean): void {
  if (isIn) round.add(entry);
  else round.delete(entry);
}

function toTheEnd<E>(entry: E, ...rounds: Set<E>[]): void {
  for (const round of rounds) if (round.delete(entry)) round.add(entry);
}

/** The first of each, then the second of each, and so on. */
function* alternating<E, T>(entries: Iterable<E>, of: (entry: E) => Iterable<T>): Generator<T> {
  let live: Iterator<T>[] = [];
  for (const entry of entries) {
    const iterator = of(entry)[Symbol.iterator]();
    const next = iterator.next();
    if (next.done) continue;
    live.push(iterator);
    yield next.value;
  }
  while (live.length > 0) {
    const still: Iterator<T>[] = [];
    for (const iterator of live) {
      const next = iterator.next();
      if (next.done) continue;
      still.push(iterator);
      yield next.value;
    }
    live = still;
  }
}
