import type { Client } from "@libsql/client";
import { createHash } from "node:crypto";
import { ViewraError } from "../errors/viewra-error.ts";
import type { Migration } from "./embedded-migrations.ts";

/**
 * Brings a database up to date, all or nothing, and answers with the tags it applied. The record it
 * keeps is the one drizzle's own tools read. Safe when two processes start on one database at once.
 * Throws DATABASE_UNUSABLE when the database was written by a newer program.
 */
export async function migrate(client: Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.execute(
    `CREATE TABLE IF NOT EXISTS __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)`,
  );
  const applied = await lastApplied(client);
  const newest = migrations.at(-1)?.when ?? 0;
  if (applied > newest) {
    throw new ViewraError(
      "DATABASE_UNUSABLE",
      "The database was written by a newer version of this program; update the program",
      { details: { reason: "newer" } },
    );
  }
  const missing = migrations.filter(({ when }) => when > applied);
  if (missing.length === 0) return [];
  try {
    // `migrate` and not `batch`: it holds foreign keys off, or rebuilding a table would empty others.
    await client.migrate(missing.flatMap(statementsOf));
  } catch (cause) {
    // Another process may have been faster; its result is as good.
    if ((await lastApplied(client)) === newest) return [];
    throw cause;
  }
  return missing.map(({ tag }) => tag);
}

async function lastApplied(client: Client): Promise<number> {
  const { rows } = await client.execute("SELECT max(created_at) AS last FROM __drizzle_migrations");
  return Number(rows[0]?.["last"] ?? 0);
}

function statementsOf({ statements, when }: Migration) {
  const hash = createHash("sha256").update(statements.join("\n")).digest("hex");
  const record = {
    sql: "INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)",
    args: [hash, when],
  };
  return [...statements.map((sql) => ({ sql, args: [] })), record];
}
