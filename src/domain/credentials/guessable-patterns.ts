// Passwords that need no list because everybody can count, repeat, and slide over a keyboard.
const rows = [
  "0123456789",
  "1234567890",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "1234567890qwertyuiopasdfghjklzxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "йцукенгшщзхъфывапролджэячсмитьбю",
];

/** Runs along a row, either way, over its end and on from its start: "87654321", "qwertyui", "123456789012345". */
export function isRun(text: string): boolean {
  const backwards = [...text].reverse().join("");
  return rows.some((row) => {
    const endless = row.repeat(Math.ceil(text.length / row.length) + 1);
    return endless.includes(text) || endless.includes(backwards);
  });
}

/** The shortest piece of which the text is whole repetitions: "ab" of "abababab", the text itself when there is none. */
export function repeatedPiece(text: string): string {
  // The second occurrence of a text in its own double begins where its period ends.
  return text.slice(0, `${text}${text}`.indexOf(text, 1));
}

const dateOrders = [
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)$/,
  /^(?<day>\d\d)(?<month>\d\d)(?<year>\d{4})$/,
  /^(?<month>\d\d)(?<day>\d\d)(?<year>\d{4})$/,
];

/** Eight digits that name a day between 1900 and 2099, in any of the usual orders. */
export function isDate(text: string): boolean {
  return dateOrders.some((order) => {
    const { year = "0", month = "0", day = "0" } = order.exec(text)?.groups ?? {};
    return inRange(year, 1900, 2099) && inRange(month, 1, 12) && inRange(day, 1, 31);
  });
}

const inRange = (digits: string, lowest: number, highest: number): boolean =>
  Number(digits) >= lowest && Number(digits) <= highest;
