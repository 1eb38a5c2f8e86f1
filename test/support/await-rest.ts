import type { ApiClient } from "./api-client.ts";

const quietMs = 2_000;

/**
 * Waits until no run may work and nothing was stored for a while: files that a run had finished are kept one after the
 * other, each of which begins the while anew. It is shorter than the twenty seconds after which a run that waits ends.
 */
export async function awaitRest(api: ApiClient): Promise<void> {
  const deadline = Date.now() + 90_000;
  let made = await api.metric("viewra_segments_made_total");
  for (let since = Date.now(); Date.now() - since < quietMs;) {
    if (Date.now() > deadline) throw new Error("the runs do not come to rest");
    await Bun.sleep(100);
    const isWorking = (await api.metric("viewra_runs_active")) !== 0;
    const now = await api.metric("viewra_segments_made_total");
    if (isWorking || now !== made) since = Date.now();
    made = now;
  }
}
