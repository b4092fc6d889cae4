/**
 * What the pages can do better with JavaScript; all of them work without. `data-confirm` on a form asks once more, `data-filter` on a
 * field names the table that typing narrows down, and `data-copy` on a button (hidden until now) names what it copies.
 */
export const consoleScript = `(() => {
  const all = (selector) => document.querySelectorAll(selector);
  for (const part of all("[data-scripted]")) part.hidden = false;
  for (const form of all("form[data-confirm]"))
    form.addEventListener("submit", (event) => {
      if (!confirm(form.dataset.confirm)) event.preventDefault();
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
})()`;
