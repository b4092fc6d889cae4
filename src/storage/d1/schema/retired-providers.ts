import { index, integer, primaryKey, sqliteTable } from "drizzle-orm/sqlite-core";
import { providerColumns } from "./providers.ts";

/** Providers that were deleted, as long as tokens are given back to them. */
export const retiredProviders = sqliteTable(
  "retired_providers",
  {
    ...providerColumns,
    retiredAt: integer("retired_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.realmId, table.name, table.createdAt] }),
    index("retired_providers_by_time").on(table.retiredAt),
  ],
);
