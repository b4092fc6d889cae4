/**
 * Runs in our frame on a client's site. It speaks to one origin, named in the data attributes of `#embed`, and hears that one alone.
 * Where the browser keeps the session from frames, it asks for access: https://privacycg.github.io/storage-access/
 */
export const embedScript = `(() => {
  const box = document.getElementById("embed");
  if (parent === self) return;
  const { clientId, origin, request, access } = box.dataset;
  const { nonce } = document.currentScript;
  let told = "";
  let failures = 0;

  const show = (id) => {
    for (const part of box.children) part.hidden = part.id !== "embed-" + id;
  };
  const hasAccess = async () => !document.hasStorageAccess || document.hasStorageAccess();

  const listen = () => {
    const script = Object.assign(document.createElement("script"), { src: "/live.js", nonce });
    script.dataset.path = "/embed/live";
    document.head.append(script);
  };

  const ask = async (withCode) => {
    const answer = await fetch("/embed/session", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: clientId, origin, ...(withCode && request ? { request } : {}) }),
    });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };

  const check = async (anew) => {
    const wasIn = told.startsWith("signed-in");
    const answer = await ask(anew || !wasIn);
    const status = answer.status === "signed-out" && !(await hasAccess()) ? "blocked" : answer.status;
    const { user } = answer;
    show(status);
    document.getElementById("embed-user").textContent = user ? user.name || user.email || "" : "";
    const now = status + (user ? user.id : "");
    if (now === told && !anew) return;
    told = now;
    parent.postMessage({ type: "gatehouse:session", ...answer, status }, origin);
    if (status === "signed-in" && !wasIn) listen();
  };

  let last = Promise.resolve();
  const checkInTurn = (anew) => {
    last = last.then(() => check(anew)).then(
      () => { failures = 0; },
      () => { if (failures++ < 5) setTimeout(checkInTurn, 2000 * failures, anew); },
    );
    return last;
  };

  addEventListener("message", ({ source, origin: from, data }) => {
    if (source === parent && from === origin && data && data.type === "gatehouse:check") checkInTurn(true);
  });
  document.addEventListener("gatehouse:session-ended", () => checkInTurn());

  const allow = document.getElementById("embed-allow");
  if (allow) allow.addEventListener("click", async () => {
    try {
      await document.requestStorageAccess();
      await checkInTurn();
    } catch {
      show("signed-out");
    }
  });

  let tries = 0;
  for (const link of document.querySelectorAll("a"))
    link.addEventListener("click", (event) => {
      event.preventDefault();
      open(link.href, "_blank", "popup,noopener,width=480,height=720");
      if (tries > 0) return;
      const timer = setInterval(() => {
        if (tries++ < 100 && !told.startsWith("signed-in")) return checkInTurn();
        tries = 0;
        clearInterval(timer);
      }, 3000);
    });
  addEventListener("focus", () => checkInTurn());

  const mayAskUnseen = async () => {
    if (access !== "ask" || (await hasAccess())) return false;
    return (await navigator.permissions.query({ name: "storage-access" })).state === "granted";
  };
  mayAskUnseen()
    .then((may) => may && document.requestStorageAccess())
    .catch(() => undefined)
    .then(() => checkInTurn());
})();`;
