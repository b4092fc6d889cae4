/**
 * A signed JWT in compact form (RFC 7515 §7.1): three parts of base64url and nothing around them. Decoders forgive blanks and line
 * breaks, we do not.
 */
export const compactJws = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
