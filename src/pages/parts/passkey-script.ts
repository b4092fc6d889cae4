/**
 * Runs the ceremonies of Web Authentication Level 3 on a page. What it needs stands in the data attributes of `#passkey`; on the page
 * that signs people in it also offers passkeys where the browser fills in names (conditional mediation, §5.1.4).
 */
export const passkeyScript = `(() => {
  const box = document.getElementById("passkey");
  if (!box || !window.PublicKeyCredential || !navigator.credentials) return;
  const { use, next } = box.dataset;
  const button = document.getElementById("passkey-button");
  const problem = document.getElementById("passkey-problem");
  const creates = use === "registration" || use === "account";
  const base = "/api/auth/v1/passkeys/" + (creates ? "registration" : "authentication") + "/";
  const second = use === "registration" || use === "second-factor";
  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "");
  const decodeIds = (list) => (list || []).map((entry) => ({ ...entry, id: decode(entry.id) }));

  const post = async (name, body) => {
    const answer = await fetch(base + name, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, "second-factor": second }),
    });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const options = async () => {
    const given = await post("options", {});
    const publicKey = { ...given, challenge: decode(given.challenge) };
    if (given.user) publicKey.user = { ...given.user, id: decode(given.user.id) };
    for (const name of ["allowCredentials", "excludeCredentials"])
      if (given[name]) publicKey[name] = decodeIds(given[name]);
    return publicKey;
  };

  const finish = async (credential) => {
    const { response } = credential;
    const fields = { clientDataJSON: encode(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
      if (response[name]) fields[name] = encode(response[name]);
    if (response.getTransports) fields.transports = response.getTransports();
    const name = document.getElementById("passkey-name");
    const answer = await post("verify", {
      ...(creates && name && name.value.trim() ? { name: name.value.trim().slice(0, 100) } : {}),
      credential: { id: credential.id, rawId: credential.id, type: credential.type, response: fields },
    });
    if (answer["code"] === "tfa-setup-is-required" || !answer.user) throw new Error("halfway");
    const codes = answer["recovery-codes"];
    if (codes) showCodes(codes);
    else location.assign(next);
  };

  const showCodes = (codes) => {
    const list = document.getElementById("recovery-codes");
    list.replaceChildren(...codes.map((code) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("code"), { textContent: code }));
      return item;
    }));
    const file = document.getElementById("download-codes");
    const text = file.dataset.head + "\\n\\n" + codes.join("\\n") + "\\n";
    file.href = "data:text/plain;charset=utf-8," + encodeURIComponent(text);
    file.hidden = false;
    document.getElementById("set-up").hidden = true;
    document.getElementById("kept-codes").hidden = false;
    document.getElementById("codes-title").focus();
  };

  let waiting = null;
  const run = async (mediation) => {
    if (waiting) waiting.abort();
    const mine = (waiting = new AbortController());
    const publicKey = await options();
    if (mine.signal.aborted) return;
    const request = { publicKey, signal: mine.signal, ...(mediation ? { mediation } : {}) };
    const credential = await navigator.credentials[creates ? "create" : "get"](request);
    await finish(credential);
  };

  const isAbort = (error) => error && error.name === "AbortError";
  const offer = () => run("conditional").catch(() => undefined);
  const canOffer = async () =>
    use === "sign-in" &&
    PublicKeyCredential.isConditionalMediationAvailable &&
    (await PublicKeyCredential.isConditionalMediationAvailable());

  button.addEventListener("click", async () => {
    problem.hidden = true;
    try {
      await run();
    } catch (error) {
      if (isAbort(error)) return;
      problem.hidden = false;
      if (await canOffer()) offer();
    }
  });
  box.hidden = false;
  canOffer().then((can) => {
    if (!can) return;
    offer();
    // Before the challenge has expired.
    setInterval(() => waiting && document.visibilityState === "visible" && offer(), 240000);
  });
})();`;
