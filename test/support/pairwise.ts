export type Lists = Readonly<Record<string, readonly unknown[]>>;
export type Case<L extends Lists> = { readonly [K in keyof L]: L[K][number] };

/** Cases in which each value of each list stands once or more, and no more than the longest list has. */
export function eachValueOnce<L extends Lists>(lists: L): Case<L>[] {
  const longest = Math.max(...Object.values(lists).map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => {
    // Steps that share no divisor with a list's length keep two lists from marching in step.
    const entries = Object.entries(lists).map(([name, list], column) => [
      name,
      list[(i * stepFor(list.length, column)) % list.length],
    ]);
    return Object.fromEntries(entries);
  });
}

function stepFor(length: number, column: number): number {
  let step = column + 1;
  while (gcd(step, length) !== 1) step++;
  return step;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Cases in which each pair of values of two lists meets once or more: greedy, the same ones each time. */
export function pairwise<L extends Lists>(lists: L): Case<L>[] {
  const names = Object.keys(lists);
  const open = new Set<string>();
  const key = (a: number, i: number, b: number, j: number): string => `${a}.${i}-${b}.${j}`;
  const lengths = names.map((name) => lists[name]?.length ?? 0);
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      for (let i = 0; i < (lengths[a] ?? 0); i++) {
        for (let j = 0; j < (lengths[b] ?? 0); j++) open.add(key(a, i, b, j));
      }
    }
  }
  const cases: Case<L>[] = [];
  for (const pair of open) {
    const [a = 0, i = 0, b = 0, j = 0] = pair.split(/[.-]/).map(Number);
    const chosen: (number | undefined)[] = names.map(() => undefined);
    chosen[a] = i;
    chosen[b] = j;
    for (let column = 0; column < names.length; column++) {
      if (chosen[column] !== undefined) continue;
      const gains = Array.from({ length: lengths[column] ?? 0 }, (_, value) =>
        chosen.reduce<number>((sum, other, at) => {
          if (other === undefined) return sum;
          const met = at < column ? key(at, other, column, value) : key(column, value, at, other);
          return sum + (open.has(met) ? 1 : 0);
        }, 0),
      );
      // Among equals not always the first, or rare values would never meet.
      const best = Math.max(...gains);
      const equals = gains.flatMap((gain, value) => (gain === best ? [value] : []));
      chosen[column] = equals[cases.length % equals.length] ?? 0;
    }
    for (let x = 0; x < names.length; x++) {
      for (let y = x + 1; y < names.length; y++)
        open.delete(key(x, chosen[x] ?? 0, y, chosen[y] ?? 0));
    }
    const entries = names.map((name, column) => [name, lists[name]?.[chosen[column] ?? 0]]);
    cases.push(Object.fromEntries(entries));
  }
  return cases;
}
