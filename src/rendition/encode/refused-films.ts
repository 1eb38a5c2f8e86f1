/** Which films a provider's device did not decode as it was to. Of this process: another driver may do better. */
export interface RefusedFilms {
  has(fingerprint: string, providerId: string): boolean;
  add(fingerprint: string, providerId: string): void;
}

/** Beyond so many the earliest is tried once more. */
const most = 10_000;

export function createRefusedFilms(): RefusedFilms {
  const refused = new Set<string>();
  const keyOf = (fingerprint: string, providerId: string): string => `${providerId} ${fingerprint}`;
  return {
    has: (fingerprint, providerId) => refused.has(keyOf(fingerprint, providerId)),
    add: (fingerprint, providerId) => {
      refused.add(keyOf(fingerprint, providerId));
      const [earliest] = refused;
      if (refused.size > most && earliest !== undefined) refused.delete(earliest);
    },
  };
}
