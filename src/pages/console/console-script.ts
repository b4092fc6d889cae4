/**
 * What the pages can do better with JavaScript; all of them work without. `data-confirm` on a form asks once more, `data-filter` on a
 * field names the table that typing narrows down, and `data-copy` on a button (hidden until now) names what it copies. What stands in
 * `data-live` is fetched again after so many seconds, for ten minutes, while somebody is looking: a forgotten tab keeps nobody signed in.
 * `data-later` names an address where the same part stands complete, which takes a while.
 */
export const consoleScript = `(() => {
  const all = (selector) => document.querySelectorAll(selector);
  for (const part of all("[data-scripted]")) part.hidden = false;
  document.addEventListener("submit", (event) => {
    const { confirm: question } = event.target.dataset;
    if (question && !confirm(question)) event.preventDefault();
  });
  for (const field of all("input[data-filter]"))
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLowerCase();
      for (const row of all("#" + field.dataset.filter + " tbody tr"))
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
    });
  for (const button of all("button[data-copy]")) {
    const { copy, copied } = button.dataset;
    const usual = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(copy).textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = usual; }, 2000);
    });
  }
  const renew = async (id, address) => {
    const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
    if (!answer || !answer.ok) return !answer;
    const html = (await answer.text()).replace(/<style.*?<\\/style>/s, "");
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id);
    const part = document.getElementById(id);
    if (fresh && fresh.textContent !== part.textContent && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(fresh));
    return true;
  };
  for (const { id, dataset } of all("[data-later]")) renew(id, dataset.later);
  const until = Date.now() + 600000;
  for (const { id, dataset } of all("[data-live]")) {
    const timer = setInterval(async () => {
      if (Date.now() > until) return clearInterval(timer);
      if (document.hidden) return;
      if (!(await renew(id, location.pathname))) clearInterval(timer);
    }, dataset.live * 1000);
  }
})()`;
