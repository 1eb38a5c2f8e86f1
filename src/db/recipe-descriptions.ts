import { eq } from "drizzle-orm";
import type { Database } from "./database.ts";
import { recipeDescriptions } from "./schema.ts";

/** The stored description of a recipe (JSON text); undefined when it was never described here. */
export async function getRecipeDescription(db: Database, key: string): Promise<string | undefined> {
  const rows = await db.read((queries) =>
    queries
      .select({ payload: recipeDescriptions.payload })
      .from(recipeDescriptions)
      .where(eq(recipeDescriptions.key, key)),
  );
  return rows[0]?.payload;
}

/** Keeps a description. The first one stands: content that was published with it must stay the same. */
export function putRecipeDescription(db: Database, key: string, payload: string): Promise<void> {
  return db.write(async (queries) => {
    await queries
      .insert(recipeDescriptions)
      .values({ key, payload, createdAt: Date.now() })
      .onConflictDoNothing();
  });
}
