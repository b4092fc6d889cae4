/**
 * What the page about a realm's look can do better with JavaScript. While one types, the page is asked for as its button "Show" asks for
 * it, and the sample, the verdict and their colours are taken from the answer. `data-picks` names the field that a colour is picked for,
 * `data-reads` the one that gets a file as a data: address; pictures that are too large are drawn smaller first. A logo on another host
 * is let in by the policy of the answer, not by that of this page: until the button is pressed its name stands for it.
 */
export const lookScript = `(() => {
  const form = document.getElementById("look-form");
  const part = (id) => document.getElementById(id);
  const all = (selector) => document.querySelectorAll(selector);
  let asked = 0;
  const show = async () => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.set("show", "true");
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer || !answer.ok || mine !== asked) return;
    const html = await answer.text();
    const style = /<style[^>]*>([^]*?)<\\/style>/;
    const fresh = new DOMParser().parseFromString(html.replace(style, ""), "text/html");
    const known = new Set(Array.from(all("#sample img"), (image) => image.src));
    for (const image of fresh.querySelectorAll("#sample img[src^=http]"))
      if (!known.has(image.src)) image.removeAttribute("src");
    document.querySelector("style").textContent = style.exec(html)[1];
    for (const id of ["sample-shown", "verdict-shown"]) part(id).replaceWith(document.adoptNode(fresh.getElementById(id)));
    const verdict = fresh.getElementById("verdict-text");
    if (verdict.textContent !== part("verdict-text").textContent) part("verdict-text").replaceChildren(...verdict.childNodes);
  };
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 300);
  });
  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const picker of all("[data-picks]")) {
    const field = part(picker.dataset.picks);
    picker.addEventListener("input", () => put(field, picker.value));
    field.addEventListener("input", () => {
      if (/^#[0-9a-f]{6}$/i.test(field.value.trim())) picker.value = field.value.trim();
    });
  }
  const dataOf = (file) => new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
  const smaller = async (file, height) => {
    const picture = await createImageBitmap(file);
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, height / picture.height);
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/webp", 0.9);
  };
  for (const chooser of all("[data-reads]"))
    chooser.addEventListener("change", async () => {
      const [file] = chooser.files;
      if (!file) return;
      chooser.setCustomValidity("");
      let data = await dataOf(file).catch(() => "");
      for (const height of [132, 88, 44])
        if (data.length > 12000 && file.type !== "image/svg+xml") data = await smaller(file, height).catch(() => data);
      if (data.length <= 12000) return put(part(chooser.dataset.reads), data);
      chooser.setCustomValidity(chooser.dataset.tooLarge);
      chooser.reportValidity();
      chooser.setCustomValidity("");
    });
})()`;
