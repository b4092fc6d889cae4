/** A user id from its decimal form, or from QuickPass's `qp_<id>`; null when it is neither. */
export function parseUserId(text: string): number | null {
  const match = /^(?:qp_)?([1-9][0-9]{0,15})$/.exec(text);
  const id = Number(match?.[1] ?? Number.NaN);
  return Number.isSafeInteger(id) ? id : null;
}
