/** A row as JSON. */
export type InOneColumn = { row: string };

/**
 * All columns in one, `row`, for rows that most requests ask for: with each answer the platform makes the name of each of its columns
 * anew, which for a wide row costs more than finding it.
 */
export const inOneColumn = (columns: readonly string[]): string =>
  `json_object(${columns.map((name) => `'${name}', ${name}`).join(", ")}) AS row`;
