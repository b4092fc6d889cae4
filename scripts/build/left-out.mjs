// @ts-check
import { basename } from "node:path";

/** Files of packages that nothing asks for in the Worker, although what it needs imports them. */
const leftOut = [
  // Passkeys are taken without certificates (src/crypto/webauthn.ts): formats that have one, and all that reads one.
  /@simplewebauthn\/server\/esm\/registration\/verifications\/(?:tpm\/)?verifyAttestation(?!Packed)\w+\.js$/,
  /@simplewebauthn\/server\/esm\/helpers\/(?:convertX509PublicKeyToCOSE|getCertificateInfo|isCertRevoked|validateCertificatePath)\.js$/,
  /@simplewebauthn\/server\/esm\/helpers\/(?:mapX509SignatureAlgToCOSEAlg|validateExtFIDOGenCEAAGUID)\.js$/,
  /@simplewebauthn\/server\/esm\/(?:services\/(?:metadataService|defaultRootCerts\/[\w-]+)|metadata\/\w+)\.js$/,
  // One-time passwords are made with SHA-1, as every app knows them.
  /\/@noble\/hashes\/sha3\.js$/,
  // The schemas of zod can also describe themselves as JSON Schema. The build alone asks them to (open-api-text.mjs).
  /\/zod\/v4\/core\/to-json-schema\.js$/,
];

/** Files of packages with one of ours in their place. */
const replaced = new Map([
  // Two integers in DER, for which the package brings a whole reader of ASN.1.
  ["unwrapEC2Signature.js", "src/crypto/unwrap-ec2-signature.ts"],
]);

/**
 * Leaves out of the Worker what it never runs. Whoever would call it anyhow meets an error.
 * @param {(path: string) => string} inRepository
 * @returns {import("rolldown").Plugin}
 */
export const withoutUnused = (inRepository) => ({
  name: "without-unused",
  resolveId(id, importer) {
    const own = importer?.includes("/@simplewebauthn/") ? replaced.get(basename(id)) : undefined;
    return own === undefined ? null : inRepository(own);
  },
  transform(code, id) {
    if (/\/zod\/v4\/classic\/schemas\.js$/.test(id)) return { code: withoutJsonSchema(code), map: null };
    if (!leftOut.some((pattern) => pattern.test(id))) return null;
    const isText = id.includes("/defaultRootCerts/");
    const instead = isText ? `""` : `() => { throw new Error(${JSON.stringify(`${basename(id)} is left out`)}); }`;
    const names = [...code.matchAll(/^export (?:const|let|class|(?:async )?function) (\w+)/gm)].map(([, name]) => name);
    return { code: names.map((name) => `export const ${name} = ${instead};`).join("\n"), map: null };
  },
});

/** Each class of schemas with the line that ties it to its description taken out. @param {string} code */
function withoutJsonSchema(code) {
  const rest = code.replaceAll(/^ *inst\._zod\.processJSONSchema = .*$/gm, "");
  if (rest === code) throw new Error("zod describes its schemas in another way now");
  return rest;
}
