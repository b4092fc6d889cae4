// Stands for the certificate libraries behind attestation formats, which are never asked for: see wrangler.toml [alias].
module.exports = {};
