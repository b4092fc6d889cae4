const thisMachine = /^(?:127(?:\.\d+){3}|\[::1\]|(?:.+\.)?localhost|.+\.test)$/;

/**
 * Whether a host means the machine that asks, whatever a name server says (RFC 6761). Any other name can be pointed at it, for a page
 * of that name to read there what is meant for whoever sits in front of it.
 */
export const isThisMachine = (host: string): boolean => thisMachine.test(host);
