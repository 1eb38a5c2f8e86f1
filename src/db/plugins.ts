import { eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import { plugins } from "./schema.ts";

/** The plugins that are not to be used. */
export async function listDisabledPlugins(db: Database): Promise<string[]> {
  const rows = await db.read((queries) =>
    queries.select({ id: plugins.id }).from(plugins).where(eq(plugins.isEnabled, false)),
  );
  return rows.map(({ id }) => id);
}

export async function setPluginEnabled(
  db: Database,
  id: string,
  isEnabled: boolean,
): Promise<void> {
  await db.write(async (queries) => {
    await queries
      .insert(plugins)
      .values({ id, isEnabled })
      .onConflictDoUpdate({ target: plugins.id, set: { isEnabled } });
  });
}
