/** Regions that the platform keeps objects within when it is told so as they are made; those that it documents. */
export const jurisdictions = ["eu", "us", "fedramp"] as const;

export type Jurisdiction = (typeof jurisdictions)[number];
