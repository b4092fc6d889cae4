/** What the device holds, and shows when it asks for its tokens: RFC 8628 §3.2, §3.4. */
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { userCodeAlphabet } from "./user-code.ts";

const wellFormed = new RegExp(`^[${userCodeAlphabet}][A-Za-z0-9_-]{43}$`);

/** The letter that says where the device waits, and 256 random bits. */
export const randomDeviceCode = (letter: string): string => `${letter}${randomHandle(32)}`;

/** The letter of a device code. Null when it is none: then no object needs to be asked. */
export const letterOf = (deviceCode: string): string | null =>
  wellFormed.test(deviceCode) ? deviceCode.charAt(0) : null;

/** As it is stored. */
export const deviceCodeHash = (deviceCode: string): Promise<string> => sha256(`device-code|${deviceCode}`);
