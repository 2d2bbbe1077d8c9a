/**
 * Opens what can be tried out on a page, once it comes near the window: its module, its recorded values and its words.
 *
 * Until then, and where anything fails, a table of some of the values stands in its place.
 */

const NEAR = "600px";

/** @param {HTMLElement} figure */
async function open(figure) {
  const { explorable: id, language } = figure.dataset;
  const stage = figure.querySelector(".explorable-stage");
  try {
    const [module, told] = await Promise.all([
      import(`./explorables/${id}.js`),
      fetch(new URL(`./explorables/${id}.${language}.json`, import.meta.url)).then((answer) => answer.json()),
    ]);
    const table = stage.firstElementChild;
    module.show(stage, told.values, told.words);
    table.remove();
    figure.classList.add("open");
  } catch (error) {
    figure.classList.add("failed");
    console.error(error);
  }
}

const watching = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watching.unobserve(target);
      open(target);
    }
  },
  { rootMargin: NEAR },
);
for (const figure of document.querySelectorAll("[data-explorable]")) watching.observe(figure);
