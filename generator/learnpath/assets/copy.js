/** Puts a button on each block of code that copies it; without JavaScript there is none. */

/** @type {HTMLTemplateElement | null} */
const template = document.querySelector("template#copy-button");

for (const block of document.querySelectorAll(".highlight")) {
  const code = block.querySelector("pre");
  const button = template?.content.firstElementChild?.cloneNode(true);
  if (!code || !(button instanceof HTMLButtonElement) || block.classList.contains("language-text")) continue;
  const words = button.textContent ?? "";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent ?? "");
    button.textContent = button.dataset.done ?? "";
    setTimeout(() => { button.textContent = words; }, 1500);
  });
  block.append(button);
}
